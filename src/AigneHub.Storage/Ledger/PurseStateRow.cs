using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Core.Ledger;
using Azure.Data.Tables;

namespace AigneHub.Storage.Ledger;

/// <summary>
/// The columns of a purse's state. Lists are JSON texts: grants <c>[id, remaining, expires, priority, dead]</c>, leases
/// <c>[id, amount, folded, usableUntil, closing]</c>, notices
/// <c>[seq, percent, limit, amount, periodEnd, at, refused]</c>, times in Unix milliseconds.
/// A column that is absent is 0 or empty, so
/// that rows written before it came can be read.
/// </summary>
internal static class PurseStateRow
{
    private static readonly JsonWriterOptions Compact = new()
    {
        // Quotes in ids double; a column holds 32 Ki characters, and the longest list is below that.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TableEntity Of(string partition, PurseState state)
    {
        var row = new TableEntity(partition, TableKeys.State)
        {
            ["Unit"] = state.Unit.ToString(),
            ["Kind"] = state.Kind.ToString(),
            ["Spent"] = state.Spent,
            ["Debt"] = state.Debt,
            ["Granted"] = state.Granted,
            ["Reversed"] = state.Reversed,
            ["Expired"] = state.Expired,
            ["WrittenOff"] = state.WrittenOff,
            ["Late"] = state.Late,
            ["Unreported"] = state.Unreported,
            ["MoneySeq"] = state.MoneySeq,
            ["Grants"] = Json(state.Grants, WriteGrant),
            ["Leases"] = Json(state.Leases, WriteLease),
            ["Percents"] = Json(state.Alerts.Percents, (json, percent) => json.WriteNumberValue(percent)),
            ["LowBalance"] = state.Alerts.LowBalance,
            ["TopUpBelow"] = state.Alerts.TopUpBelow,
            ["NotifiedPercent"] = state.NotifiedPercent,
            ["LowNotified"] = state.LowNotified,
            ["RefusalNotified"] = state.RefusalNotified,
            ["TopUpDue"] = state.TopUpDue,
            ["Notices"] = Json(state.Notices, WriteNotice),
            ["NoticeSeq"] = state.NoticeSeq,
            ["RefusedAt"] = state.RefusedAt,
        };
        if (state.Period is { } period)
        {
            row["PeriodLimit"] = period.Budget.Limit;
            row["PeriodLength"] = period.Budget.Length.ToString();
            row["PeriodZone"] = period.Budget.Zone;
            row["PeriodStart"] = period.Start;
            row["PeriodEnd"] = period.End;
            row["PeriodSpentBefore"] = period.SpentBefore;
        }

        return row;
    }

    public static PurseState Read(TableEntity row) => new(
        Enum.Parse<LedgerUnit>(row.GetString("Unit")), Enum.Parse<PurseKind>(row.GetString("Kind")),
        row.GetInt64("Spent")!.Value, row.GetInt64("Debt")!.Value)
    {
        Granted = row.GetInt64("Granted") ?? 0,
        Reversed = row.GetInt64("Reversed") ?? 0,
        Expired = row.GetInt64("Expired") ?? 0,
        WrittenOff = row.GetInt64("WrittenOff") ?? 0,
        Late = row.GetInt64("Late") ?? 0,
        Unreported = row.GetInt64("Unreported") ?? 0,
        MoneySeq = row.GetInt64("MoneySeq") ?? 0,
        Grants = List(row.GetString("Grants"), ReadGrant),
        Leases = List(row.GetString("Leases"), ReadLease),
        Period = Period(row),
        RefusedAt = row.GetDateTimeOffset("RefusedAt"),
        Alerts = new PurseAlerts(
            List(row.GetString("Percents"), json => json.GetInt32()), row.GetInt64("LowBalance"), row.GetInt64("TopUpBelow")),
        NotifiedPercent = row.GetInt32("NotifiedPercent") ?? 0,
        LowNotified = row.GetBoolean("LowNotified") ?? false,
        RefusalNotified = row.GetInt64("RefusalNotified"),
        TopUpDue = row.GetBoolean("TopUpDue") ?? false,
        Notices = List(row.GetString("Notices"), ReadNotice),
        NoticeSeq = row.GetInt64("NoticeSeq") ?? 0,
    };

    private static BudgetPeriod? Period(TableEntity row) => row.GetString("PeriodLength") is not { } length
        ? null
        : new BudgetPeriod(
            new Budget(row.GetInt64("PeriodLimit")!.Value, Enum.Parse<PeriodLength>(length), row.GetString("PeriodZone")),
            row.GetDateTimeOffset("PeriodStart")!.Value, row.GetDateTimeOffset("PeriodEnd")!.Value,
            row.GetInt64("PeriodSpentBefore")!.Value);

    private static void WriteGrant(Utf8JsonWriter json, Grant grant)
    {
        json.WriteStartArray();
        json.WriteStringValue(grant.Id);
        json.WriteNumberValue(grant.Remaining);
        if (grant.Expires is { } expires)
        {
            json.WriteNumberValue(expires.ToUnixTimeMilliseconds());
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteNumberValue(grant.Priority);
        json.WriteBooleanValue(grant.Dead);
        json.WriteEndArray();
    }

    private static Grant ReadGrant(JsonElement json) => new(
        json[0].GetString()!, json[1].GetInt64(), json[2].ValueKind == JsonValueKind.Null ? null : Time(json[2]), json[3].GetInt32(),
        json[4].GetBoolean());

    private static void WriteLease(Utf8JsonWriter json, Lease lease)
    {
        json.WriteStartArray();
        json.WriteStringValue(lease.Id);
        json.WriteNumberValue(lease.Amount);
        json.WriteNumberValue(lease.Folded);
        json.WriteNumberValue(lease.UsableUntil.ToUnixTimeMilliseconds());
        json.WriteBooleanValue(lease.Closing);
        json.WriteEndArray();
    }

    private static Lease ReadLease(JsonElement json) => new(
        json[0].GetString()!, json[1].GetInt64(), json[2].GetInt64(), Time(json[3]), json[4].GetBoolean());

    private static void WriteNotice(Utf8JsonWriter json, PurseNotice notice)
    {
        json.WriteStartArray();
        json.WriteNumberValue(notice.Seq);
        json.WriteNumberValue(notice.Percent ?? 0);
        json.WriteNumberValue(notice.Limit);
        json.WriteNumberValue(notice.Amount);
        json.WriteNumberValue(notice.PeriodEnd?.ToUnixTimeMilliseconds() ?? 0);
        json.WriteNumberValue(notice.At.ToUnixTimeMilliseconds());
        json.WriteBooleanValue(notice.Refused);
        json.WriteEndArray();
    }

    private static PurseNotice ReadNotice(JsonElement json) => new(
        json[0].GetInt64(), json[1].GetInt32() is > 0 and var percent ? percent : null, json[2].GetInt64(), json[3].GetInt64(),
        json[4].GetInt64() == 0 ? null : Time(json[4]), Time(json[5]), json.GetArrayLength() > 6 && json[6].GetBoolean());

    private static DateTimeOffset Time(JsonElement json) => DateTimeOffset.FromUnixTimeMilliseconds(json.GetInt64());

    private static string? Json<T>(ImmutableArray<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.IsEmpty)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                write(json, item);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static ImmutableArray<T> List<T>(string? text, Func<JsonElement, T> read)
    {
        if (text is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(read)];
    }
}
