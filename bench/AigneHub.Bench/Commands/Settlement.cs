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
/// that only sends the same transactions. Both run in turns, on two accounts of the same Azurite.
/// </summary>
internal static class Settlement
{
    /// <summary>As many messages as the queue trigger works on at once (<c>batchSize</c> of host.json).</summary>
    private const int Parallelism = 16;
    private const int Turns = 10;
    private const double ShareMin = 0.6;

    /// <summary>Arguments: <c>--events</c>.</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var events = arguments.Number("--events", 100_000) / Turns;
        await using var storage = await HubUnderTest.PrepareAsync();
        await using var services = await ComposeAsync(storage.ConnectionString);
        var ids = services.GetRequiredService<HubIds>();
        var settled = new Series();
        var bare = new Series();
        for (var turn = 0; turn <= Turns; turn++)
        {
            var real = events / await SettleAsync(services, PreparedUsage.Messages(ids, "settled", events));
            var floor = events / await SendAsync(storage.ConnectionString, Transactions(PreparedUsage.Messages(ids, "bare", events)));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"turn {turn} of {Turns}: {real:0} settled, {floor:0} bare"));
            if (turn > 0)
            {
                // Turn 0 is for warming up.
                settled.Add(real);
                bare.Add(floor);
            }
        }

        await CheckAsync(services, events * (Turns + 1));
        var share = settled.Median / bare.Median;
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine($"| {Turns} turns of {events} events each | events/s, median (range) |");
        Console.WriteLine("|---|---|");
        Console.WriteLine($"| settled: parsed, checked, inserted, folded | {settled.ToString("0")} |");
        Console.WriteLine($"| bare loop of the same transactions | {bare.ToString("0")} |");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| settled ÷ bare | {share:0.00}; bar ≥ {ShareMin}: {(share >= ShareMin ? "held" : "**broken**")} |"));
        return 0;
    }

    private static async Task<ServiceProvider> ComposeAsync(string storage)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(UsageFunctions.StorageConnection, storage)]).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddHub(configuration).BuildServiceProvider();
        await services.GetRequiredService<HubStorage>().EnsureCreatedAsync(CancellationToken.None);
        return services;
    }

    /// <returns>Seconds.</returns>
    private static async Task<double> SettleAsync(ServiceProvider services, IReadOnlyList<string> messages)
    {
        var processor = services.GetRequiredService<UsageMessageProcessor>();
        var folder = services.GetRequiredService<PurseFolder>();
        using var stop = new CancellationTokenSource();
        var started = Stopwatch.GetTimestamp();
        var folding = folder.RunAsync(stop.Token);
        await Parallel.ForEachAsync(
            messages, new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
            async (message, token) => await processor.SettleAsync(message, token));
        await stop.CancelAsync();
        await folding;
        await folder.FoldTouchedAsync(CancellationToken.None);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> SendAsync(string storage, IReadOnlyList<List<TableTransactionAction>> transactions)
    {
        var table = new TableClient(storage, TableKeys.Ledger);
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            transactions, new ParallelOptions { MaxDegreeOfParallelism = Parallelism },
            async (transaction, token) => await table.SubmitTransactionAsync(transaction, token));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
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
        var purse = PurseId.OfAccount("settled");
        var time = services.GetRequiredService<TimeProvider>();
        var hours = new HourSpan(HourSpan.Of(time.GetUtcNow().AddHours(-2)), HourSpan.Of(time.GetUtcNow()));
        var counted = 0L;
        await foreach (var hour in services.GetRequiredService<ILedgerStore>().ReadHoursAsync(purse, hours, false, null, CancellationToken.None))
        {
            counted += hour.Count;
        }

        if (counted != expected)
        {
            throw new InvalidOperationException($"{expected} events were settled, the ledger counts {counted}.");
        }
    }
}
