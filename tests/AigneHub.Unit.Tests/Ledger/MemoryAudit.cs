using AigneHub.Core;
using AigneHub.Core.Audit;
using AigneHub.Core.Keys;

namespace AigneHub.Testing;

/// <summary>The audit log in memory.</summary>
internal sealed class MemoryAudit : IAuditStore
{
    private readonly List<AuditEntry> _rows = [];

    /// <summary>Storage does not answer.</summary>
    public bool IsAway { get; set; }

    /// <summary>Storage goes away after so many more rows.</summary>
    public int RowsLeft { get; set; } = int.MaxValue;

    /// <summary>In the order in which they were written.</summary>
    public IReadOnlyList<AuditEntry> Rows => _rows;

    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        if (IsAway || RowsLeft-- <= 0)
        {
            throw new StorageUnavailableException("Away.", new IOException());
        }

        _rows.Add(entry);
        return Task.CompletedTask;
    }

    public Task<Page<AuditEntry>> ListAsync(AuditQuery query, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var skip = continuation is null ? 0 : int.Parse(continuation, System.Globalization.CultureInfo.InvariantCulture);
        var all = _rows.GroupBy(row => row.Id).Select(rows => rows.Last()).Where(query.Takes).OrderByDescending(row => row.Id.ToString("N"))
            .ToArray();
        return Task.FromResult(new Page<AuditEntry>(
            [.. all.Skip(skip).Take(limit)],
            all.Length > skip + limit ? (skip + limit).ToString(System.Globalization.CultureInfo.InvariantCulture) : null));
    }

    public Task<int> DeleteOldAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.FromResult(_rows.RemoveAll(row => row.At < before));
}
