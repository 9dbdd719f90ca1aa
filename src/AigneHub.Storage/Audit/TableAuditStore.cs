using System.Globalization;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Audit;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Storage.Configuration;
using Azure.Data.Tables;

namespace AigneHub.Storage.Audit;

/// <summary>
/// The table <c>audit</c>: a partition a month, newest first. An entry's outcome stands right before its intent, so that whoever
/// reads down the rows knows an intent that has come to its end.
/// </summary>
internal sealed class TableAuditStore(StorageClients clients) : IAuditStore
{
    /// <summary>Rows that one page looks at.</summary>
    private const int RowsMax = 2_000;

    private const int RowsAtOnceMax = 1_000;
    private const string Content = "Content";
    private const string Before = "Before";
    private const string After = "After";

    private TableClient Table => clients.Table(TableKeys.Audit);

    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => Table.TryAddAsync(
        new TableEntity(TableKeys.AuditPartition(entry.At), TableKeys.AuditRow(entry.Id, entry.Outcome != AuditOutcome.Unfinished))
        {
            [nameof(AuditQuery.Actor)] = entry.Actor.Id,
            [nameof(AuditQuery.Account)] = entry.Actor.Account,
            [nameof(AuditQuery.Action)] = entry.Action,
            [nameof(AuditQuery.Target)] = entry.Target,
            [nameof(AuditQuery.TargetId)] = entry.TargetId,
            [nameof(AuditQuery.Outcome)] = entry.Outcome.ToString(),
            [Content] = JsonSerializer.Serialize(entry, ConfigurationJson.TypeOf<AuditEntry>()),
            [Before] = entry.Before,
            [After] = entry.After,
        },
        cancellationToken);

    public async Task<Page<AuditEntry>> ListAsync(
        AuditQuery query, int limit, string? continuation, CancellationToken cancellationToken)
    {
        var last = new Position(TableKeys.AuditPartition(query.To), "");
        if (continuation is not null)
        {
            var first = last.Month;
            last = Position.Of(continuation);
            if (string.CompareOrdinal(last.Month, first) > 0)
            {
                // It would be walked down to it month by month.
                throw new InvalidContinuationException();
            }
        }

        List<AuditEntry> entries = [];
        var (end, left) = (TableKeys.AuditPartition(query.From), RowsMax);
        for (var month = last.Month; string.CompareOrdinal(month, end) >= 0; month = MonthBefore(month))
        {
            var rows = Table.QueryAsync<TableEntity>(
                FilterOf(query, month, month == last.Month ? last.Row : ""), RowsAtOnceMax, cancellationToken: cancellationToken);
            await foreach (var row in StorageCall.RowsAsync(rows, cancellationToken))
            {
                if (entries.Count == limit || left-- == 0)
                {
                    return new Page<AuditEntry>(entries, last.ToContinuation());
                }

                var isEnded = TableKeys.IsAuditIntentOf(row.RowKey, last.Row);
                last = new Position(month, row.RowKey);
                if (!isEnded && Read(row) is var entry && query.Takes(entry))
                {
                    entries.Add(entry);
                }
            }
        }

        return new Page<AuditEntry>(entries, null);
    }

    public Task<int> DeleteOldAsync(DateTimeOffset before, CancellationToken cancellationToken) => Table.DeleteAllAsync(
        Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey le {TableKeys.AuditPartition(before)} and Timestamp lt {before}"),
            select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken),
        cancellationToken);

    private static string FilterOf(AuditQuery query, string month, string after)
    {
        var (first, end) = (TableKeys.AuditBefore(query.To), TableKeys.AuditBefore(query.From));
        var filter = new StringBuilder(
            TableClient.CreateQueryFilter($"PartitionKey eq {month} and RowKey gt {after} and RowKey ge {first} and RowKey lt {end}"));
        And(nameof(query.Actor), query.Actor);
        And(nameof(query.Account), query.Account);
        And(nameof(query.Action), query.Action);
        And(nameof(query.Target), query.Target);
        And(nameof(query.TargetId), query.TargetId);

        // Whether an intent has come to its end is seen from the row before it.
        And(nameof(query.Outcome), query.Outcome is AuditOutcome.Unfinished ? null : query.Outcome?.ToString());
        return filter.ToString();

        void And(string column, string? value)
        {
            if (value is not null)
            {
                filter.Append(" and ").Append(column).Append(TableClient.CreateQueryFilter($" eq {value}"));
            }
        }
    }

    private static string MonthBefore(string month) => TableKeys.AuditPartition(
        DateTimeOffset.ParseExact(month + "01", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).AddDays(-1));

    private static AuditEntry Read(TableEntity row)
    {
        var entry = JsonSerializer.Deserialize(row.GetString(Content), ConfigurationJson.TypeOf<AuditEntry>())
            ?? throw new InvalidDataException($"The row {row.RowKey} of the table {TableKeys.Audit} can't be read.");
        return entry with { Before = row.GetString(Before), After = row.GetString(After) };
    }

    /// <summary>The last row that was looked at.</summary>
    private readonly record struct Position(string Month, string Row)
    {
        private const int MonthCharacters = 6;

        public string ToContinuation() => RowContinuation.Encode($"{Month}|{Row}");

        public static Position Of(string continuation)
        {
            var text = RowContinuation.Decode(continuation);
            return text.Length > MonthCharacters && text[MonthCharacters] == '|' && DateTime.TryParseExact(
                text[..MonthCharacters], "yyyyMM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                ? new Position(text[..MonthCharacters], text[(MonthCharacters + 1)..])
                : throw new InvalidContinuationException();
        }
    }
}
