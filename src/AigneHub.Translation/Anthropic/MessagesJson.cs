using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>Members of objects whose kinds nobody has looked at.</summary>
internal static class MessagesJson
{
    /// <summary>Null when it is no object, has no such member, or that is no string.</summary>
    /// <exception cref="InvalidOperationException">The string holds half a surrogate pair.</exception>
    public static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Null when it is no object or has no such member; JSON's null counts as none.</summary>
    public static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null ? value : null;

    public static CacheMarker? Cache(JsonElement element) =>
        Member(element, "cache_control") is { ValueKind: JsonValueKind.Object } marker
            ? new CacheMarker(Text(marker, "ttl"))
            : null;
}
