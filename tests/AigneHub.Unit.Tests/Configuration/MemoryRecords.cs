using System.Globalization;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;

namespace AigneHub.Unit.Tests.Configuration;

/// <summary>Stored records of one kind.</summary>
/// <param name="provider">Of a record that belongs to one; null: records of this kind belong to none.</param>
/// <param name="written">Told of every write before it is made; may throw.</param>
internal sealed class MemoryRecords<T>(Func<T, string> id, Func<T, string>? provider, Action written) : IPriceRecords<T>
    where T : class
{
    private readonly SortedDictionary<string, Versioned<T>> _rows = new(StringComparer.Ordinal);
    private int _etag;

    public IEnumerable<T> All => _rows.Values.Select(row => row.Value);

    /// <summary>Told of every deletion.</summary>
    public Action<string> Deleted { get; set; } = _ => { };

    public void Put(T record) => _rows[id(record)] = new Versioned<T>(record, (++_etag).ToString(CultureInfo.InvariantCulture));

    public void RemoveOf(string owner)
    {
        foreach (var key in _rows.Where(row => provider!(row.Value.Value) == owner).Select(row => row.Key).ToArray())
        {
            _rows.Remove(key);
        }
    }

    public Task<Versioned<T>?> GetAsync(string key, CancellationToken cancellationToken) => Task.FromResult(_rows.GetValueOrDefault(key));

    public Task<Page<Versioned<T>>> ListAsync(
        string? owner, int limit, string? continuation, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<Versioned<T>>([.. _rows.Values.Where(row => owner is null || provider!(row.Value) == owner)], null));

    public Task<WriteResult> CreateAsync(T record, CancellationToken cancellationToken)
    {
        written();
        if (_rows.ContainsKey(id(record)))
        {
            return Task.FromResult(new WriteResult(WriteStatus.Exists, null, "There is one."));
        }

        Put(record);
        return Task.FromResult(new WriteResult(WriteStatus.Done, _rows[id(record)].ETag));
    }

    public Task<WriteResult> UpdateAsync(T record, string etag, CancellationToken cancellationToken)
    {
        written();
        if (!_rows.TryGetValue(id(record), out var found) || found.ETag != etag)
        {
            return Task.FromResult(new WriteResult(found is null ? WriteStatus.NotFound : WriteStatus.Changed, null, "Not this one."));
        }

        Put(record);
        return Task.FromResult(new WriteResult(WriteStatus.Done, _rows[id(record)].ETag));
    }

    public Task<WriteResult> DeleteAsync(string key, string? etag, CancellationToken cancellationToken)
    {
        written();
        var isDone = _rows.Remove(key);
        Deleted(key);
        return Task.FromResult(new WriteResult(isDone ? WriteStatus.Done : WriteStatus.NotFound, null, isDone ? null : "There is none."));
    }

    public Task<WriteResult> CreateAsync(T record, PriceChange? change, CancellationToken cancellationToken) =>
        CreateAsync(record, cancellationToken);

    public Task<WriteResult> UpdateAsync(T record, string etag, PriceChange? change, CancellationToken cancellationToken) =>
        UpdateAsync(record, etag, cancellationToken);

    public Task<WriteResult> DeleteAsync(string key, string? etag, PriceChange? change, CancellationToken cancellationToken) =>
        DeleteAsync(key, etag, cancellationToken);
}
