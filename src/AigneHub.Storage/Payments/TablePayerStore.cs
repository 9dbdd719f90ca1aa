using System.Runtime.CompilerServices;
using System.Text.Json;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Payments;

/// <summary>The table <c>payers</c>: one partition, by account.</summary>
internal sealed class TablePayerStore(StorageClients clients) : IPayerStore
{
    private const string Content = "Content";
    private const string Account = "Account";
    private const string HasTopUp = "HasTopUp";

    private TableClient Table => clients.Table(TableKeys.Payers);

    public Task<Versioned<Payer>?> FindAsync(string account, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.PayersPartition, TableKeys.Payer(account), Read, cancellationToken);

    public Task<bool> AddAsync(Payer payer, CancellationToken cancellationToken) => Table.TryAddAsync(Row(payer), cancellationToken);

    public Task<bool> ReplaceAsync(Payer payer, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(payer), etag, cancellationToken);

    public async IAsyncEnumerable<string> WithTopUpAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.PayersPartition} and HasTopUp eq {true}"),
            select: [Account], cancellationToken: cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(rows, cancellationToken))
        {
            yield return row.GetString(Account);
        }
    }

    private static TableEntity Row(Payer payer) => new(TableKeys.PayersPartition, TableKeys.Payer(payer.Account))
    {
        [Account] = payer.Account,
        [HasTopUp] = payer.TopUp is { OffBecause: null },
        [Content] = JsonSerializer.Serialize(payer, ConfigurationJson.TypeOf<Payer>()),
    };

    private static Payer Read(TableEntity row) =>
        JsonSerializer.Deserialize(row.GetString(Content), ConfigurationJson.TypeOf<Payer>())
        ?? throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.Payers} can't be read.");
}
