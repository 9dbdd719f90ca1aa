using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Pricing;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>Usage events and messages for tests.</summary>
internal static class UsageSamples
{
    public static readonly PurseSet Home = PurseSet.OfAccount("default");

    public static UsageEvent Event(
        Guid id, long units = 1_000, long? rate = 2_500_000_000, string model = "sim/steady", string key = "key_1",
        string? project = null, CallOutcome outcome = CallOutcome.Completed, bool estimated = false)
    {
        PriceLine[] lines = [new(UnitKind.Input, units, rate), new(UnitKind.Output, units / 2, rate * 4)];
        return new UsageEvent
        {
            Id = id,
            Account = "default",
            Key = key,
            Project = project,
            Model = model,
            Front = "openai.chat",
            Outcome = outcome,
            Streamed = true,
            Lines = lines,
            Cost = Cost.Of(lines),
            RateVersion = "0123456789abcdef0123456789abcdef",
            Estimated = estimated,
            Attempts = [new AttemptRecord("sim", "steady", 200, null, 12)],
            Timings = new CallTimings(15, 420, 12),
        };
    }

    /// <summary>An id as admission would have made it at this moment.</summary>
    public static Guid IdAt(DateTimeOffset moment) => Guid.CreateVersion7(moment);

    /// <summary>The messages that the flusher would send, oldest first.</summary>
    public static List<string> Messages(HubIds ids, IEnumerable<UsageEvent> events, PurseSet? purses = null)
    {
        using var builder = new UsageMessageBuilder();
        var messages = new List<string>();
        builder.Start(ids.New());
        foreach (var usage in events)
        {
            var result = builder.TryAdd(usage, purses ?? Home);
            if (result == AddResult.Full)
            {
                messages.Add(Text(builder));
                builder.Start(ids.New());
                result = builder.TryAdd(usage, purses ?? Home);
            }

            if (result != AddResult.Added)
            {
                throw new InvalidOperationException("The event does not fit a message.");
            }
        }

        messages.Add(Text(builder));
        return messages;
    }

    private static string Text(UsageMessageBuilder builder) => Encoding.UTF8.GetString(builder.Build().Span);
}

/// <summary>Keeps incidents to look at.</summary>
internal sealed class IncidentLog : IIncidents
{
    private readonly ConcurrentQueue<Incident> _all = new();

    public IReadOnlyList<Incident> All => [.. _all];

    public void Report(Incident incident) => _all.Enqueue(incident);
}

/// <summary>Keeps copies of what was sent; <see cref="OnSend"/> may throw or wait.</summary>
internal sealed class MemoryQueue : IUsageQueue
{
    private readonly ConcurrentQueue<(string Id, byte[] Bytes)> _tried = new();
    private readonly ConcurrentQueue<(string Id, byte[] Bytes)> _sent = new();

    public Func<CancellationToken, Task> OnSend { get; set; } = _ => Task.CompletedTask;

    /// <summary>Every try, the failed ones included.</summary>
    public IReadOnlyList<(string Id, byte[] Bytes)> Tried => [.. _tried];

    public IReadOnlyList<string> Sent => [.. _sent.Select(message => Encoding.UTF8.GetString(message.Bytes))];

    public async Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken)
    {
        _tried.Enqueue((messageId, message.ToArray()));
        await OnSend(cancellationToken);
        _sent.Enqueue((messageId, message.ToArray()));
    }
}

/// <summary>The pipeline from a message to folded sums over given stores, as the composition root puts it together.</summary>
internal sealed class Pipeline : IDisposable
{
    public Pipeline(
        ILedgerStore ledger, IPurseRegistry registry, IPoisonStore poison, TimeProvider time, int seed = 1,
        LedgerUnit unit = LedgerUnit.NanoUsd, IArchive? archive = null)
    {
        var registrar = new PurseRegistrar(registry, unit, Incidents, time);
        Sync = new PurseSync(ledger, registrar, LeaseTimes.Default, Notices, Incidents, new Random(seed), time);
        Folder = new PurseFolder(Sync, Incidents, time);
        Ids = new HubIds(time);
        Box = new PoisonBox(poison, Queue, Ids, Incidents, time);
        Processor = new UsageMessageProcessor(new UsageSettler(ledger, registrar, Box, time), Folder, Box, new HubMetrics(Meter), time);
        Usage = new UsageReader(ledger);
        Lines = new LedgerReader(ledger);
        var details = archive ?? new NoArchive();
        History = new EventHistory(ledger, details, time);
        Statements = new StatementReader(ledger, History, Incidents);
        Auditor = new LedgerAuditor(ledger, details);
        Archiver = new LedgerArchiver(ledger, registry, details, History, Incidents, new ArchiveOptions(), time);
        Restorer = new ArchiveRestorer(ledger, registry, details, Incidents, time);
        Owned = new OwnedPurses(Owners, Owners, registry, Sync, registrar);
        Purses = new PurseReader(ledger, registrar, LeaseTimes.Default);
        Walker = new PurseWalker(registry, Sync, Owned, Auditor, Incidents, time);
    }

