using AigneHub.Core.Configuration;

namespace AigneHub.Storage.Configuration;

/// <summary>Providers; each deletion takes what belongs to the provider along.</summary>
internal sealed class TableProviders(ConfigurationTable table) : TableRecords<ProviderRecord>(table, RecordKinds.Providers)
{
    private const int StepsMax = 200;
    private readonly ConfigurationTable _table = table;

    /// <summary>
    /// Step by step, the provider in the last one: so an interruption leaves no row without its provider, and a new provider
    /// of the same name never comes by another's credentials.
    /// </summary>
    public override async Task<WriteResult> DeleteAsync(string id, string? etag, CancellationToken cancellationToken)
    {
        for (var step = 0; step < StepsMax; step++)
        {
            var more = false;
            var result = await _table.WriteAsync(
                async change =>
                {
                    more = false;
                    if (await _table.FindAsync(TableKeys.Provider(id), cancellationToken) is not { } found)
                    {
                        return change.IsWritten ? new WriteResult(WriteStatus.Done) : NotFound(id);
                    }

                    if (etag is not null && found.ETag.ToString() != etag)
                    {
                        return Changed(id);
                    }

                    var room = ConfigurationChange.RowsMax;
                    room -= await DeleteSomeAsync(change, RecordKinds.Credentials, id, room, cancellationToken);
                    room -= await DeleteSomeAsync(change, RecordKinds.Models, id, room, cancellationToken);
                    more = room == 0;
                    if (!more)
                    {
                        change.Count(RecordKinds.Providers.Name, -1);
                        change.Batch.Delete(found.RowKey, found.ETag);
                    }

                    return null;
                },
                cancellationToken);
            if (!result.IsDone || !more)
            {
                return WithoutETag(result);
            }
        }

        return Changed(id);
    }

    private async Task<int> DeleteSomeAsync<T>(
        ConfigurationChange change, RecordKind<T> kind, string provider, int rowsMax, CancellationToken cancellationToken)
    {
        var deleted = 0;
        if (rowsMax > 0)
        {
            var owned = ConfigurationTable.Under(kind.Prefix, ConfigurationRows.Provider, provider);
            await foreach (var row in _table.RowsAsync(owned, rowsMax, cancellationToken))
            {
                change.Batch.Delete(row.RowKey);
                if (++deleted == rowsMax)
                {
                    break;
                }
            }

            change.Count(kind.Name, -deleted);
        }

        return deleted;
    }
}
