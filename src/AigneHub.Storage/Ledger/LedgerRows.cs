using AigneHub.Core.Ledger;
using Azure.Data.Tables;

namespace AigneHub.Storage.Ledger;

/// <summary>The rows of usage: inbox, events, hours.</summary>
internal static class LedgerRows
{
    public const string Cost = "Cost";
    public const string Count = "Count";
    private const string Sums = "Sums";

    public static TableEntity Of(string partition, InboxRow inbox)
    {
        var row = new TableEntity(partition, TableKeys.Inbox(inbox.Unit))
        {
            [Cost] = inbox.Cost,
            [Count] = inbox.Count,
            ["Hour"] = inbox.Hour,
            ["Lease"] = inbox.Lease,
        };
        if (inbox.Sums is { } sums)
        {
            GzipColumns.Set(row, Sums, SumsCodec.Encode(sums));
        }

        return row;
    }

    public static InboxRow Inbox(TableEntity row) => new(
        TableKeys.UnitOfInbox(row.RowKey), row.GetInt64(Cost)!.Value, row.GetInt32(Count)!.Value, row.GetString("Hour"),
        GzipColumns.Get(row, Sums) is { } packed ? SumsCodec.Decode(packed) : null, row.GetString("Lease"));

    public static TableEntity Of(string partition, LedgerEvent usage)
    {
        var row = new TableEntity(partition, TableKeys.Event(usage.Id))
        {
            ["Event"] = usage.Json,
            ["Hash"] = usage.Hash,
            ["Unit"] = usage.Unit,
        };
        if (usage.Cost is { } cost)
        {
            row[Cost] = cost;
        }

        return row;
    }

    public static LedgerEvent Event(TableEntity row) => new(
        TableKeys.IdOfEvent(row.RowKey), row.GetString("Event"), row.GetInt64(Cost), row.GetString("Hash"), row.GetString("Unit"));

    public static TableEntity Of(string partition, HourRow hour)
    {
        var row = new TableEntity(partition, TableKeys.Hour(hour.Hour)) { [Cost] = hour.Cost, [Count] = hour.Count };
        GzipColumns.Set(row, Sums, SumsCodec.Encode(hour.Sums));
        return row;
    }

    public static HourRow Hour(TableEntity row) => new(
        TableKeys.HourOf(row.RowKey), row.GetInt64(Cost)!.Value, row.GetInt64(Count)!.Value,
        GzipColumns.Get(row, Sums) is { } packed ? SumsCodec.Decode(packed) : new UsageSums());
}
