using System.Globalization;
using AigneHub.Bench.Load;
using AigneHub.Bench.Processes;
using AigneHub.Bench.Roles;

namespace AigneHub.Bench.Commands;

/// <summary>
/// The hub beside YARP and the bare upstream, in interleaved rounds. Processor time and allocated bytes are counted until
/// the usage of the run's calls is settled and folded, so settlement is in the hub's figures.
/// </summary>
internal static class Compare
{
    private const int Concurrency = 32;

    /// <summary>
    /// Arguments: <c>--rounds</c>, <c>--seconds</c> and <c>--calls</c> of each run at most, <c>--split</c> (the hub's settler in a process of its own,
    /// not counted), <c>--telemetry</c> (the hub measures its calls), <c>--gap</c> (milliseconds between chunks), <c>--shape json|sse</c>.
    /// </summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var machine = Machine.Describe();
        var rounds = arguments.Number("--rounds", 5);
        var duration = TimeSpan.FromSeconds(arguments.Number("--seconds", 2));
        var callsMax = arguments.Number("--calls", 5_000);
        var split = arguments.Has("--split");
        var measured = arguments.Has("--telemetry");

        await using var storage = await HubUnderTest.PrepareAsync();
        storage.IsMeasured = measured;
        var none = new Dictionary<string, string>();
        var self = typeof(Compare).Assembly.Location;
        await using var mock = await MeteredProcess.StartAsync(
            [self, MockUpstream.Role, "--gap", arguments.Number("--gap", 0).ToString(CultureInfo.InvariantCulture)], none);
        await using var yarp = await MeteredProcess.StartAsync([self, PlainProxy.Role, "--upstream", mock.Address.AbsoluteUri], none);
        await using var hub = await storage.StartAsync(mock.Address, functions: split ? ["ChatCompletions"] : []);
        await using var settler = split ? await storage.StartAsync(mock.Address, functions: ["SettleUsage", "KeepPoison"]) : null;

        using var direct = new Target("direct", mock, null);
        using var proxy = new Target("YARP", yarp, null);
        using var gateway = new Target("hub", hub, storage);
        Target[] targets = [direct, proxy, gateway];
        var only = arguments.Has("--shape") ? arguments.Text("--shape") : null;
        var shapes = new[]
        {
            new Shape("JSON", ChatCall.Json(storage.Key)), new Shape("SSE", ChatCall.Stream(storage.Key)),
        }.Where(s => only is null || s.Name.Equals(only, StringComparison.OrdinalIgnoreCase)).ToArray();

        await WarmAsync(targets, shapes);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var shape in shapes)
            {
                var single = new Run[targets.Length];
                var many = new Run[targets.Length];
                for (var i = 0; i < targets.Length; i++)
                {
                    var at = (i + round) % targets.Length;
                    single[at] = await targets[at].RunAsync(shape.Request, 1, duration, callsMax);
                    many[at] = await targets[at].RunAsync(shape.Request, Concurrency, duration, callsMax);
                }

                shape.Figures.Add(single, many);
            }

            Console.Error.WriteLine($"round {round + 1} of {rounds}");
        }

        Console.WriteLine(machine);
        Console.WriteLine();
        Console.WriteLine($"| {rounds} rounds, each run {duration.TotalSeconds:0} s or {callsMax} calls, median (range){(split ? "; settler in a process of its own" : "")}{(measured ? "; telemetry on" : "")} | direct | YARP 2.3.0 | hub | hub ÷ YARP | bar |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var shape in shapes)
        {
            shape.Figures.Print(shape.Name);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| RSS after the run, MiB | {Mebibytes(mock):0} | {Mebibytes(yarp):0} | {Mebibytes(hub):0} | {Mebibytes(hub) / Mebibytes(yarp):0.00} | |"));
        return 0;
    }

    private static double Mebibytes(MeteredProcess process) => process.Read().ResidentBytes / 1024.0 / 1024;

    private static async Task WarmAsync(Target[] targets, Shape[] shapes)
    {
        foreach (var target in targets)
        {
            // Long enough for the runtime to have compiled with a profile what it will: that takes seconds of processor time.
            for (var pass = 0; pass < 5; pass++)
            {
                foreach (var shape in shapes)
                {
                    await target.RunAsync(shape.Request, 8, TimeSpan.FromSeconds(3), callsMax: 4_000);
                }
            }
        }
    }

    private sealed record Shape(string Name, byte[] Request)
    {
        public ComparedFigures Figures { get; } = new();
    }

    private sealed class Target(string name, MeteredProcess process, HubUnderTest? storage) : IDisposable
    {
        private readonly LoadClient _client = new(process.EndPoint);

        public async Task<Run> RunAsync(byte[] request, int concurrency, TimeSpan duration, int callsMax)
        {
            var before = process.Read();
            var load = _client.Closed(request, concurrency, duration, callsMax);
            if (storage is not null)
            {
                await storage.SettledAsync();
            }

            var after = process.Read();
            if (storage is not null)
            {
                await storage.ClearLedgerAsync();
            }

            return load.Failures > 0
                ? throw new InvalidOperationException($"{load.Failures} of {load.Calls} calls of {name} failed, one by:\n{load.Failure}")
                : new Run(
                    load, (after.CpuMicroseconds - before.CpuMicroseconds) / load.Calls,
                    (after.AllocatedBytes - before.AllocatedBytes) / (double)load.Calls);
        }

        public void Dispose() => _client.Dispose();
    }
}
