using AigneHub.Core.Responses;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Responses;

/// <summary>The table <c>responses</c>: a partition for each account, a row under each response's id.</summary>
internal sealed class TableStoredResponses(StorageClients clients) : IStoredResponses
{
    private const string Provider = "Provider";
    private const string Credential = "Credential";

    internal TableClient Table => clients.Table(TableKeys.Responses);

    public Task PutAsync(StoredResponse response, CancellationToken cancellationToken)
    {
        var row = new TableEntity(TableKeys.ResponsesPartition(response.Account), response.Id)
        {
            [Provider] = response.Provider,
            [Credential] = response.Credential,
        };
        return StorageCall.RunAsync(
            () => Table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken), cancellationToken);
    }

    public Task<StoredResponse?> FindAsync(string account, string id, CancellationToken cancellationToken) => Table.FindAsync(
        TableKeys.ResponsesPartition(account), id,
        row => new StoredResponse(account, id, row.GetString(Provider), row.GetString(Credential)), cancellationToken);

    public Task DeleteAsync(string account, string id, CancellationToken cancellationToken) => StorageCall.RunAsync(
        () => Table.DeleteEntityAsync(TableKeys.ResponsesPartition(account), id, ETag.All, cancellationToken), cancellationToken);

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Table.DeleteOldAsync(now - StoredResponse.Age, cancellationToken);
}
