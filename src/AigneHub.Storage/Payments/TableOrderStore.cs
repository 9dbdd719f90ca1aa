using System.Text.Json;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Payments;

/// <summary>
/// The table <c>orders</c>: a partition for each account with its orders, newest first, and their claims; one partition with the orders
/// that are to be looked at again.
/// </summary>
internal sealed class TableOrderStore(StorageClients clients) : IOrderStore
{
    private const string Content = "Content";
    private const string OrderId = "Order";
    private const string Account = "Account";
    private const string CheckAt = "CheckAt";

    private TableClient Table => clients.Table(TableKeys.Orders);

    public Task<bool> AddAsync(Order order, CancellationToken cancellationToken) => StorageCall.RunAsync(
        async () =>
        {
            var partition = TableKeys.OrdersPartition(order.Account);
            var batch = new TableBatch(partition);
            batch.Add(new TableEntity(partition, TableKeys.OrderClaim(order.Claim)) { [OrderId] = order.Id });
            batch.Add(Row(order));
            try
            {
                await batch.SubmitAsync(Table, cancellationToken);
                return true;
            }
            catch (Azure.RequestFailedException failed) when (failed.Status == 409)
            {
                return false;
            }
        },
        cancellationToken);

    public Task<Versioned<Order>?> FindAsync(string account, string id, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.OrdersPartition(account), TableKeys.Order(id), Read, cancellationToken);

    public async Task<Versioned<Order>?> FindByClaimAsync(string account, string claim, CancellationToken cancellationToken) =>
        await Table.FindAsync(
            TableKeys.OrdersPartition(account), TableKeys.OrderClaim(claim), row => row.GetString(OrderId), cancellationToken) is { } id
            ? await FindAsync(account, id, cancellationToken)
            : null;

    public Task<bool> ReplaceAsync(Order order, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(order), etag, cancellationToken);

    public async Task<Page<Order>> ListAsync(string account, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var only = TableClient.CreateQueryFilter($"RowKey ge {TableKeys.OrderPrefix} and RowKey lt {TableKeys.OrderEnd}");
        var (rows, next) = await Table.PageAsync(
            TableKeys.OrdersPartition(account), only, limit, continuation, cancellationToken);
        return new Page<Order>([.. rows.Select(Read)], next);
    }

    public Task ScheduleAsync(DueOrder order, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var row = TableKeys.OrderDue(order.Account, order.Order);
        return StorageCall.RunAsync(
            () => at is { } time
                ? Table.UpsertEntityAsync(
                    new TableEntity(TableKeys.OrdersDuePartition, row)
                    {
                        [Account] = order.Account,
                        [OrderId] = order.Order,
                        [CheckAt] = time,
                    },
                    TableUpdateMode.Replace, cancellationToken)
                : Table.DeleteEntityAsync(TableKeys.OrdersDuePartition, row, Azure.ETag.All, cancellationToken),
            cancellationToken);
    }

    public async Task<IReadOnlyList<DueOrder>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var rows = Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.OrdersDuePartition} and CheckAt le {now}"), limit,
            cancellationToken: cancellationToken);
        List<DueOrder> due = [];
        await foreach (var row in StorageCall.RowsAsync(rows, cancellationToken))
        {
            due.Add(new DueOrder(row.GetString(Account), row.GetString(OrderId)));
            if (due.Count == limit)
            {
                break;
            }
        }

        return due;
    }

    private static TableEntity Row(Order order) => new(TableKeys.OrdersPartition(order.Account), TableKeys.Order(order.Id))
    {
        [Content] = JsonSerializer.Serialize(order, ConfigurationJson.TypeOf<Order>()),
    };

    private static Order Read(TableEntity row) =>
        JsonSerializer.Deserialize(row.GetString(Content), ConfigurationJson.TypeOf<Order>())
        ?? throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.Orders} can't be read.");
}
