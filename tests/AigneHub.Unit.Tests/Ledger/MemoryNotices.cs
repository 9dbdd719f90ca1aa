using System.Globalization;
using AigneHub.Core.Keys;
using AigneHub.Core.Notices;

namespace AigneHub.Testing;

/// <summary>The rows of notices in memory.</summary>
internal sealed class MemoryNotices : INoticeStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Versioned<NoticeRecord>> _rows = new(StringComparer.Ordinal);
    private int _version;

    public IReadOnlyList<NoticeRecord> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows.Values.Select(row => row.Value)];
            }
        }
    }

    public Task<bool> AddAsync(NoticeRecord notice, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_rows.TryAdd(notice.Id, New(notice)));
        }
    }

    public Task<Versioned<NoticeRecord>?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_rows.GetValueOrDefault(id));
        }
    }

    public Task<Page<NoticeRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Versioned<NoticeRecord>>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Versioned<NoticeRecord>>>([.. _rows.Values.Where(row => row.Value.NextAt <= now)]);
        }
    }

    public Task<bool> ReplaceAsync(NoticeRecord notice, string etag, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var isCurrent = _rows.GetValueOrDefault(notice.Id)?.ETag == etag;
            if (isCurrent)
            {
                _rows[notice.Id] = New(notice);
            }

            return Task.FromResult(isCurrent);
        }
    }

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    private Versioned<NoticeRecord> New(NoticeRecord notice) => new(notice, (++_version).ToString(CultureInfo.InvariantCulture));
}
