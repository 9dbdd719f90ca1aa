using System.Globalization;
using System.Runtime.CompilerServices;
using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Azure;
using Azure.Data.Tables;

namespace AigneHub.Storage.Ledger;

/// <summary>The table <c>ledger</c>: one purse, one partition, one transaction for each change.</summary>
internal sealed class TableLedgerStore(StorageClients clients) : ILedgerStore
{
    private const int CommitBytesMax = 3 * 1024 * 1024;
    private const int PageRowsMax = 1_000;
    private static readonly string[] KeyColumns = ["PartitionKey", "RowKey"];
    private static readonly string[] SumColumns = ["RowKey", LedgerRows.Cost, LedgerRows.Count];

    private TableClient Table => clients.Table(TableKeys.Ledger);

    public Task<InsertResult> InsertUnitAsync(
        PurseId purse, InboxRow inbox, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        var partition = TableKeys.OfPurse(purse);
        var batch = new TableBatch(partition);
        batch.Add(new TableEntity(partition, TableKeys.Settled(inbox.Unit)));
        batch.Add(LedgerRows.Of(partition, inbox));
        foreach (var usage in events)
        {
            batch.Add(LedgerRows.Of(partition, usage));
        }

        return StorageCall.RunAsync(
            async () =>
            {
                try
                {
                    await batch.SubmitAsync(Table, cancellationToken);
                    return InsertResult.Inserted;
                }
                catch (TableTransactionFailedException failed) when (failed.Status == 409)
                {
                    // The mark is the first row. If the index were not told, the events are looked at: never a charge lost.
                    return failed.FailedTransactionActionIndex is 0 ? InsertResult.SettledBefore : InsertResult.EventExists;
                }
            },
            cancellationToken);
    }

    public Task<LedgerEvent?> FindEventAsync(PurseId purse, Guid eventId, CancellationToken cancellationToken) =>
        Table.FindAsync(TableKeys.OfPurse(purse), TableKeys.Event(eventId), LedgerRows.Event, cancellationToken);

    public Task<HourRow?> FindHourAsync(PurseId purse, string hour, CancellationToken cancellationToken) =>
        Table.FindAsync(TableKeys.OfPurse(purse), TableKeys.Hour(hour), LedgerRows.Hour, cancellationToken);

    public Task<BookedId?> FindBookedAsync(PurseId purse, OutsideId id, CancellationToken cancellationToken) => Table.FindAsync(
        TableKeys.OfPurse(purse), TableKeys.Booked(id), row => MovementRows.Booked(row, id), cancellationToken);

    public Task<PaymentRow?> FindPaymentAsync(PurseId purse, string paymentId, CancellationToken cancellationToken) =>
        Table.FindAsync(TableKeys.OfPurse(purse), TableKeys.Payment(paymentId), MovementRows.Payment, cancellationToken);

    public async IAsyncEnumerable<Movement> ReadMovementsAsync(
        PurseId purse, long? before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = TableKeys.Movement(before is { } seq ? seq - 1 : long.MaxValue);
        var query = Query(purse, from, TableKeys.MovementEnd, null, PageRowsMax, null, cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            yield return MovementRows.Movement(row);
        }
    }

