using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using Azure.Data.Tables;

namespace AigneHub.Storage.Configuration;

/// <summary>The records of one kind in the table <c>config</c>.</summary>
internal class TableRecords<T>(ConfigurationTable table, RecordKind<T> kind) : IConfigurationRecords<T>
    where T : class
{
    // A column holds 64 KiB of UTF-16.
    private const int ContentCharactersMax = 32 * 1024;

    public async Task<Versioned<T>?> GetAsync(string id, CancellationToken cancellationToken) =>
        await table.FindAsync(kind.Row(id), cancellationToken) is { } row ? Read(row) : null;

    public async Task<Page<Versioned<T>>> ListAsync(
        string? provider, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var only = ConfigurationTable.Under(kind.Prefix, ConfigurationRows.Provider, provider);
        var (rows, next) = await table.Table.PageAsync(
            TableKeys.ConfigurationPartition, only, limit, continuation, cancellationToken);
        // One that can't be read is an incident of the snapshot, and must not hide the others.
        return new Page<Versioned<T>>([.. rows.Where(row => TryRead(row, out _)).Select(Read)], next);
    }

    public Task<WriteResult> CreateAsync(T record, CancellationToken cancellationToken) => CreateAsync(record, null, cancellationToken);

    public Task<WriteResult> UpdateAsync(T record, string etag, CancellationToken cancellationToken) =>
        UpdateAsync(record, etag, null, cancellationToken);

    public virtual Task<WriteResult> DeleteAsync(string id, string? etag, CancellationToken cancellationToken) =>
        DeleteAsync(id, etag, null, cancellationToken);

    /// <param name="beside">Writes another row in the same transaction; null = none.</param>
    protected Task<WriteResult> CreateAsync(
        T record, Action<ConfigurationChange>? beside, CancellationToken cancellationToken) => table.WriteAsync(
        async change =>
        {
            var row = Row(change, record);
            if (await table.FindAsync(row.RowKey, cancellationToken) is { } found)
            {
                return change.Made(found)
                    ? new WriteResult(WriteStatus.Done, found.ETag.ToString())
                    : new WriteResult(WriteStatus.Exists, null, $"There is one with the id '{kind.Id(record)}'.");
            }

            if (change.Count(kind.Name) >= kind.Max)
            {
                return new WriteResult(
                    WriteStatus.TooMany, null, $"{kind.Name}: {kind.Max} are stored, the most there may be. Delete some first.");
            }

            change.Count(kind.Name, 1);
            change.Batch.Add(row);
            beside?.Invoke(change);
            return await WhatIsMissingAsync(row, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc cref="CreateAsync(T, Action{ConfigurationChange}, CancellationToken)"/>
    protected Task<WriteResult> UpdateAsync(
        T record, string etag, Action<ConfigurationChange>? beside, CancellationToken cancellationToken) => table.WriteAsync(
        async change =>
        {
            var row = Row(change, record);
            if (await table.FindAsync(row.RowKey, cancellationToken) is not { } found)
            {
                return NotFound(kind.Id(record));
            }

            if (change.Made(found))
            {
                return new WriteResult(WriteStatus.Done, found.ETag.ToString());
            }

            if (found.ETag.ToString() != etag)
            {
                return Changed(kind.Id(record));
            }

            change.Batch.Replace(row, found.ETag);
            beside?.Invoke(change);
            return await WhatIsMissingAsync(row, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc cref="CreateAsync(T, Action{ConfigurationChange}, CancellationToken)"/>
    protected async Task<WriteResult> DeleteAsync(
        string id, string? etag, Action<ConfigurationChange>? beside, CancellationToken cancellationToken) =>
        WithoutETag(await table.WriteAsync(
            async change =>
            {
                if (await table.FindAsync(kind.Row(id), cancellationToken) is not { } found)
                {
                    return change.IsWritten ? new WriteResult(WriteStatus.Done) : NotFound(id);
                }

                if (etag is not null && found.ETag.ToString() != etag)
                {
                    return Changed(id);
                }

                change.Count(kind.Name, -1);
                change.Batch.Delete(found.RowKey, found.ETag);
                beside?.Invoke(change);
                return null;
            },
            cancellationToken));

    /// <summary>False when this version of the hub can't read it.</summary>
    public bool TryRead(TableEntity row, [NotNullWhen(true)] out T? record)
    {
        try
        {
            record = JsonSerializer.Deserialize(row.GetString(ConfigurationRows.Content) ?? "null", kind.Json);
        }
        catch (JsonException)
        {
            record = null;
        }

        return record is not null;
    }

    protected static WriteResult NotFound(string id) => new(WriteStatus.NotFound, null, $"There is nothing with the id '{id}'.");

    protected static WriteResult Changed(string id) =>
        new(WriteStatus.Changed, null, $"'{id}' was changed meanwhile. Read it again, then repeat.");

    protected static WriteResult WithoutETag(WriteResult result) => result with { ETag = null };

    private Versioned<T> Read(TableEntity row) => TryRead(row, out var record)
        ? new Versioned<T>(record, row.ETag.ToString())
        : throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.Configuration} can't be read.");

    private TableEntity Row(ConfigurationChange change, T record)
    {
        var row = change.NewRow(kind.Row(kind.Id(record)));
        row[ConfigurationRows.Content] = JsonSerializer.Serialize(record, kind.Json);
        row[ConfigurationRows.Provider] = kind.Provider(record);
        row[ConfigurationRows.DataKey] = kind.DataKey(record);
        return row;
    }

    /// <summary>Null when the row fits and what it refers to is there.</summary>
    private async Task<WriteResult?> WhatIsMissingAsync(TableEntity row, CancellationToken cancellationToken)
    {
        if (row.GetString(ConfigurationRows.Content).Length > ContentCharactersMax)
        {
            return new WriteResult(
                WriteStatus.TooLarge, null, $"It is too large: as JSON it may have {ContentCharactersMax} characters at most.");
        }

        if (row.GetString(ConfigurationRows.Provider) is { } provider
            && !await table.HasProviderAsync(provider, cancellationToken))
        {
            return new WriteResult(WriteStatus.ProviderMissing, null, $"There is no provider '{provider}'.");
        }

        return row.GetString(ConfigurationRows.DataKey) is { } dataKey
            && await table.FindAsync(TableKeys.DataKey(dataKey), cancellationToken) is null
            ? new WriteResult(WriteStatus.DataKeyMissing, null, "The data key was changed meanwhile. Repeat.")
            : null;
    }
}
