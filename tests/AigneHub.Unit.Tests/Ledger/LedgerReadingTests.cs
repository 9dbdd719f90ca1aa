using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class LedgerReadingTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private static readonly PurseId Purse = PurseId.OfAccount("default");
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MemoryLedger _ledger;
    private readonly Pipeline _pipeline;

    public LedgerReadingTests()
    {
        _ledger = new MemoryLedger(_clock);
        _pipeline = new Pipeline(_ledger, _ledger, _ledger, _clock);
    }

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task Usage_ByDayAndModel_SumsFoldedAndUnfolded()
    {
        await SettleAsync(UsageSamples.Event(At(-26), units: 100, model: "sim/a"), UsageSamples.Event(At(-1), units: 10, model: "sim/a"));
        await _pipeline.Folder.FoldTouchedAsync(default);
        await SettleAsync(
            UsageSamples.Event(At(-1), units: 20, model: "sim/a", outcome: CallOutcome.Failed),
            UsageSamples.Event(At(0), units: 40, model: "sim/b", rate: null, outcome: CallOutcome.Cancelled, estimated: true));

        var report = await _pipeline.Usage.ReadAsync(
            "default", new UsageQuery(Start.AddDays(-3), Start.AddDays(1), UsagePeriod.Day, ByModel: true), default);

        Assert.Equal(
            [("22", "sim/a", 1L, 100L), ("23", "sim/a", 2L, 30L), ("23", "sim/b", 1L, 40L)],
            report.Rows.Select(row => ($"{row.Start:dd}", row.Model!, row.Totals.Calls, row.Totals[UnitKind.Input])));
        Assert.All(report.Rows, row => Assert.Null(row.Key));
        var total = report.Total;
        Assert.Equal((4, 1, 1, 1, 1), (total.Calls, total.Failed, total.Cancelled, total.Estimated, total.Unpriced));
    }

    [Fact]
    public async Task Usage_Span_TakesTheHoursThatBeginInIt()
    {
        await SettleAsync(UsageSamples.Event(At(-2)), UsageSamples.Event(At(-1)), UsageSamples.Event(At(0)));
        var query = new UsageQuery(Start.AddHours(-1), HourSpan.StartOf(HourSpan.Of(Start)), UsagePeriod.Hour);
        var row = Assert.Single((await _pipeline.Usage.ReadAsync("default", query, default)).Rows);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 11, 0, 0, TimeSpan.Zero), row.Start);
        await Assert.ThrowsAsync<ArgumentException>(() => _pipeline.Usage.ReadAsync("default", query with { To = query.From }, default));
        await Assert.ThrowsAsync<ArgumentException>(
            () => _pipeline.Usage.ReadAsync("default", query with { From = Start.AddDays(-400) }, default));
    }

    [Fact]
    public async Task Usage_AFoldBetweenItsReads_CountsEachCallOnce()
    {
        await SettleAsync(UsageSamples.Event(At(0)), UsageSamples.Event(At(-1)));
        var ledger = new FoldingBetweenReads(_ledger, () => _pipeline.Folder.FoldTouchedAsync(default));
        var report = await new UsageReader(ledger).ReadAsync(
            "default", new UsageQuery(Start.AddDays(-1), Start.AddDays(1), UsagePeriod.Hour), default);
        Assert.True(ledger.Folded);
        Assert.Equal(2, report.Total.Calls);
    }

    /// <summary>Over several reads of the store, and to the millisecond.</summary>
    [Fact]
    public async Task Ledger_Walk_GivesTheSpanNewestFirst()
    {
        UsageEvent[] events =
            [.. Enumerable.Range(0, LedgerReader.LimitMax * 2 + 3).Select(i => UsageSamples.Event(UsageSamples.IdAt(Start.AddMilliseconds(-i))))];
        foreach (var some in events.Chunk(90))
        {
            await SettleAsync(some);
        }

        var walked = new List<Guid>();
        await foreach (var line in _pipeline.Lines.WalkAsync("default", Start.AddMilliseconds(-LedgerReader.LimitMax * 2), Start.AddMilliseconds(-1), default))
        {
            walked.Add(line.Event.Id);
        }

        Assert.Equal(events[2..^2].Select(e => e.Id), walked);
    }

    [Fact]
    public async Task Ledger_Pages_EndWithoutContinuationAndRefuseForeignOnes()
    {
        await SettleAsync([.. Enumerable.Range(0, 6).Select(i => UsageSamples.Event(At(-i)))]);
        var first = await _pipeline.Lines.ReadAsync("default", 4, null, default);
        var second = await _pipeline.Lines.ReadAsync("default", 4, first.Continuation, default);
        Assert.Equal((4, 2), (first.Items.Count, second.Items.Count));
        Assert.Null(second.Continuation);
        Assert.Equal(6, first.Items.Concat(second.Items).Select(line => line.Event.Id).Distinct().Count());
        foreach (var foreign in new[] { "", "x", "AAAAAAAAAAAAAAAAAAAAA!", new string('A', 500) })
        {
            await Assert.ThrowsAsync<InvalidContinuationException>(() => _pipeline.Lines.ReadAsync("default", 4, foreign, default));
        }
    }

    [Fact]
    public async Task Audit_ATamperedHour_TellsExpectedAndActual()
    {
        var usage = UsageSamples.Event(At(0));
        await SettleAsync(usage);
        await _pipeline.Folder.FoldTouchedAsync(default);
        var span = HourSpan.Between(Start.AddDays(-1), Start.AddDays(1));
        Assert.True((await _pipeline.Auditor.AuditAsync(Purse, span, default)).Agrees);

        _ledger.Tamper(Purse, HourSpan.Of(Start), addedCost: 7);
        var report = await _pipeline.Auditor.AuditAsync(Purse, span, default);
        var cost = usage.Cost!.Value;
        Assert.Equal(
            [new AuditFinding("hours", null, cost + 7, cost), new AuditFinding("events_cost", "2026112312", cost, cost + 7)],
            report.Findings);
    }

    [Fact]
    public async Task Audit_AMovementWithOtherSumsAfterIt_IsFound()
    {
        var purse = new PurseId("team:t");
        var state = new PurseState(LedgerUnit.NanoUsd, PurseKind.Credit, 0, 0) with
        {
            Granted = 7,
            Reversed = 2,
            MoneySeq = 3,
            Grants = [new Grant("g", 5, null, 0)],
        };
        Movement[] movements =
        [
            new(1, MovementKind.Grant, 4, Start) { After = new MoneySums(4, 0, 0, 0) },
            new(2, MovementKind.Grant, 3, Start) { After = new MoneySums(6, 0, 0, 0) },
            new(3, MovementKind.Adjustment, -2, Start) { After = new MoneySums(7, 2, 0, 0) },
        ];
        await _ledger.CommitAsync(purse, new LedgerCommit(state, null, [], []) { Movements = movements }, default);
        var report = await _pipeline.Auditor.AuditAsync(purse, HourSpan.Between(Start, Start), default);
        Assert.Equal([new AuditFinding("movement_sums", null, 0, 1)], report.Findings);
    }

    [Fact]
    public async Task Audit_APaymentsRowWithoutItsMovement_IsFound()
    {
        var purse = new PurseId("team:t");
        foreach (var (id, captured, refunded) in new[] { ("a", 100, 0), ("a", 100, 30), ("b", 50, 0) })
        {
            await _pipeline.Sync.SyncAsync(
                purse, new SyncCommand.SetPayment(new Payment(id, "order", 100, 1_000, captured, refunded)), default);
        }

        await _pipeline.Sync.SyncAsync(purse, PurseSamples.Grant("not a payment's", 17), default);
        var span = HourSpan.Between(Start, Start);
        Assert.True((await _pipeline.Auditor.AuditAsync(purse, span, default)).Agrees);

        var view = await _ledger.ReadPurseAsync(purse, 1, default);
        var lost = (await _ledger.FindPaymentAsync(purse, "a", default))! with { Granted = 1_001, Reversed = 299 };
        await _ledger.CommitAsync(purse, new LedgerCommit(view.State!.Value, view.State.ETag, [], []) { Payment = lost }, default);
        Assert.Equal(
            [new AuditFinding("payments_granted", null, 1_500, 1_501), new AuditFinding("payments_reversed", null, 300, 299)],
            (await _pipeline.Auditor.AuditAsync(purse, span, default)).Findings);
    }

    [Fact]
    public async Task Audit_UnfoldedUnits_AreCountedWithTheHours()
    {
        await SettleAsync(UsageSamples.Event(At(0)));
        await _pipeline.Folder.FoldTouchedAsync(default);
        await SettleAsync(UsageSamples.Event(At(0)));
        var report = await _pipeline.Auditor.AuditAsync(Purse, HourSpan.Between(Start.AddDays(-1), Start.AddDays(1)), default);
        Assert.Equal((true, 1), (report.Agrees, report.HoursChecked));
    }

    [Fact]
    public async Task Walk_FoldsLeftoversAndAuditsEachHourOnce()
    {
        await SettleAsync(UsageSamples.Event(At(0)), UsageSamples.Event(At(-30)));
        var first = await _pipeline.Walker.FoldAndAuditAllAsync(default);
        Assert.Equal(new WalkSummary(1, 2, 0, 1, 0, 0), first);
        Assert.Equal(new WalkSummary(1, 0, 0, 0, 0, 0), await _pipeline.Walker.FoldAndAuditAllAsync(default));

        _clock.Advance(TimeSpan.FromDays(1.1));
        _ledger.Tamper(Purse, HourSpan.Of(Start), addedCost: -1);
        var second = await _pipeline.Walker.FoldAndAuditAllAsync(default);
        Assert.Equal((1, 1), (second.Hours, second.Differing));
        Assert.Contains(_pipeline.Incidents.All, incident => incident is { Kind: IncidentKind.AuditDiffers, Subject: "2026112312" });
    }

    private static Guid At(int hours) => UsageSamples.IdAt(Start.AddHours(hours));

    private async Task SettleAsync(params UsageEvent[] events)
    {
        foreach (var message in UsageSamples.Messages(_pipeline.Ids, events))
        {
            await _pipeline.Processor.SettleAsync(message, default);
        }
    }

    /// <summary>Folds everything once, just before the hours are read.</summary>
    private sealed class FoldingBetweenReads(ILedgerStore inner, Func<Task> fold) : WrappedLedger(inner)
    {
        private readonly ILedgerStore _inner = inner;

        public bool Folded { get; private set; }

        public override async IAsyncEnumerable<HourRow> ReadHoursAsync(
            PurseId purse, HourSpan hours, bool details, DateTimeOffset? writtenSince,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (!Folded)
            {
                await fold();
                Folded = true;
            }

            await foreach (var row in _inner.ReadHoursAsync(purse, hours, details, writtenSince, cancellationToken))
            {
                yield return row;
            }
        }
    }
}
