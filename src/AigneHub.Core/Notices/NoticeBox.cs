using System.Collections.Concurrent;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Notices;

/// <summary>What this instance's Syncs were told, until <see cref="NoticeKeeper"/> comes for it.</summary>
public sealed class NoticeBox : INotices, IDisposable
{
    private readonly ConcurrentDictionary<PurseId, (LedgerUnit Unit, IReadOnlyList<PurseNotice> Notices)> _told = new();
    private readonly SemaphoreSlim _any = new(0, 1);

    public void Tell(PurseId purse, LedgerUnit unit, IReadOnlyList<PurseNotice> notices)
    {
        _told[purse] = (unit, notices);
        if (_any.CurrentCount == 0)
        {
            try
            {
                _any.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another thread has just released it.
            }
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _any.WaitAsync(cancellationToken);

    /// <summary>Takes out what was told last of each purse.</summary>
    public IEnumerable<(PurseId Purse, LedgerUnit Unit, IReadOnlyList<PurseNotice> Notices)> TakeAll()
    {
        foreach (var purse in _told.Keys)
        {
            if (_told.TryRemove(purse, out var told))
            {
                yield return (purse, told.Unit, told.Notices);
            }
        }
    }

    public void Dispose() => _any.Dispose();
}
