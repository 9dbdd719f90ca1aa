using System.Globalization;
using AigneHub.Bench.Load;
using AigneHub.Bench.Processes;
using AigneHub.Bench.Roles;

namespace AigneHub.Bench.Commands;

/// <summary>A moderate load for long: memory and handles must not grow.</summary>
internal static class Soak
{
    private const int Concurrency = 4;
    private const int Samples = 40;
    private const double GrowthMax = 0.10;
    private const int HandleGrowthMax = 10;

    /// <summary>Arguments: <c>--minutes</c>, <c>--rate</c> (calls per second).</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var minutes = arguments.Number("--minutes", 60);
        var rate = arguments.Number("--rate", 50);
        await using var storage = await HubUnderTest.PrepareAsync();
        await using var mock = await MeteredProcess.StartAsync(
            [typeof(Soak).Assembly.Location, MockUpstream.Role], new Dictionary<string, string>());
        await using var hub = await storage.StartAsync(mock.Address);
        using var client = new LoadClient(hub.EndPoint);
        byte[][] requests = [ChatCall.Json(storage.Key), ChatCall.Stream(storage.Key)];

        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine("| minute | calls | failed | p50, µs | RSS, MiB | heap, MiB | handles | threads |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var samples = new List<ProcessUsage>();
        var slice = TimeSpan.FromMinutes(minutes) / Samples;
        var failures = 0;
        for (var i = 1; i <= Samples; i++)
        {
            var load = client.Open(requests, rate, Concurrency, slice);
            failures += load.Failures;
            await storage.SettledAsync();
            await storage.ClearLedgerAsync();
            var usage = hub.Read();
            samples.Add(usage);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {i * slice.TotalMinutes:0.0} | {load.Calls} | {load.Failures} | {load.Latency(0.5):0} | {Mebibytes(usage.ResidentBytes):0.0} | {Mebibytes(usage.HeapBytes):0.0} | {usage.Handles} | {usage.Threads} |"));
        }

        // The first half is for warming up; a leak goes on in the second.
        var third = samples.GetRange(Samples / 2, Samples / 4);
        var last = samples.GetRange(Samples * 3 / 4, Samples / 4);
        var memory = Median(last, s => s.ResidentBytes) / Median(third, s => s.ResidentBytes) - 1;
        var handles = Median(last, s => s.Handles) - Median(third, s => s.Handles);
        var flat = memory <= GrowthMax && handles <= HandleGrowthMax && failures == 0;
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Last quarter against the third: RSS {memory:+0.0%;-0.0%}, handles {handles:+0;-0;0}; failed calls {failures}: {(flat ? "flat" : "**not flat**")}."));
        return flat ? 0 : 1;
    }

    private static double Mebibytes(long bytes) => bytes / 1024.0 / 1024;

    private static double Median(List<ProcessUsage> samples, Func<ProcessUsage, double> figure)
    {
        var series = new Series();
        samples.ForEach(s => series.Add(figure(s)));
        return series.Median;
    }
}
