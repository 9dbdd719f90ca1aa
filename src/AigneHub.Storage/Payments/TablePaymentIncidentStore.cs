using System.Text.Json;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Payments;

/// <summary>The table <c>paymentincidents</c>: one partition, by subject.</summary>
internal sealed class TablePaymentIncidentStore(StorageClients clients) : IPaymentIncidentStore
{
    private const string Content = "Content";
    private const string IsOpen = "IsOpen";

    private TableClient Table => clients.Table(TableKeys.PaymentIncidents);

    public Task<Versioned<PaymentIncident>?> FindAsync(string subject, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(
            TableKeys.PaymentIncidentsPartition, TableKeys.PaymentIncident(subject), Read, cancellationToken);

    public Task<bool> AddAsync(PaymentIncident incident, CancellationToken cancellationToken) =>
        Table.TryAddAsync(Row(incident), cancellationToken);

    public Task<bool> ReplaceAsync(PaymentIncident incident, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(incident), etag, cancellationToken);

    public async Task<Page<PaymentIncident>> ListAsync(
        bool openOnly, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var only = openOnly ? TableClient.CreateQueryFilter($"IsOpen eq {true}") : null;
        var (rows, next) = await Table.PageAsync(
            TableKeys.PaymentIncidentsPartition, only, limit, continuation, cancellationToken);
        return new Page<PaymentIncident>([.. rows.Select(Read)], next);
    }

    private static TableEntity Row(PaymentIncident incident) =>
        new(TableKeys.PaymentIncidentsPartition, TableKeys.PaymentIncident(incident.Subject))
        {
            [IsOpen] = incident.ClosedBy is null,
            [Content] = JsonSerializer.Serialize(incident, ConfigurationJson.TypeOf<PaymentIncident>()),
        };

    private static PaymentIncident Read(TableEntity row) =>
        JsonSerializer.Deserialize(row.GetString(Content), ConfigurationJson.TypeOf<PaymentIncident>())
        ?? throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.PaymentIncidents} can't be read.");
}
