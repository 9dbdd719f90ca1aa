using AigneHub.Core.Idempotency;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Idempotency;

/// <summary>
/// The table <c>idempotency</c>: a partition for each call's name, its state in the row <c>a</c>, its answer in the rows that
/// follow.
/// </summary>
internal sealed class TableIdempotentCalls(StorageClients clients) : IIdempotentCalls
{
    private const string Fingerprint = "Fingerprint";
    private const string RequestId = "RequestId";
    private const string StartedAt = "StartedAt";
    private const string RunsUntil = "RunsUntil";
    private const string Done = "Done";
    private const string Answer = "Answer";
    private const string ContentType = "ContentType";
    private const string Parts = "Parts";
    private const string HubKey = "HubKey";
    private const string Name = "Name";

    /// <summary>Of a row; a row holds 1 MiB.</summary>
    private const int RowBytesMax = 12 * GzipColumns.ColumnBytesMax;

    /// <summary>As base64 it fits the 4 MiB of one transaction.</summary>
    private const int PackedBytesMax = 4 * RowBytesMax;

    private TableClient Table => clients.Table(TableKeys.Idempotency);

    public async Task<IdempotentCall?> BeginAsync(IdempotentCall call, CancellationToken cancellationToken)
    {
        var row = RowOf(call);
        while (!await Table.TryAddAsync(row, cancellationToken))
        {
            if (await FindAsync(row.PartitionKey, cancellationToken) is not { } found)
            {
                continue; // Freed meanwhile.
            }

            if (found.Call.RequestId == call.RequestId)
            {
                return null; // Added by a try whose answer was lost.
            }

            if (!found.Call.IsOver(call.StartedAt))
            {
                return found.Call;
            }

            if (await Table.TryReplaceAsync(row, found.ETag, cancellationToken))
            {
                return null;
            }
        }

        return null;
    }

    public async Task CompleteAsync(IdempotentCall call, CancellationToken cancellationToken)
    {
        var first = RowOf(call);
        if (await FindOwnAsync(call, cancellationToken) is not { } etag)
        {
            return;
        }

        var batch = new TableBatch(first.PartitionKey);
        if (call.Answer is { Length: <= GzipColumns.UnpackedBytesMax } answer
            && GzipColumns.Pack(answer.Span) is { Length: <= PackedBytesMax } packed)
        {
            var parts = packed.Chunk(RowBytesMax).ToArray();
            first[Parts] = parts.Length;
            for (var i = 0; i < parts.Length; i++)
            {
                var row = new TableEntity(first.PartitionKey, TableKeys.IdempotentAnswer(i));
                GzipColumns.Set(row, Answer, parts[i]);
                batch.Upsert(row);
            }
        }

        batch.Replace(first, etag);
        await StorageCall.RunAsync(() => batch.SubmitAsync(Table, cancellationToken), cancellationToken);
    }

    public async Task AbandonAsync(IdempotentCall call, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(call, cancellationToken) is { } etag)
        {
            await StorageCall.RunAsync(
                () => Table.DeleteEntityAsync(
                    TableKeys.IdempotencyPartition(call.HubKey, call.Name), TableKeys.IdempotentState, etag, cancellationToken),
                cancellationToken);
        }
    }

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Table.DeleteOldAsync(now - IdempotentCall.Age, cancellationToken);

    /// <summary>The state's version; null when the name is not this call's (any more).</summary>
    private async Task<ETag?> FindOwnAsync(IdempotentCall call, CancellationToken cancellationToken) =>
        await Table.FindVersionedAsync(
            TableKeys.IdempotencyPartition(call.HubKey, call.Name), TableKeys.IdempotentState, CallOf, cancellationToken) is { } found
        && found.Value.RequestId == call.RequestId
            ? new ETag(found.ETag)
            : null;

    private async Task<(IdempotentCall Call, string ETag)?> FindAsync(string partition, CancellationToken cancellationToken)
    {
        IdempotentCall? call = null;
        var (etag, parts) = ("", 0);
        using var packed = new MemoryStream();
        var rows = Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(rows, cancellationToken))
        {
            if (row.RowKey == TableKeys.IdempotentState)
            {
                (call, etag, parts) = (CallOf(row), row.ETag.ToString(), row.GetInt32(Parts) ?? 0);
            }
            else if (parts-- > 0)
            {
                packed.Write(GzipColumns.Get(row, Answer));
            }
        }

        return call is null ? null
            : packed.Length == 0 ? (call, etag)
            : (call with { Answer = GzipColumns.Unpack(packed.ToArray()) }, etag);
    }

    private static TableEntity RowOf(IdempotentCall call) => new(
        TableKeys.IdempotencyPartition(call.HubKey, call.Name), TableKeys.IdempotentState)
    {
        [HubKey] = call.HubKey,
        [Name] = call.Name,
        [Fingerprint] = call.Fingerprint,
        [RequestId] = call.RequestId,
        [StartedAt] = call.StartedAt,
        [RunsUntil] = call.RunsUntil,
        [Done] = call.IsDone,
        [ContentType] = call.ContentType,
    };

    private static IdempotentCall CallOf(TableEntity row) => new(
        row.GetString(HubKey), row.GetString(Name), row.GetString(Fingerprint), row.GetString(RequestId),
        row.GetDateTimeOffset(StartedAt)!.Value, row.GetDateTimeOffset(RunsUntil)!.Value)
    {
        IsDone = row.GetBoolean(Done) is true,
        ContentType = row.GetString(ContentType),
    };
}
