using System.Text.Json;
using AigneHub.Core.Pricing;

namespace AigneHub.Core.Usage;

/// <summary>
/// The JSON of an event, as sent and as kept in the ledger. Absent = null or false. Lines are
/// <c>[kind, units, rate, form]</c>, the last two as far as they are known, attempts <c>[provider, model, status, failure, ms]</c>, timings
/// <c>[firstByte, total, upstream]</c>: about 400 bytes an event.
/// </summary>
internal static class UsageEventJson
{
    public static void Write(Utf8JsonWriter json, UsageEvent usage, bool withAttempts)
    {
        json.WriteStartObject();
        json.WriteNumber("v"u8, usage.Version);
        json.WriteString("id"u8, usage.Id);
        json.WriteString("account"u8, usage.Account);
        json.WriteString("key"u8, usage.Key);
        WriteIfPresent(json, "project"u8, usage.Project);
        json.WriteString("model"u8, usage.Model);
        json.WriteString("front"u8, usage.Front);
        json.WriteString("outcome"u8, NameOf(usage.Outcome));
        WriteIfPresent(json, "error"u8, usage.Error);
        WriteIfTrue(json, "streamed"u8, usage.Streamed);
        WriteLines(json, usage.Lines);
        if (usage.Cost is { } cost)
        {
            json.WriteNumber("cost"u8, cost);
        }

        if (usage.CappedFrom is { } capped)
        {
            json.WriteNumber("capped"u8, capped);
        }

        json.WriteString("rates"u8, usage.RateVersion);
        WriteIfTrue(json, "estimated"u8, usage.Estimated);
        WriteAttempts(json, withAttempts ? usage.Attempts : []);
        WriteTimings(json, usage.Timings);
        json.WriteEndObject();
    }

    /// <summary>The version of the event, 0 when it names none.</summary>
    public static int VersionOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("v"u8, out var version)
            && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) ? number : 0;

    /// <summary>The id of the event, if it is there and readable, whatever else is wrong.</summary>
    public static Guid? IdOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("id"u8, out var id)
            && id.ValueKind == JsonValueKind.String && id.TryGetGuid(out var value) ? value : null;

    /// <exception cref="FormatException">The event has another shape.</exception>
    public static UsageEvent Read(JsonElement json)
    {
        try
        {
            return new UsageEvent
            {
                Version = json.GetProperty("v"u8).GetInt32(),
                Id = json.GetProperty("id"u8).GetGuid(),
                Account = Text(json.GetProperty("account"u8)),
                Key = Text(json.GetProperty("key"u8)),
                Project = TextOrNull(json, "project"u8),
                Model = Text(json.GetProperty("model"u8)),
                Front = Text(json.GetProperty("front"u8)),
                Outcome = OutcomeOf(Text(json.GetProperty("outcome"u8))),
                Error = TextOrNull(json, "error"u8),
                Streamed = Flag(json, "streamed"u8),
                Lines = ReadLines(json.GetProperty("lines"u8)),
                Cost = json.TryGetProperty("cost"u8, out var cost) ? cost.GetInt64() : null,
                CappedFrom = json.TryGetProperty("capped"u8, out var capped) ? capped.GetInt64() : null,
                RateVersion = Text(json.GetProperty("rates"u8)),
                Estimated = Flag(json, "estimated"u8),
                Attempts = ReadAttempts(json.GetProperty("attempts"u8)),
                Timings = ReadTimings(json.GetProperty("timings"u8)),
            };
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FormatException("The event has another shape: " + exception.Message, exception);
        }
    }

    private static void WriteLines(Utf8JsonWriter json, IReadOnlyList<PriceLine> lines)
    {
        json.WriteStartArray("lines"u8);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            json.WriteStartArray();
            json.WriteStringValue(UnitKinds.Name(line.Kind));
            json.WriteNumberValue(line.Units);
            if (line.Rate is { } rate)
            {
                json.WriteNumberValue(rate);
            }
            else if (line.Form is not null)
            {
                json.WriteNullValue();
            }

            if (line.Form is { } form)
            {
                json.WriteStringValue(form);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteAttempts(Utf8JsonWriter json, IReadOnlyList<AttemptRecord> attempts)
    {
        json.WriteStartArray("attempts"u8);
        for (var i = 0; i < attempts.Count; i++)
        {
            var attempt = attempts[i];
            json.WriteStartArray();
            json.WriteStringValue(attempt.Provider);
            json.WriteStringValue(attempt.Model);
            json.WriteNumberValue(attempt.Status);
            json.WriteStringValue(attempt.Failure);
            json.WriteNumberValue(attempt.Milliseconds);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteTimings(Utf8JsonWriter json, CallTimings timings)
    {
        json.WriteStartArray("timings"u8);
        if (timings.FirstByte is { } firstByte)
        {
            json.WriteNumberValue(firstByte);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteNumberValue(timings.Total);
        json.WriteNumberValue(timings.Upstream);
        json.WriteEndArray();
    }

    private static PriceLine[] ReadLines(JsonElement json)
    {
        var lines = new PriceLine[json.GetArrayLength()];
        for (var i = 0; i < lines.Length; i++)
        {
            var line = json[i];
            if (!UnitKinds.TryParse(Text(line[0]), out var kind))
            {
                throw new FormatException("Unknown unit kind.");
            }

            var length = line.GetArrayLength();
            lines[i] = new PriceLine(
                kind, line[1].GetInt64(), length > 2 && line[2].ValueKind != JsonValueKind.Null ? line[2].GetInt64() : null,
                length > 3 ? Text(line[3]) : null);
        }

        return lines;
    }

    private static AttemptRecord[] ReadAttempts(JsonElement json)
    {
        var attempts = new AttemptRecord[json.GetArrayLength()];
        for (var i = 0; i < attempts.Length; i++)
        {
            var attempt = json[i];
            attempts[i] = new AttemptRecord(
                Text(attempt[0]), Text(attempt[1]), attempt[2].GetInt32(), attempt[3].GetString(), attempt[4].GetInt32());
        }

        return attempts;
    }

    private static CallTimings ReadTimings(JsonElement json) => new(
        json[0].ValueKind == JsonValueKind.Null ? null : json[0].GetInt32(), json[1].GetInt32(), json[2].GetInt32());

    private static string NameOf(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Completed => "completed",
        CallOutcome.Cancelled => "cancelled",
        _ => "failed",
    };

    private static CallOutcome OutcomeOf(string name) => name switch
    {
        "completed" => CallOutcome.Completed,
        "cancelled" => CallOutcome.Cancelled,
        "failed" => CallOutcome.Failed,
        _ => throw new FormatException("Unknown outcome."),
    };

    private static string Text(JsonElement json) => json.GetString() ?? throw new FormatException("A text is null.");

    private static string? TextOrNull(JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryGetProperty(name, out var value) && value.GetBoolean();

    private static void WriteIfPresent(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteIfTrue(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            json.WriteBoolean(name, true);
        }
    }
}
