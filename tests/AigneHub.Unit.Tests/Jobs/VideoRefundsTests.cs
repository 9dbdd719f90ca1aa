using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Jobs;

public sealed class VideoRefundsTests
{
    private static readonly PurseId Home = PurseId.OfAccount("default");
    private static readonly PurseId Team = PurseId.OfTeam("t");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 30, 0, TimeSpan.Zero));
    private readonly MemoryLedger _ledger;
    private readonly Jobs _jobs = new();

    public VideoRefundsTests() => _ledger = new MemoryLedger(_clock);

    [Fact]
    public async Task BookAll_WhateverIsRepeatedOrInterrupted_GivesBackWhatTheLineSaysOnce()
    {
        using var pipeline = NewPipeline();
        await pipeline.Sync.SyncAsync(
            Team,
            new SyncCommand.Configure(PurseKind.Hard, LedgerUnit.NanoUsd, new Budget(10_000_000, PeriodLength.Day, "UTC")), default);
        var call = pipeline.Ids.New();
        _jobs.Add(Job(call) with { Status = VideoStatus.Failed, ErrorCode = "moderation_blocked", Purses = [Home, Team] });
        _jobs.Add(Job(pipeline.Ids.New()) with { Status = VideoStatus.Completed });

        // Its line is not there yet: nothing to give back.
        Assert.Equal(0, await NewRefunds(pipeline).BookAllAsync(default));
        await SettleAsync(pipeline, call, new PurseSet(Home, [Team]));
        var cost = (await _ledger.FindEventAsync(Home, call, default))!.Cost!.Value;

        // Dies after the first purse, then after the second and before the mark.
        _ledger.AfterWrite = _ => throw new OperationCanceledException("killed");
        for (var purse = 0; purse < 2; purse++)
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => NewRefunds(pipeline).BookAllAsync(default));
        }

        _ledger.AfterWrite = _ => Task.CompletedTask;
        _jobs.IsStale = true;
        Assert.Equal(0, await NewRefunds(pipeline).BookAllAsync(default));
        _jobs.IsStale = false;
        Assert.Equal(1, await NewRefunds(pipeline).BookAllAsync(default));
        Assert.Equal(0, await NewRefunds(pipeline).BookAllAsync(default));

        foreach (var purse in (PurseId[])[Home, Team])
        {
            var booked = await _ledger.ReadMovementsAsync(purse, null, default).Where(one => one.Kind == MovementKind.Adjustment).ToListAsync();
            var movement = Assert.Single(booked);
            Assert.Equal((cost, $"job|{call:N}", "hub"), (movement.Amount, movement.Id, movement.By));
            await pipeline.Sync.SyncAsync(purse, SyncCommand.None.Instance, default);
        }

        // The account owes nothing for it, the team has its budget back; what was spent stays spent.
        var home = (await _ledger.ReadPurseAsync(Home, 10, default)).State!.Value;
        Assert.Equal((cost, 0L), (home.Spent, home.Debt));
        var team = (await _ledger.ReadPurseAsync(Team, 10, default)).State!.Value;
        Assert.Equal((cost, 10_000_000), (team.Spent, team.Available));
        Assert.Empty(pipeline.Incidents.All);

        // A budget's next period is as large as ever.
        _clock.Advance(TimeSpan.FromDays(1));
        var next = await pipeline.Sync.SyncAsync(Team, SyncCommand.None.Instance, default);
        Assert.Equal(10_000_000, next.State!.Available);
    }

    [Fact]
    public async Task BookAll_WithoutACost_IsDoneWithNothing()
    {
        using var pipeline = NewPipeline();
        var call = pipeline.Ids.New();
        _jobs.Add(Job(call) with { Status = VideoStatus.Failed });
        await SettleAsync(pipeline, call, PurseSet.OfAccount("default"), rate: null);

        Assert.Equal(1, await NewRefunds(pipeline).BookAllAsync(default));
        Assert.Empty(await _ledger.ReadMovementsAsync(Home, null, default).ToListAsync());
    }

    private VideoRefunds NewRefunds(Pipeline pipeline) => new(_jobs, _ledger, pipeline.Sync, pipeline.Incidents, _clock);

    private Pipeline NewPipeline() => new(_ledger, _ledger, _ledger, _clock);

    private static async Task SettleAsync(Pipeline pipeline, Guid call, PurseSet purses, long? rate = 3_000_000)
    {
        var usage = UsageSamples.Event(call, 1_000, rate: rate);
        foreach (var message in UsageSamples.Messages(pipeline.Ids, [usage], purses))
        {
            await pipeline.Processor.SettleAsync(message, default);
        }
    }

    private static VideoJob Job(Guid call) => new()
    {
        Account = "default",
        CallId = call,
        Provider = "p",
        Credential = "c",
        Model = "m",
        VendorId = "v",
        Seconds = 4,
        Size = "1280x720",
        Status = VideoStatus.Queued,
    };

    private sealed class Jobs : IVideoJobs
    {
        private readonly Dictionary<Guid, VideoJob> _all = [];

        /// <summary>Somebody else has written meanwhile.</summary>
        public bool IsStale { get; set; }

        public void Add(VideoJob job) => _all[job.CallId] = job;

        public Task<bool> ReplaceAsync(VideoJob job, string etag, CancellationToken cancellationToken)
        {
            if (!IsStale)
            {
                _all[job.CallId] = job;
            }

            return Task.FromResult(!IsStale);
        }

        public IAsyncEnumerable<Versioned<VideoJob>> RefundsDueAsync(CancellationToken cancellationToken) =>
            _all.Values.Where(job => job.RefundDue).Select(job => new Versioned<VideoJob>(job, "")).ToList().ToAsyncEnumerable();

        public Task AddAsync(VideoJob job, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Versioned<VideoJob>?> FindAsync(string account, Guid callId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<VideoJob>> ListAsync(string account, Guid? after, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<VideoJob> OpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
