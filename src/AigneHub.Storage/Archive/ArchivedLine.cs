using System.Text.Json;
using System.Text.Json.Serialization;
using AigneHub.Core.Ledger;

namespace AigneHub.Storage.Archive;

/// <summary>One line of an archived day.</summary>
/// <param name="Unit">The settlement unit that brought it.</param>
/// <param name="Hash">SHA-256 of <paramref name="Event"/>, lower-case hex.</param>
/// <param name="Event">As it was sent, byte for byte.</param>
/// <param name="Cost">Nano; absent when unpriced.</param>
internal sealed record ArchivedLine(Guid Id, string Unit, string Hash, JsonElement Event, long? Cost = null)
{
    public static void Write(Utf8JsonWriter json, LedgerEvent usage)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, usage.Id);
        json.WriteString("unit"u8, usage.Unit);
        json.WriteString("hash"u8, usage.Hash);
        if (usage.Cost is { } cost)
        {
            json.WriteNumber("cost"u8, cost);
        }

        json.WritePropertyName("event"u8);
        json.WriteRawValue(usage.Json);
        json.WriteEndObject();
    }

    public LedgerEvent ToEvent() => new(Id, Event.GetRawText(), Cost, Hash, Unit);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ArchivedLine))]
internal sealed partial class ArchivedLineJson : JsonSerializerContext;
