using System.Globalization;
using AigneHub.Bench.Load;

namespace AigneHub.Bench.Commands;

/// <param name="CpuMicroseconds">Per call, of the server's process.</param>
/// <param name="AllocatedBytes">Per call, of the server's process.</param>
internal sealed record Run(LoadResult Load, double CpuMicroseconds, double AllocatedBytes);

/// <summary>The figures of one shape of call over all rounds; targets are direct, YARP, hub.</summary>
internal sealed class ComparedFigures
{
    private const int Direct = 0;
    private const int Yarp = 1;
    private const int Hub = 2;
    private readonly List<Row> _rows = [];

    public void Add(Run[] single, Run[] many)
    {
        var p50 = single.Select(r => r.Load.Latency(0.5)).ToArray();
        var first = single.Select(r => r.Load.FirstByte(0.5)).ToArray();
        Add("p50 at c=1, µs", "0", p50, null);
        Add("added p50 at c=1, µs", "0", Added(p50), 2.0);
        Add("added p50 of the first byte at c=1, µs", "0", Added(first), null);
        Add("p99 at c=1, µs", "0", [.. single.Select(r => r.Load.Latency(0.99))], null);
        Add("calls/s at c=32", "0", [.. many.Select(r => r.Load.CallsPerSecond)], null);
        Add("CPU µs per call at c=32", "0", [.. many.Select(r => r.CpuMicroseconds)], 3.0);
        Add("CPU µs per call at c=1", "0", [.. single.Select(r => r.CpuMicroseconds)], null);
        Add("allocated bytes per call at c=32", "0", [.. many.Select(r => r.AllocatedBytes)], null);
    }

    public void Print(string shape)
    {
        foreach (var row in _rows)
        {
            var bar = row.Bar is { } most
                ? string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.#} {(row.Ratio.Median <= most ? "held" : "**broken**")}")
                : "";
            Console.WriteLine(
                $"| {shape}: {row.Name} | {row.Figures[Direct].ToString(row.Format)} | {row.Figures[Yarp].ToString(row.Format)} | {row.Figures[Hub].ToString(row.Format)} | {row.Ratio.ToString("0.00")} | {bar} |");
        }
    }

    private static double[] Added(double[] figures) => [double.NaN, figures[Yarp] - figures[Direct], figures[Hub] - figures[Direct]];

    private void Add(string name, string format, double[] figures, double? bar)
    {
        var row = _rows.Find(r => r.Name == name);
        if (row is null)
        {
            row = new Row(name, format, bar);
            _rows.Add(row);
        }

        for (var i = 0; i < figures.Length; i++)
        {
            if (!double.IsNaN(figures[i]))
            {
                row.Figures[i].Add(figures[i]);
            }
        }

        row.Ratio.Add(figures[Hub] / figures[Yarp]);
    }

    private sealed record Row(string Name, string Format, double? Bar)
    {
        public Series[] Figures { get; } = [new(), new(), new()];

        public Series Ratio { get; } = new();
    }
}
