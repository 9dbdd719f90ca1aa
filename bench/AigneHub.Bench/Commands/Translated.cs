using System.Globalization;
using AigneHub.Bench.Load;
using AigneHub.Bench.Processes;
using AigneHub.Bench.Roles;

namespace AigneHub.Bench.Commands;

/// <summary>
/// Calls that the hub translates (Anthropic's Messages to an upstream of OpenAI's chat) beside calls that it passes through, in
/// interleaved rounds on one hub. Settlement is in the figures.
/// </summary>
internal static class Translated
{
    private const int Concurrency = 32;
    private const double Bar = 3;

    /// <summary>Arguments: <c>--rounds</c>, <c>--seconds</c> and <c>--calls</c> of each run at most.</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var machine = Machine.Describe();
        var rounds = arguments.Number("--rounds", 5);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 2));
        var callsMax = arguments.Number("--calls", 5_000);
        await using var storage = await HubUnderTest.PrepareAsync();
        await using var mock = await MeteredProcess.StartAsync(
            [typeof(Translated).Assembly.Location, MockUpstream.Role, "--gap", "0"], new Dictionary<string, string>());
        await using var hub = await storage.StartAsync(mock.Address, functions: []);
        using var client = new LoadClient(hub.EndPoint);
        Shape[] shapes =
        [
            new("JSON", ChatCall.Json(storage.Key), ChatCall.Messages(storage.Key, stream: false)),
            new("SSE", ChatCall.Stream(storage.Key), ChatCall.Messages(storage.Key, stream: true)),
        ];
        for (var pass = 0; pass < 5; pass++)
        {
            foreach (var shape in shapes)
            {
                await MeasureAsync(client, hub, storage, shape.Passed, TimeSpan.FromSeconds(3), 4_000);
                await MeasureAsync(client, hub, storage, shape.Written, TimeSpan.FromSeconds(3), 4_000);
            }
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var shape in shapes)
            {
                var passed = await MeasureAsync(client, hub, storage, shape.Passed, duration, callsMax);
                var written = await MeasureAsync(client, hub, storage, shape.Written, duration, callsMax);
                shape.PassedCpu.Add(passed);
                shape.WrittenCpu.Add(written);
                shape.Ratio.Add(written / passed);
            }

            Console.Error.WriteLine($"round {round + 1} of {rounds}");
        }

        Console.WriteLine(machine);
        Console.WriteLine();
        Console.WriteLine($"| CPU µs per call at c={Concurrency}, {rounds} rounds, median (range) | passed through | translated | ratio | bar |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var shape in shapes)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {shape.Name} | {shape.PassedCpu.ToString("0")} | {shape.WrittenCpu.ToString("0")} | {shape.Ratio.ToString("0.00")} | ≤ {Bar:0} {(shape.Ratio.Median <= Bar ? "held" : "**broken**")} |"));
        }

        return 0;
    }

    private static async Task<double> MeasureAsync(
        LoadClient client, MeteredProcess hub, HubUnderTest storage, byte[] request, TimeSpan duration, int callsMax)
    {
        var before = hub.Read();
        var load = client.Closed(request, Concurrency, duration, callsMax);
        await storage.SettledAsync();
        var after = hub.Read();
        await storage.ClearLedgerAsync();
        return load.Failures > 0
            ? throw new InvalidOperationException($"{load.Failures} of {load.Calls} calls failed, one by:\n{load.Failure}")
            : (after.CpuMicroseconds - before.CpuMicroseconds) / load.Calls;
    }

    private sealed record Shape(string Name, byte[] Passed, byte[] Written)
    {
        public Series PassedCpu { get; } = new();

        public Series WrittenCpu { get; } = new();

        public Series Ratio { get; } = new();
    }
}