    public IncidentLog Incidents { get; } = new();
    public NoticeBox Notices { get; } = new();
    public MemoryQueue Queue { get; } = new();
    public HubIds Ids { get; }
    public PurseSync Sync { get; }
    public PurseFolder Folder { get; }
    public PoisonBox Box { get; }
    /// <summary>What the processor measures with.</summary>
    public Meter Meter { get; } = new(TelemetryNames.Source);

    public UsageMessageProcessor Processor { get; }
    public UsageReader Usage { get; }
    public LedgerReader Lines { get; }
    public EventHistory History { get; }
    public StatementReader Statements { get; }
    public LedgerArchiver Archiver { get; }
    public ArchiveRestorer Restorer { get; }
    public LedgerAuditor Auditor { get; }
    public MemoryOwners Owners { get; } = new();
    public OwnedPurses Owned { get; }
    public PurseReader Purses { get; }
    public PurseWalker Walker { get; }

    public void Dispose()
    {
        Folder.Dispose();
        Notices.Dispose();
        Meter.Dispose();
    }

    public async Task<List<LedgerLine>> AllLinesAsync(string account = "default", int limit = LedgerReader.LimitMax)
    {
        var lines = new List<LedgerLine>();
        string? continuation = null;
        do
        {
            var page = await Lines.ReadAsync(account, limit, continuation, default);
            lines.AddRange(page.Items);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return lines;
    }
}

/// <summary>Another ledger with some of its methods replaced.</summary>
/// <summary>Nothing waits unless told.</summary>
internal sealed class MemoryBacklog : IUsageBacklog
{
    public long Recorded { get; set; }

    public long Left { get; set; }

    public Func<Task> Flush { get; set; } = () => Task.CompletedTask;

    public Task FlushAsync(CancellationToken cancellationToken) => Flush();
}

internal abstract class WrappedLedger(ILedgerStore inner) : ILedgerStore
{
    public virtual Task<InsertResult> InsertUnitAsync(
        PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken) =>
        inner.InsertUnitAsync(purse, inbox, events, cancellationToken);

    public Task<LedgerEvent?> FindEventAsync(PurseId purse, Guid eventId, CancellationToken cancellationToken) =>
        inner.FindEventAsync(purse, eventId, cancellationToken);

    public virtual Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken) =>
        inner.ReadPurseAsync(purse, rowsMax, cancellationToken);

    public virtual Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken) =>
        inner.CommitAsync(purse, commit, cancellationToken);

    public Task<HourRow?> FindHourAsync(PurseId purse, string hour, CancellationToken cancellationToken) =>
        inner.FindHourAsync(purse, hour, cancellationToken);

    public Task<BookedId?> FindBookedAsync(PurseId purse, OutsideId id, CancellationToken cancellationToken) =>
        inner.FindBookedAsync(purse, id, cancellationToken);

    public virtual Task<PaymentRow?> FindPaymentAsync(PurseId purse, string paymentId, CancellationToken cancellationToken) =>
        inner.FindPaymentAsync(purse, paymentId, cancellationToken);

    public IAsyncEnumerable<Movement> ReadMovementsAsync(PurseId purse, long? before, CancellationToken cancellationToken) =>
        inner.ReadMovementsAsync(purse, before, cancellationToken);

    public virtual IAsyncEnumerable<HourRow> ReadHoursAsync(
        PurseId purse, HourSpan hours, bool details, DateTimeOffset? writtenSince, CancellationToken cancellationToken) =>
        inner.ReadHoursAsync(purse, hours, details, writtenSince, cancellationToken);

    public IAsyncEnumerable<PaymentRow> ReadPaymentsAsync(PurseId purse, CancellationToken cancellationToken) =>
        inner.ReadPaymentsAsync(purse, cancellationToken);

    public virtual Task<IReadOnlyList<LedgerEvent>> ReadEventsAsync(
        PurseId purse, Guid? from, Guid? before, int limit, CancellationToken cancellationToken) =>
        inner.ReadEventsAsync(purse, from, before, limit, cancellationToken);

    public Task<InsertResult> InsertEventsAsync(
        PurseId purse, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken) =>
        inner.InsertEventsAsync(purse, events, cancellationToken);

    public virtual Task DeleteEventsAsync(PurseId purse, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        inner.DeleteEventsAsync(purse, ids, cancellationToken);

    public Task<int> DeleteSettledAsync(PurseId purse, DateTimeOffset before, CancellationToken cancellationToken) =>
        inner.DeleteSettledAsync(purse, before, cancellationToken);

    public IAsyncEnumerable<HourCost> SumEventsAsync(PurseId purse, HourSpan hours, CancellationToken cancellationToken) =>
        inner.SumEventsAsync(purse, hours, cancellationToken);
}
