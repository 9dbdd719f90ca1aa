using System.Runtime.CompilerServices;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Ledger;

/// <summary>The table <c>purses</c>: one row a purse, in a partition of its own.</summary>
internal sealed class TablePurseRegistry(StorageClients clients) : IPurseRegistry
{
    private const string AuditedHour = "AuditedHour";
    private const string RestoredUntil = "RestoredUntil";

    private TableClient Table => clients.Table(TableKeys.Purses);

    public Task<PurseRecord?> FindAsync(PurseId purse, CancellationToken cancellationToken) =>
        Table.FindAsync(TableKeys.OfPurse(purse), TableKeys.Purse, Record, cancellationToken);

    public Task<bool> AddAsync(PurseRecord purse, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.OfPurse(purse.Id), TableKeys.Purse)
        {
            ["Purse"] = purse.Id.Value,
            ["Unit"] = purse.Unit.ToString(),
            ["Owner"] = purse.Owner,
            ["CreatedAt"] = purse.CreatedAt,
        };
        return Table.TryAddAsync(row, cancellationToken);
    }

    public async IAsyncEnumerable<PurseRecord> WalkAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The whole table, once a night: never on a request's path.
        var query = Table.QueryAsync<TableEntity>(cancellationToken: cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            yield return Record(row);
        }
    }

    public Task MarkAuditedAsync(PurseId purse, string hour, CancellationToken cancellationToken) =>
        SetAsync(purse, AuditedHour, hour, cancellationToken);

    public Task KeepRestoredAsync(PurseId purse, DateTimeOffset until, CancellationToken cancellationToken) =>
        SetAsync(purse, RestoredUntil, until, cancellationToken);

    private Task<Azure.Response> SetAsync(PurseId purse, string column, object value, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.OfPurse(purse), TableKeys.Purse) { [column] = value };
        return StorageCall.RunAsync(
            () => Table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Merge, cancellationToken), cancellationToken);
    }

    private static PurseRecord Record(TableEntity row) => new(
        new PurseId(row.GetString("Purse")), Enum.Parse<LedgerUnit>(row.GetString("Unit")), row.GetString("Owner"),
        row.GetDateTimeOffset("CreatedAt")!.Value, row.GetString(AuditedHour), row.GetDateTimeOffset(RestoredUntil));
}
