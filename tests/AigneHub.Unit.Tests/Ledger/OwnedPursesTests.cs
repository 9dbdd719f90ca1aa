using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Ledger;

public sealed class OwnedPursesTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private static readonly PurseId Team = PurseId.OfTeam("t");
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MemoryLedger _ledger;
    private readonly Pipeline _pipeline;

    public OwnedPursesTests()
    {
        _ledger = new MemoryLedger(_clock);
        _pipeline = new Pipeline(_ledger, _ledger, _ledger, _clock);
    }

    public void Dispose() => _pipeline.Dispose();

    [Fact]
    public async Task Follow_TheSameAgain_WritesNothing()
    {
        _pipeline.Owners.Put(OwnerKind.Team, "t", Terms(100));
        Assert.Null(await _pipeline.Owned.FollowAsync(Team, default));
        var etag = await ETagAsync();
        _pipeline.Owners.Put(OwnerKind.Team, "t", Terms(100));
        Assert.Null(await _pipeline.Owned.FollowAsync(Team, default));
        Assert.Equal(etag, await ETagAsync());
    }

    [Fact]
    public async Task Follow_TheRecordChangesMeanwhile_EndsAsTheRecord()
    {
        _pipeline.Owners.Put(OwnerKind.Team, "t", Terms(100));
        var writes = 3;
        _pipeline.Owners.AfterRead = () =>
        {
            if (writes-- > 0)
            {
                _pipeline.Owners.Put(OwnerKind.Team, "t", Terms(100 + writes));
            }

            return Task.CompletedTask;
        };
        Assert.Null(await _pipeline.Owned.FollowAsync(Team, default));
        Assert.Equal(100, await LimitAsync());

        _pipeline.Owners.AfterRead = () =>
        {
            _pipeline.Owners.Put(OwnerKind.Team, "t", Terms(7));
            return Task.CompletedTask;
        };
        Assert.Equal("ledger_busy", (await _pipeline.Owned.FollowAsync(Team, default))!.Code);
    }

    /// <summary>100 a month and 100 a day are looser and tighter at once: the record comes first.</summary>
    [Theory]
    [InlineData(PeriodLength.Month, PeriodLength.Day, true)]
    [InlineData(PeriodLength.Day, PeriodLength.Month, true)]
    [InlineData(PeriodLength.Month, PeriodLength.Month, false)]
    public async Task Prepare_AnotherPeriod_WaitsForTheRecord(PeriodLength before, PeriodLength after, bool waits)
    {
        var was = new PurseTerms(PurseKind.Hard, new Budget(100, before, "UTC"));
        _pipeline.Owners.Put(OwnerKind.Team, "t", was);
        Assert.Null(await _pipeline.Owned.FollowAsync(Team, default));
        var etag = await ETagAsync();
        Assert.Null(await _pipeline.Owned.PrepareAsync(Team, was, new PurseTerms(PurseKind.Hard, new Budget(90, after, "UTC")), default));
        Assert.Equal(waits, etag == await ETagAsync());
    }

    [Fact]
    public async Task Follow_AnOwnerThatNeverHadABudget_MakesNoPurse()
    {
        _pipeline.Owners.Put(OwnerKind.Team, "t");
        Assert.Null(await _pipeline.Owned.FollowAsync(Team, default));
        Assert.Empty(await _ledger.WalkAsync(default).ToListAsync());
        Assert.Null(await _pipeline.Owned.FollowAsync(PurseId.OfTeam("nobody"), default));
    }

    [Theory]
    [InlineData(100L, 100L)]
    [InlineData(50L, 50L)]
    [InlineData(null, null)]
    public async Task Walk_APurseThatDiffersFromItsRecord_IsBroughtToIt(long? wanted, long? limit)
    {
        _pipeline.Owners.Put(OwnerKind.Team, "t", Terms(100));
        await _pipeline.Owned.FollowAsync(Team, default);
        _pipeline.Owners.Put(OwnerKind.Team, "t", wanted is { } nano ? Terms(nano) : null);

        Assert.Equal(wanted == 100 ? 0 : 1, (await _pipeline.Walker.FoldAndAuditAllAsync(default)).Repaired);
        Assert.Equal(limit, await LimitAsync());
        Assert.Equal(0, (await _pipeline.Walker.FoldAndAuditAllAsync(default)).Repaired);
    }

    [Fact]
    public async Task Walk_APurseWithoutARecord_StaysAsItIs()
    {
        await _pipeline.Sync.SyncAsync(Team, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd), default);
        Assert.Equal(0, (await _pipeline.Walker.FoldAndAuditAllAsync(default)).Repaired);
        Assert.Equal(PurseKind.Credit, (await _pipeline.Purses.ReadAsync(Team, default)).Kind);
    }

    [Fact]
    public async Task Read_MoreGrantsOverThanOneDecisionEnds_ShowsNoneOfThem()
    {
        await _pipeline.Sync.SyncAsync(Team, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd), default);
        for (var grant = 0; grant < 20; grant++)
        {
            await _pipeline.Sync.SyncAsync(Team, PurseSamples.Grant($"g{grant}", 5, Start.AddMinutes(1)), default);
        }

        _clock.Advance(TimeSpan.FromHours(1));
        var state = await _pipeline.Purses.ReadAsync(Team, default);
        Assert.Equal((0, 100, (Int128)0), (state.Grants.Length, state.Expired, state.Balance));
    }

    private static PurseTerms Terms(long limit) =>
        new(PurseKind.Hard, new Budget(limit, PeriodLength.Day, "UTC"), new PurseAlerts([50, 100]));

    private async Task<string?> ETagAsync() => (await _ledger.ReadPurseAsync(Team, 1, default)).State?.ETag;

    private async Task<long?> LimitAsync() => (await _pipeline.Purses.ReadAsync(Team, default)).Period?.Budget.Limit;
}
