using System.Diagnostics;

namespace AigneHub.Bench.Load;

/// <summary>What a run of calls showed.</summary>
/// <param name="latencies">To the last byte, in ticks of <see cref="Stopwatch"/>, sorted.</param>
/// <param name="firstBytes">To the body's first byte, likewise.</param>
internal sealed class LoadResult(long[] latencies, long[] firstBytes, string[] failures, TimeSpan elapsed)
{
    public int Calls => latencies.Length;
    public int Failures => failures.Length;

    /// <summary>One of the answers that were not what was asked for.</summary>
    public string? Failure => failures.FirstOrDefault();
    public double CallsPerSecond => latencies.Length / elapsed.TotalSeconds;

    /// <summary>In microseconds.</summary>
    public double Latency(double quantile) => At(latencies, quantile);

    /// <summary>In microseconds.</summary>
    public double FirstByte(double quantile) => At(firstBytes, quantile);

    private static double At(long[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)(quantile * (sorted.Length - 1))] * 1e6 / Stopwatch.Frequency;
}
