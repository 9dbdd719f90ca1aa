using AigneHub.Bench.Commands;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using BenchmarkDotNet.Attributes;

namespace AigneHub.Bench.Micro;

/// <summary>Pricing a call, writing its event into a message, and folding a full inbox.</summary>
[MemoryDiagnoser]
public class MoneyBenchmarks : IDisposable
{
    private const int InboxUnits = 85;
    private const string Account = "bench";
    private static readonly PurseId Purse = PurseId.OfAccount(Account);

    private readonly HubIds _ids = new(TimeProvider.System);
    private readonly UsageMessageBuilder _builder = new();
    private readonly PurseSet _purses = PurseSet.OfAccount(Account);
    private readonly PurseState _state = new(LedgerUnit.NanoUsd, PurseKind.Unlimited, 0, 0);
    private readonly Dictionary<string, HourRow> _hours = new(StringComparer.Ordinal);
    private readonly ModelRates _rates = new(new Dictionary<UnitKind, Rate>
    {
        [UnitKind.Input] = Rate.Flat(2_500_000_000), [UnitKind.CachedInput] = Rate.Flat(1_250_000_000), [UnitKind.Output] = Rate.Flat(10_000_000_000),
    });

    private UsageEvent _usage = null!;
    private InboxRow[] _inbox = [];

    [GlobalSetup]
    public void Prepare()
    {
        _usage = PreparedUsage.Event(_ids, Account, 1);
        var sums = UsageSums.Of(Enumerable.Range(0, UsageMessage.UnitEventsMax).Select(i => PreparedUsage.Event(_ids, Account, i)));
        _inbox = [.. Enumerable.Range(0, InboxUnits).Select(_ =>
            new InboxRow(UnitId.OfMessage(_ids.New(), 0), sums.Total().Cost, UsageMessage.UnitEventsMax, "2026110100", sums))];
    }

    [Benchmark]
    public long? Price()
    {
        UnitCounts units = default;
        units[UnitKind.Input] = 900;
        units[UnitKind.CachedInput] = 100;
        units[UnitKind.Output] = 300;
        return Cost.Of(PriceLines.For(_rates, units));
    }

    [Benchmark]
    public object WriteEvent()
    {
        _builder.Start(_usage.Id);
        return _builder.TryAdd(_usage, _purses);
    }

    [Benchmark]
    public object Decide() => PurseDecision.Decide(
        new PurseFacts(Purse, _state, _inbox, _hours, Complete: true, DateTimeOffset.UnixEpoch), SyncCommand.None.Instance,
        LeaseTimes.Default);

    public void Dispose()
    {
        _builder.Dispose();
        GC.SuppressFinalize(this);
    }
}
