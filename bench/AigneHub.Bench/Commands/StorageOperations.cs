using System.Globalization;
using AigneHub.Bench.Load;
using AigneHub.Bench.Processes;
using AigneHub.Bench.Roles;

namespace AigneHub.Bench.Commands;

/// <summary>How many requests to storage a call costs, at several rates: sending, receiving, settling, folding, polling.</summary>
internal static class StorageOperations
{
    private const int Concurrency = 32;

    /// <summary>USD for a million requests, as of public lists: not verified for any region.</summary>
    private const double TablePrice = 0.036;
    private const double QueuePrice = 0.4;

    /// <summary>
    /// Arguments: <c>--seconds</c> at each rate, <c>--highest</c> (calls per second), <c>--credit</c>: a hard budget binds every call.
    /// </summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 10));
        (int Rate, double? Bar)[] rates = [(1, null), (100, 0.5), (arguments.Number("--highest", 1000), 0.2)];

        await using var storage = await HubUnderTest.PrepareAsync();
        await using var counter = await StorageCounter.StartAsync(storage.ConnectionString);
        await using var mock = await MeteredProcess.StartAsync(
            [typeof(StorageOperations).Assembly.Location, MockUpstream.Role], new Dictionary<string, string>());
        await using var hub = await storage.StartAsync(mock.Address, counter.ConnectionString);
        using var client = new LoadClient(hub.EndPoint);
        byte[][] requests = [ChatCall.Json(storage.Key), ChatCall.Stream(storage.Key)];
        if (arguments.Has("--credit"))
        {
            await storage.LimitAsync(hub.EndPoint);
        }

        client.Open(requests, 200, Concurrency, TimeSpan.FromSeconds(3));
        if (arguments.Has("--credit") && !await storage.HasLeaseAsync(hub.EndPoint))
        {
            throw new InvalidOperationException("The budget binds nothing.");
        }

        await storage.SettledAsync();

        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine("| asked for, calls/s | made, calls/s | p50, µs | storage operations per call | bar | USD for a million calls | of these |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (rate, bar) in rates)
        {
            if (!arguments.Has("--credit"))
            {
                await storage.ClearLedgerAsync();
            }

            counter.Take();
            var load = client.Open(requests, rate, Concurrency, duration);
            await storage.SettledAsync();
            var counts = counter.Take();
            var perCall = counts.Values.Sum() / (double)load.Calls;
            var price = counts.Sum(c => c.Value * (c.Key.StartsWith("table", StringComparison.Ordinal) ? TablePrice : QueuePrice)) / load.Calls;
            var verdict = bar is { } most ? $"≤ {most.ToString(CultureInfo.InvariantCulture)} {(perCall <= most ? "held" : "**broken**")}" : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {rate} | {load.CallsPerSecond:0} | {load.Latency(0.5):0} | {perCall:0.000} | {verdict} | {price:0.000} | {string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"))} |"));
            if (load.Failures > 0)
            {
                throw new InvalidOperationException($"{load.Failures} of {load.Calls} calls failed.");
            }
        }

        return 0;
    }
}
