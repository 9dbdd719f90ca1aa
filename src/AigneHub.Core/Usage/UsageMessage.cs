using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Usage;

/// <summary>
/// The form of a usage message: <c>{"units":[{"id","hour","home","others","leases","events":[…]}, …]}</c> and nothing else at top
/// level, because the Functions host merges other top-level properties into a trigger's metadata.
/// </summary>
public static class UsageMessage
{
    /// <summary>Raw bytes: 64 KiB, the limit of a storage queue, once in Base64.</summary>
    public const int BytesMax = 48 * 1024;

    /// <summary>Events of a unit: with two rows of its own it is one transaction of at most 100 rows.</summary>
    public const int UnitEventsMax = 98;

    /// <summary>The purses of a call besides the account's.</summary>
    internal const int OtherPursesMax = 3;

    private const int LeaseCharactersMax = 64;

    internal static void WriteUnitHeader(IBufferWriter<byte> to, string id, string hour, PurseSet purses)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("hour"u8, hour);
        json.WriteString("home"u8, purses.Home.Value);
        json.WriteStartArray("others"u8);
        foreach (var purse in purses.Others)
        {
            json.WriteStringValue(purse.Value);
        }

        json.WriteEndArray();
        if (purses.Leases.Any(lease => lease is not null))
        {
            json.WriteStartArray("leases"u8);
            for (var i = 0; i < purses.Count; i++)
            {
                json.WriteStringValue(purses.LeaseAt(i));
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("events"u8);
        // Left open: the events follow.
    }

    /// <summary>A message of ready units.</summary>
    internal static byte[] OfUnit(string unitJson) => Encoding.UTF8.GetBytes($$"""{"units":[{{unitJson}}]}""");

    /// <exception cref="FormatException">Not a usage message.</exception>
    internal static IReadOnlyList<UsageUnit> Parse(string message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            var units = document.RootElement.GetProperty("units"u8);
            var parsed = new List<UsageUnit>(units.GetArrayLength());
            foreach (var unit in units.EnumerateArray())
            {
                parsed.Add(ParseUnit(unit));
            }

            return parsed;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("Not a usage message: " + exception.Message, exception);
        }
    }

    private static UsageUnit ParseUnit(JsonElement json)
    {
        var id = json.GetProperty("id"u8).GetString();
        var hour = json.GetProperty("hour"u8).GetString() ?? throw new FormatException("A unit without an hour.");
        var others = new List<PurseId>();
        foreach (var other in json.GetProperty("others"u8).EnumerateArray())
        {
            others.Add(Purse(other));
        }

        var events = json.GetProperty("events"u8);
        if (!UnitId.IsValid(id) || others.Count > OtherPursesMax || events.GetArrayLength() is 0 or > UnitEventsMax)
        {
            throw new FormatException("A unit with a malformed id, too many purses, or a wrong number of events.");
        }

        var raw = new List<RawEvent>(events.GetArrayLength());
        foreach (var element in events.EnumerateArray())
        {
            raw.Add(RawEvent.Of(element));
        }

        var purses = new PurseSet(Purse(json.GetProperty("home"u8)), others) { Leases = Leases(json) };
        return new UsageUnit(id!, hour, purses, raw);
    }

    /// <summary>Absent when no purse had reserved anything.</summary>
    private static string?[] Leases(JsonElement unit)
    {
        if (!unit.TryGetProperty("leases"u8, out var json))
        {
            return [];
        }

        var leases = new string?[json.GetArrayLength()];
        for (var i = 0; i < leases.Length; i++)
        {
            leases[i] = json[i].GetString();
            if (i > OtherPursesMax || leases[i] is { Length: 0 or > LeaseCharactersMax })
            {
                throw new FormatException("Malformed leases.");
            }
        }

        return leases;
    }

    private static PurseId Purse(JsonElement json) =>
        json.GetString() is { } value && PurseNames.IsValid(value)
            ? new PurseId(value)
            : throw new FormatException("A malformed purse id.");
}

/// <summary>A unit as received: events of one hour that are charged to the same purses.</summary>
internal sealed record UsageUnit(string Id, string Hour, PurseSet Purses, IReadOnlyList<RawEvent> Events)
{
    /// <summary>The unit with only this event, under an id of its own, ready to be requeued.</summary>
    public string OnlyJson(RawEvent raw)
    {
        var buffer = new ArrayBufferWriter<byte>();
        UsageMessage.WriteUnitHeader(buffer, raw.OwnUnit, Hour, Purses);
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + raw.Json + "]}";
    }
}

/// <summary>An event as received: its text is what is hashed and kept.</summary>
/// <param name="Version">0 when it names none.</param>
/// <param name="Event">Null when it has another shape; then <paramref name="Defect"/> says what is wrong.</param>
/// <param name="OwnUnit">The only unit id under which it may be requeued.</param>
internal sealed record RawEvent(
    int Version, Guid? Id, string Json, string Hash, string OwnUnit, UsageEvent? Event, string? Defect)
{
    public static RawEvent Of(JsonElement json)
    {
        var utf8 = JsonMarshal.GetRawUtf8Value(json);
        var (version, id) = (UsageEventJson.VersionOf(json), UsageEventJson.IdOf(json));
        UsageEvent? usage = null;
        string? defect = null;
        if (version == UsageEvent.CurrentVersion)
        {
            try
            {
                usage = UsageEventJson.Read(json);
            }
            catch (FormatException exception)
            {
                defect = exception.Message;
            }
        }

        return new RawEvent(
            version, id, Encoding.UTF8.GetString(utf8), Convert.ToHexStringLower(SHA256.HashData(utf8)),
            id is { } known ? UnitId.OfEvent(known) : UnitId.OfContent(utf8), usage, defect);
    }
}
