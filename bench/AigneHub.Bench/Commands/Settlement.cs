using System.Diagnostics;
using System.Globalization;
using AigneHub.Bench.Processes;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Functions;
using AigneHub.Storage;
using AigneHub.Storage.Ledger;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Bench.Commands;

/// <summary>
/// How fast prepared usage messages are settled by the hub's own settler, checks and folding included, beside a bare loop
/// that only sends the same transactions. Both run in turns on the same Azurite, on accounts of their own.
/// </summary>
internal static class Settlement
{
    /// <summary>As many messages as the queue trigger works on at once (<c>batchSize</c> of host.json).</summary>
    private const int Parallelism = 16;
    private const int Turns = 20;
    private const int Accounts = 5;
    private const double ShareMin = 0.6;

    /// <summary>Arguments: <c>--events</c>.</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var events = arguments.Number("--events", 100_000) / Turns;
        await using var storage = await HubUnderTest.PrepareAsync();
        await using var services = await ComposeAsync(storage.ConnectionString);
        var ids = services.GetRequiredService<HubIds>();
        var settled = new Figures();
        var bare = new Figures();
        for (var turn = 0; turn <= Turns; turn++)
        {
            var messages = PreparedUsage.Messages(ids, "settled", Accounts, events);
            var real = await CostOfAsync(events, () => SettleAsync(services, messages));
            var transactions = Transactions(PreparedUsage.Messages(ids, "bare", Accounts, events));
            var floor = await CostOfAsync(events, () => SendAsync(storage.ConnectionString, transactions));
            await CheckAsync(services, events);
            await storage.ClearLedgerAsync();
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"turn {turn} of {Turns}: {real.PerSecond:0} settled, {floor.PerSecond:0} bare"));
            if (turn > 0)
            {
                // Turn 0 is for warming up.
                settled.Add(real);
                bare.Add(floor);
            }
        }

        var share = settled.PerSecond.Median / bare.PerSecond.Median;
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine($"| {Turns} turns of {events} events each, median (range) | events/s | CPU µs per event | allocated bytes per event |");
        Console.WriteLine("|---|---|---|---|");
        Console.WriteLine($"| settled: parsed, checked, inserted, folded | {settled} |");
        Console.WriteLine($"| bare loop of the same transactions | {bare} |");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| settled ÷ bare | {share:0.00}; bar ≥ {ShareMin}: {(share >= ShareMin ? "held" : "**broken**")} | | |"));
        return 0;
    }

    private static async Task<ServiceProvider> ComposeAsync(string storage)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(UsageFunctions.StorageConnection, storage)]).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddHub(configuration).BuildServiceProvider();
        await services.GetRequiredService<HubStorage>().EnsureCreatedAsync(CancellationToken.None);
        return services;
    }

    private static async Task<Cost> CostOfAsync(int events, Func<Task> work)
    {
        var (started, cpu, allocated) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        await work();
        return new Cost(
            events / Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events,
            (GC.GetTotalAllocatedBytes() - allocated) / (double)events);
    }

    private static async Task SettleAsync(ServiceProvider services, IReadOnlyList<string> messages)
    {
        var processor = services.GetRequiredService<UsageMessageProcessor>();
        var folder = services.GetRequiredService<PurseFolder>();
        using var stop = new CancellationTokenSource();
        var folding = FoldAsync(folder, stop.Token);
        await Parallel.ForEachAsync(
            messages, new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
            async (message, token) => await processor.SettleAsync(message, token));
        await stop.CancelAsync();
        await folding;
    }

    /// <summary>Once a second, as the hub does, and at the end.</summary>
    private static async Task FoldAsync(PurseFolder folder, CancellationToken stop)
    {
        for (var isLast = false; !isLast;)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isLast = stop.IsCancellationRequested;
            await folder.FoldTouchedAsync(CancellationToken.None);
        }
    }

    private static async Task SendAsync(string storage, IReadOnlyList<List<TableTransactionAction>> transactions)
    {
        var table = new TableClient(storage, TableKeys.Ledger);
        await Parallel.ForEachAsync(
            transactions, new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
            async (transaction, token) => await table.SubmitTransactionAsync(transaction, token));
    }

    /// <summary>What settling these messages inserts.</summary>
    private static List<List<TableTransactionAction>> Transactions(IReadOnlyList<string> messages) =>
        [.. messages.SelectMany(UsageMessage.Parse).Select(Transaction)];

    private static List<TableTransactionAction> Transaction(UsageUnit unit)
    {
        var partition = TableKeys.OfPurse(unit.Purses.Home);
        var sums = UsageSums.Of(unit.Events.Select(e => e.Event!));
        TableEntity[] rows =
        [
            new(partition, TableKeys.Settled(unit.Id)),
            LedgerRows.Of(partition, new InboxRow(unit.Id, sums.Total().Cost, unit.Events.Count, unit.Hour, sums)),
            .. unit.Events.Select(e => LedgerRows.Of(partition, new LedgerEvent(e.Id!.Value, e.Json, e.Event!.Cost, e.Hash, unit.Id))),
        ];
        return [.. rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row))];
    }

    /// <summary>A fast settler that loses events would be worthless.</summary>
    private static async Task CheckAsync(ServiceProvider services, long expected)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var hours = new HourSpan(HourSpan.Of(time.GetUtcNow().AddHours(-2)), HourSpan.Of(time.GetUtcNow()));
        var counted = 0L;
        var ledger = services.GetRequiredService<ILedgerStore>();
        for (var i = 0; i < Accounts; i++)
        {
            var purse = PurseId.OfAccount(PreparedUsage.Account("settled", i));
            await foreach (var hour in ledger.ReadHoursAsync(purse, hours, false, null, CancellationToken.None))
            {
                counted += hour.Count;
            }
        }

        if (counted != expected)
        {
            throw new InvalidOperationException($"{expected} events were settled, the ledger counts {counted}.");
        }
    }

    /// <summary>Of one turn; processor time and bytes of this process, per event.</summary>
    private readonly record struct Cost(double PerSecond, double CpuMicroseconds, double AllocatedBytes);

    private sealed class Figures
    {
        private readonly Series _cpu = new();
        private readonly Series _allocated = new();

        public Series PerSecond { get; } = new();

        public void Add(Cost cost)
        {
            PerSecond.Add(cost.PerSecond);
            _cpu.Add(cost.CpuMicroseconds);
            _allocated.Add(cost.AllocatedBytes);
        }

        public override string ToString() => $"{PerSecond.ToString("0")} | {_cpu.ToString("0")} | {_allocated.ToString("0")}";
    }
}
