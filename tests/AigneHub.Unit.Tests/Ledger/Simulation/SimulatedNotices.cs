using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>Every process keeps the notices that its Syncs come across, a little later, if it lives and storage answers.</summary>
internal sealed class SimulatedNotices(SimulatedWorld world, IIncidents incidents)
{
    private readonly MemoryNotices _kept = new();

    public int CountOf(PurseId purse) => _kept.All.Count(notice => notice.Purse == purse);

    public PurseSync NewSync(SimulatedHost host, Func<INotices, PurseSync> create)
    {
        var process = new Process(world, host);
        var sync = create(process);
        var store = new Store(world, _kept);
        process.Keeper = new NoticeKeeper(
            process.Box, sync, store, new NoticeSender(store, null!, null!, [], incidents, host.Time), incidents, host.Time);
        return sync;
    }

    private sealed class Process(SimulatedWorld world, SimulatedHost host) : INotices
    {
        private bool _begun;

        public NoticeBox Box { get; } = new();

        public NoticeKeeper Keeper { get; set; } = null!;

        public void Tell(PurseId purse, LedgerUnit unit, IReadOnlyList<PurseNotice> notices)
        {
            Box.Tell(purse, unit, notices);
            if (!_begun)
            {
                _begun = true;
                BeginRound();
            }
        }

        // Not what a run waits for: while storage is cut off, it is tried again and again.
        private void BeginRound() => world.After(world.Upto(0.5), () => _ = RoundAsync(), host);

        private async Task RoundAsync()
        {
            _begun = false;
            if (!await Keeper.KeepToldAsync(default))
            {
                BeginRound();
            }
        }
    }

    private sealed class Store(SimulatedWorld world, MemoryNotices kept) : INoticeStore
    {
        public Task<bool> AddAsync(NoticeRecord notice, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource<bool>();
            var (isDone, isAnswered) = (!world.Chance(0.1), !world.Chance(0.1));
            world.After(world.Upto(0.1), () =>
            {
                var added = isDone && kept.AddAsync(notice, default).Result;
                if (isDone && isAnswered)
                {
                    answer.SetResult(added);
                }
                else
                {
                    answer.SetException(new StorageUnavailableException("simulated"));
                }
            });
            return answer.Task;
        }

        public Task<Versioned<NoticeRecord>?> FindAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Page<NoticeRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<Versioned<NoticeRecord>>> ListDueAsync(
            DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Versioned<NoticeRecord>>>([]);

        public Task<bool> ReplaceAsync(NoticeRecord notice, string etag, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