    public async Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken)
    {
        Versioned<PurseState>? state = null;
        DateTimeOffset? committedAt = null;
        DateTimeOffset? readAt = null;
        var inbox = new List<InboxRow>();
        var rows = 0;
        var query = Query(purse, TableKeys.State, TableKeys.StateEnd, null, Math.Min(rowsMax, PageRowsMax), null, cancellationToken);
        await foreach (var page in StorageCall.PagesAsync(query, cancellationToken))
        {
            // The service's own clock, to the second: https://learn.microsoft.com/rest/api/storageservices/query-entities
            readAt ??= page.GetRawResponse().Headers.Date ?? throw new InvalidDataException("Storage answered without a Date.");
            foreach (var row in page.Values.Take(rowsMax - rows))
            {
                rows++;
                if (row.RowKey == TableKeys.State)
                {
                    state = new Versioned<PurseState>(PurseStateRow.Read(row), row.ETag.ToString());
                    committedAt = row.Timestamp;
                }
                else
                {
                    inbox.Add(LedgerRows.Inbox(row));
                }
            }

            if (rows == rowsMax)
            {
                break;
            }
        }

        return new PurseView(
            state, committedAt, inbox, rows < rowsMax, readAt ?? throw new InvalidDataException("Storage answered without a page."));
    }

    public Task<CommitResult> CommitAsync(PurseId purse, LedgerCommit commit, CancellationToken cancellationToken)
    {
        var partition = TableKeys.OfPurse(purse);
        var batch = new TableBatch(partition);
        // The state first: of several conflicts, this is the one to be told.
        var state = PurseStateRow.Of(partition, commit.State);
        if (commit.ETag is { } etag)
        {
            batch.Replace(state, new ETag(etag));
        }
        else
        {
            batch.Add(state);
        }

        foreach (var unit in commit.Folded)
        {
            batch.Delete(TableKeys.Inbox(unit));
        }

        foreach (var hour in commit.Hours)
        {
            batch.Upsert(LedgerRows.Of(partition, hour));
        }

        foreach (var movement in commit.Movements)
        {
            batch.Add(MovementRows.Of(partition, movement));
        }

        if (commit.Booked is { } booked)
        {
            batch.Add(MovementRows.Of(partition, booked));
        }

        if (commit.Payment is { } payment)
        {
            batch.Upsert(MovementRows.Of(partition, payment));
        }

        if (batch.Bytes > CommitBytesMax)
        {
            return Task.FromResult(CommitResult.TooLarge);
        }

        return StorageCall.RunAsync(
            async () =>
            {
                try
                {
                    await batch.SubmitAsync(Table, cancellationToken);
                    return CommitResult.Committed;
                }
                catch (RequestFailedException failed) when (failed.Status is 404 or 409 or 412)
                {
                    return CommitResult.Conflict;
                }
            },
            cancellationToken);
    }

    public async IAsyncEnumerable<HourRow> ReadHoursAsync(
        PurseId purse, HourSpan hours, bool details, DateTimeOffset? writtenSince,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The complement turns the order round. The end is exclusive: one character more than the oldest hour.
        var query = Query(
            purse, TableKeys.Hour(hours.To), TableKeys.Hour(hours.From) + "0", writtenSince, PageRowsMax,
            details ? null : SumColumns, cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            yield return LedgerRows.Hour(row);
        }
    }

    public async IAsyncEnumerable<PaymentRow> ReadPaymentsAsync(
        PurseId purse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var end = TableKeys.EndOf(TableKeys.PaymentPrefix);
        var query = Query(purse, TableKeys.PaymentPrefix, end, null, PageRowsMax, null, cancellationToken);
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            yield return MovementRows.Payment(row);
        }
    }

    public async Task<IReadOnlyList<LedgerEvent>> ReadEventsAsync(
        PurseId purse, Guid? from, Guid? before, int limit, CancellationToken cancellationToken)
    {
        // The complement turns the order round: the newest is the first row.
        var start = before is { } newer ? TableKeys.Event(newer) + "0" : TableKeys.EventStart;
        var end = from is { } oldest ? TableKeys.Event(oldest) + "0" : TableKeys.EventEnd;
        var query = Query(purse, start, end, null, Math.Min(limit, PageRowsMax), null, cancellationToken);
        var events = new List<LedgerEvent>();
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            events.Add(LedgerRows.Event(row));
            if (events.Count == limit)
            {
                break;
            }
        }

        return events;
    }

    public Task<InsertResult> InsertEventsAsync(
        PurseId purse, IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        var partition = TableKeys.OfPurse(purse);
        var batch = new TableBatch(partition);
        foreach (var usage in events)
        {
            batch.Add(LedgerRows.Of(partition, usage));
        }

        return StorageCall.RunAsync(
            async () =>
            {
                try
                {
                    await batch.SubmitAsync(Table, cancellationToken);
                    return InsertResult.Inserted;
                }
                catch (TableTransactionFailedException failed) when (failed.Status == 409)
                {
                    return InsertResult.EventExists;
                }
            },
            cancellationToken);
    }

    public Task DeleteEventsAsync(PurseId purse, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        Table.DeleteAsync([.. ids.Select(id => new TableEntity(TableKeys.OfPurse(purse), TableKeys.Event(id)))], cancellationToken);

    public Task<int> DeleteSettledAsync(PurseId purse, DateTimeOffset before, CancellationToken cancellationToken) =>
        Table.DeleteAllAsync(
            StorageCall.RowsAsync(
                Query(purse, TableKeys.SettledBefore(before), TableKeys.SettledEnd, null, PageRowsMax, KeyColumns, cancellationToken),
                cancellationToken),
            cancellationToken);

    public async IAsyncEnumerable<HourCost> SumEventsAsync(
        PurseId purse, HourSpan hours, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = Query(
            purse, TableKeys.EventsBefore(HourSpan.StartOf(hours.To).AddHours(1)),
            TableKeys.EventsBefore(HourSpan.StartOf(hours.From)), null, PageRowsMax, SumColumns, cancellationToken);
        HourCost? sum = null;
        await foreach (var row in StorageCall.RowsAsync(query, cancellationToken))
        {
            var hour = HubIds.HourOf(TableKeys.IdOfEvent(row.RowKey));
            if (sum is { } whole && whole.Hour != hour)
            {
                yield return whole;
                sum = null;
            }

            var (cost, count) = sum is { } so ? (so.Cost, so.Count) : (0, 0);
            sum = new HourCost(hour, checked(cost + (row.GetInt64(LedgerRows.Cost) ?? 0)), count + 1);
        }

        if (sum is { } last)
        {
            yield return last;
        }
    }

    private AsyncPageable<TableEntity> Query(
        PurseId purse, string from, string end, DateTimeOffset? writtenSince, int pageRows, string[]? columns,
        CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {TableKeys.OfPurse(purse)} and RowKey ge {from} and RowKey lt {end}");
        if (writtenSince is { } since)
        {
            filter = string.Create(
                CultureInfo.InvariantCulture, $"{filter} and Timestamp ge datetime'{since.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}'");
        }

        return Table.QueryAsync<TableEntity>(filter, pageRows, columns, cancellationToken);
    }
}
