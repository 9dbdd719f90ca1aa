using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class PurseSyncTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private static readonly PurseId Purse = PurseId.OfAccount("default");
    private static readonly PurseState Empty = new(LedgerUnit.NanoUsd, PurseKind.Unlimited, 0, 0);
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MemoryLedger _ledger;

    public PurseSyncTests() => _ledger = new MemoryLedger(_clock);

    [Fact]
    public async Task Sync_EmptyPurse_InsertsTheStateFromTheRegistry()
    {
        using var pipeline = New();
        var result = await pipeline.Sync.SyncAsync(Purse, new SyncCommand.Configure(PurseKind.Unlimited, LedgerUnit.NanoUsd), default);
        Assert.Equal((SyncOutcome.Done, true), (result.Outcome, result.Complete));
        Assert.Equal(Empty, (await _ledger.ReadPurseAsync(Purse, 1, default)).State!.Value);
        Assert.Equal("default", (await _ledger.WalkAsync(default).SingleAsync()).Owner);
    }

    [Fact]
    public async Task Sync_ADecisionOfTooManyRows_FailsAndWritesNothing()
    {
        using var pipeline = New();
        var state = Empty with
        {
            Granted = 120,
            Grants = [.. Enumerable.Range(100, 120).Select(i => new Grant($"g{i}", 1, Start, 0, Dead: true))],
        };
        await _ledger.CommitAsync(Purse, new LedgerCommit(state, null, [], []), default);
        var sync = pipeline.Sync.SyncAsync(Purse, new SyncCommand.Configure(PurseKind.Unlimited, LedgerUnit.NanoUsd), default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => sync);
        Assert.Equal(state, (await _ledger.ReadPurseAsync(Purse, 1, default)).State!.Value);
    }

    [Fact]
    public async Task Sync_AZoneUnknownHere_IsAnIncidentAtEachNewPeriodOnly()
    {
        using var pipeline = New();
        var period = BudgetPeriod.At(new Budget(100, PeriodLength.Day, "Mars/Olympus"), Start.AddDays(-1), 0);
        await _ledger.CommitAsync(Purse, new LedgerCommit(Empty with { Kind = PurseKind.Hard, Period = period }, null, [], []), default);
        await pipeline.Sync.SyncAsync(Purse, PurseSamples.Grant("1", 5), default);
        await pipeline.Sync.SyncAsync(Purse, PurseSamples.Grant("2", 5), default);

        Assert.Single(pipeline.Incidents.All, incident => incident.Kind == IncidentKind.ZoneUnknown);
    }

    [Fact]
    public async Task Sync_ConfigureWithAnotherUnit_IsRefusedButFolds()
    {
        using var pipeline = New();
        await SettleAsync(pipeline, 3);
        var result = await pipeline.Sync.SyncAsync(Purse, new SyncCommand.Configure(PurseKind.Unlimited, LedgerUnit.NanoCredit), default);
        Assert.Equal((SyncOutcome.Refused, "unit_differs", 3), (result.Outcome, result.Refused, result.Folded));
        Assert.Equal(LedgerUnit.NanoUsd, result.State!.Unit);
    }

    [Fact]
    public async Task Sync_AnotherHubUnit_IsAnIncidentAndChargesNothing()
    {
        using (var usd = New())
        {
            await SettleAsync(usd, 1);
        }

        using var credits = New(LedgerUnit.NanoCredit);
        var message = UsageSamples.Messages(credits.Ids, [UsageSamples.Event(credits.Ids.New())]).Single();
        await Assert.ThrowsAsync<PurseUnitDiffersException>(() => credits.Processor.SettleAsync(message, default));
        Assert.Contains(credits.Incidents.All, incident => incident.Kind == IncidentKind.UnitDiffers);
        Assert.Single(await credits.AllLinesAsync());
    }

    [Fact]
    public async Task Sync_MoreUnitsThanATransactionHolds_FoldsInSeveral()
    {
        using var pipeline = New();
        await SettleAsync(pipeline, 200);
        var folded = new List<int>();
        SyncResult result;
        do
        {
            result = await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
            folded.Add(result.Folded);
        }
        while (!result.Complete);

        Assert.Equal(200, folded.Sum());
        Assert.All(folded, some => Assert.InRange(some, 1, 86));
    }

    [Fact]
    public async Task Sync_EveryUnitOfAnotherHour_StaysWithinAHundredRows()
    {
        using var pipeline = New();
        // The fake throws above 100 rows: 85 deletes and 85 hours would be too many.
        foreach (var hour in Enumerable.Range(0, 90))
        {
            var usage = UsageSamples.Event(UsageSamples.IdAt(Start.AddHours(-hour)));
            await pipeline.Processor.SettleAsync(UsageSamples.Messages(pipeline.Ids, [usage]).Single(), default);
        }

        var result = await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
        Assert.Equal((49, false), (result.Folded, result.Complete));
    }

    [Fact]
    public async Task Sync_TooManyBytes_FoldsFewerUnits()
    {
        var store = new StrictLedger(_ledger, unitsMax: 3);
        using var pipeline = new Pipeline(store, _ledger, _ledger, _clock);
        await SettleAsync(pipeline, 10);
        var result = await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
        Assert.Equal((SyncOutcome.Done, 2, false), (result.Outcome, result.Folded, result.Complete));
    }

    [Fact]
    public async Task Sync_AlwaysOvertaken_IsBusyAfterEightTries()
    {
        using var pipeline = New();
        await SettleAsync(pipeline, 1);
        var commits = 0;
        _ledger.BeforeWrite = async what =>
        {
            if (what == "commit" && commits++ < 100)
            {
                var view = await _ledger.ReadPurseAsync(Purse, 1, default);
                var hook = _ledger.BeforeWrite;
                _ledger.BeforeWrite = _ => Task.CompletedTask;
                await _ledger.CommitAsync(Purse, new LedgerCommit(Empty, view.State?.ETag, [], []), default);
                _ledger.BeforeWrite = hook;
            }
        };

        var sync = pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
        while (!sync.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(SyncOutcome.Busy, (await sync).Outcome);
        Assert.Equal(8, commits);
    }

    [Fact]
    public async Task Sync_StorageStaysSilent_ThrowsInsteadOfHanging()
    {
        using var pipeline = New();
        await SettleAsync(pipeline, 1);
        _ledger.BeforeWrite = _ => throw new StorageUnavailableException("down");
        var sync = pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
        while (!sync.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<StorageUnavailableException>(() => sync);
    }

    [Fact]
    public void Decide_InboxWhoseSumsDiffer_WritesNothing()
    {
        var usage = UsageSamples.Event(UsageSamples.IdAt(Start));
        var row = new InboxRow("u", usage.Cost!.Value + 1, 1, "2026112312", UsageSums.Of([usage]));
        Assert.Throws<InvalidOperationException>(() =>
            PurseSamples.Decide(Empty, SyncCommand.None.Instance, Start, [row], Purse));
    }

    [Fact]
    public void Decide_StateThatDoesNotBalance_Throws() => Assert.Throws<InvalidOperationException>(() => PurseSamples.Decide(
        Empty with { Spent = 5, Debt = 4 }, SyncCommand.None.Instance, Start));

    [Fact]
    public void Decide_Overflow_Throws() => Assert.Throws<OverflowException>(() => PurseSamples.Decide(
        new PurseState(LedgerUnit.NanoUsd, PurseKind.Unlimited, long.MaxValue, long.MaxValue), SyncCommand.None.Instance, Start,
        [new InboxRow("u", 1, 1, "2026112312", null)], new PurseId("team:a")));

    [Fact]
    public async Task Folder_ManyTouches_FoldOnceWithinTwoSeconds()
    {
        using var pipeline = New();
        using var stop = new CancellationTokenSource();
        var run = pipeline.Folder.RunAsync(stop.Token);
        var commits = 0;
        _ledger.AfterWrite = what =>
        {
            commits += what == "commit" ? 1 : 0;
            return Task.CompletedTask;
        };
        await SettleAsync(pipeline, 5);
        Assert.Equal(0, commits);
        for (var i = 0; i < 8 && commits == 0; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(20);
        }

        Assert.Equal(1, commits);
        Assert.Empty((await _ledger.ReadPurseAsync(Purse, 86, default)).Inbox);
        await stop.CancelAsync();
        await run.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Sums_MoreCombinationsThanFit_KeepTheTotalInOther()
    {
        var events = Enumerable.Range(0, UsageSums.CombinationsMax + 50)
            .Select(i => UsageSamples.Event(UsageSamples.IdAt(Start), key: "key_" + i)).ToList();
        var sums = UsageSums.Of(events);
        Assert.Equal(UsageSums.CombinationsMax + 1, sums.ByKey.Count);
        Assert.Equal(50, sums.ByKey[SumKey.Other].Calls);
        Assert.Equal(events.Sum(usage => usage.Cost), sums.Total().Cost);
        var copy = sums.Copy();
        Assert.Equal(50, copy.ByKey[SumKey.Other].Calls);
        copy.Shrink(10);
        Assert.Equal(11, copy.ByKey.Count);
        Assert.True(sums.Total().SameAs(copy.Total()));
    }

    [Fact]
    public async Task Sync_TheSameMoveAgain_IsBookedOnceAndAnotherUnderItsIdIsAnIncident()
    {
        using var pipeline = New();
        var grant = PurseSamples.Grant("g1", 100, Start.AddDays(1));
        Assert.Equal(SyncOutcome.Done, (await pipeline.Sync.SyncAsync(Purse, grant, default)).Outcome);
        Assert.Equal(SyncOutcome.BookedBefore, (await pipeline.Sync.SyncAsync(Purse, grant with { Reason = "again" }, default)).Outcome);
        SyncCommand.GrantCredit[] others = [grant with { Amount = 101 }, grant with { Expires = null }, grant with { Priority = 1 }];
        foreach (var other in others)
        {
            var result = await pipeline.Sync.SyncAsync(Purse, other, default);
            Assert.Equal((SyncOutcome.Refused, "outside_id_conflict"), (result.Outcome, result.Refused));
        }

        Assert.Equal(100, (await _ledger.ReadPurseAsync(Purse, 1, default)).State!.Value.Granted);
        Assert.Equal(others.Length, pipeline.Incidents.All.Count(incident => incident.Kind == IncidentKind.MovementConflict));
        Assert.Equal("admin|g1", (await _ledger.ReadMovementsAsync(Purse, null, default).SingleAsync()).Id);
    }

    [Fact]
    public async Task Sync_AMoveWhoseAnswerIsLost_IsBookedOnce()
    {
        using var pipeline = New();
        _ledger.AfterWrite = what =>
        {
            if (what != "commit")
            {
                return Task.CompletedTask;
            }

            _ledger.AfterWrite = _ => Task.CompletedTask;
            throw new StorageUnavailableException("lost");
        };
        var sync = pipeline.Sync.SyncAsync(Purse, PurseSamples.Grant("g1", 100), default);
        while (!sync.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(SyncOutcome.BookedBefore, (await sync).Outcome);
        Assert.Equal(100, (await _ledger.ReadPurseAsync(Purse, 1, default)).State!.Value.Granted);
    }

    [Fact]
    public async Task Sync_AWrongPaymentReport_IsAnIncident()
    {
        using var pipeline = New();
        var payment = new Payment("p", "o", 100, 77, 100);
        await pipeline.Sync.SyncAsync(Purse, new SyncCommand.SetPayment(payment), default);
        await pipeline.Sync.SyncAsync(Purse, new SyncCommand.SetPayment(payment), default);
        Assert.Empty(pipeline.Incidents.All);
        await pipeline.Sync.SyncAsync(Purse, new SyncCommand.SetPayment(payment with { Credits = 78 }), default);
        Assert.Single(pipeline.Incidents.All, incident => incident.Kind == IncidentKind.MovementConflict);
        Assert.Equal(77, (await _ledger.FindPaymentAsync(Purse, "p", default))!.Granted);
    }

    [Fact]
    public async Task Sync_NothingToFoldButTimeIsUp_ExpiresAndReclaims()
    {
        using var pipeline = New();
        await pipeline.Sync.SyncAsync(Purse, PurseSamples.Grant("g1", 100, Start.AddHours(1)), default);
        await pipeline.Sync.SyncAsync(Purse, PurseSamples.Lease("l", needs: [40]), default);
        var commits = 0;
        _ledger.AfterWrite = _ => Task.FromResult(commits++);
        await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
        Assert.Equal(0, commits);
        _clock.Advance(TimeSpan.FromHours(2));
        var state = (await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default)).State!;
        Assert.Equal((100, 0, 0), (state.Expired, state.Leases.Length, state.Grants.Length));
        Assert.Single(pipeline.Incidents.All, incident => incident.Kind == IncidentKind.LeaseReclaimed);
    }

    [Fact]
    public async Task Sync_AShortInboxOfALeasedPurse_IsLeftToItsHeartbeatWhileOneComes()
    {
        using var pipeline = New();
        await pipeline.Sync.SyncAsync(Purse, PurseSamples.Lease("l"), default);
        await SettleAsync(pipeline, 42);
        Assert.Equal(SyncOutcome.LeftToLeases, (await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Soon, default)).Outcome);
        await SettleAsync(pipeline, 1);
        Assert.Equal(43, (await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Soon, default)).Folded);
        await SettleAsync(pipeline, 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Soon, default)).Folded);
    }

    [Fact]
    public async Task Sync_ManyMovementsAndAFullInbox_StaysWithinAHundredRows()
    {
        using var pipeline = New();
        await pipeline.Sync.SyncAsync(Purse, PurseSamples.Lease("l"), default);
        for (var i = 0; i < 64; i++)
        {
            await pipeline.Sync.SyncAsync(Purse, PurseSamples.Grant("g" + i, 1, Start.AddMinutes(1)), default);
        }

        await pipeline.Sync.SyncAsync(Purse, PurseSamples.Lease("l", needs: [64], isNew: false), default);
        _clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 8; i++)
        {
            await pipeline.Sync.SyncAsync(Purse, SyncCommand.None.Instance, default);
        }

        await SettleAsync(pipeline, 85, tokens: 0);
        // 64 dead grants end at once; the fake throws above 100 rows.
        var result = await pipeline.Sync.SyncAsync(Purse, PurseSamples.Lease("l", isNew: false, close: true), default);
        Assert.Equal((SyncOutcome.Done, false), (result.Outcome, result.Complete));
        Assert.Equal((0, 64), (result.State!.Grants.Length, result.State.MoneySeq - 64));
    }

    private Pipeline New(LedgerUnit unit = LedgerUnit.NanoUsd) => new(_ledger, _ledger, _ledger, _clock, unit: unit);

    private static async Task SettleAsync(Pipeline pipeline, int units, long tokens = 1_000)
    {
        for (var i = 0; i < units; i++)
        {
            await pipeline.Processor.SettleAsync(
                UsageSamples.Messages(pipeline.Ids, [UsageSamples.Event(pipeline.Ids.New(), tokens)]).Single(), default);
        }
    }

    /// <summary>Finds commits of more units than this too large.</summary>
    private sealed class StrictLedger(ILedgerStore inner, int unitsMax) : WrappedLedger(inner)
    {
        public override Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken) =>
            commit.Folded.Count > unitsMax
                ? Task.FromResult(CommitResult.TooLarge)
                : base.CommitAsync(purse, commit, cancellationToken);
    }
}
