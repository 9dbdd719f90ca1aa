using System.Text.Json.Nodes;

namespace AigneHub.Hub.Tests.Translation;

/// <summary>
/// Compares JSON with what must be in it: members that are not wanted don't matter, lists are compared whole; <c>*</c> is anything,
/// <c>$absent</c> nothing.
/// </summary>
internal static class JsonPart
{
    /// <summary>What is missing or other; null when all that is wanted is there.</summary>
    public static string? Difference(JsonNode? wanted, JsonNode? actual, string path = "")
    {
        switch (wanted)
        {
            case JsonObject members:
                return actual is not JsonObject found ? $"{path} is no object" : members
                    .Where(member => member.Key != "$emulated")
                    .Select(member => member.Value?.ToString() == "$absent"
                        ? found.ContainsKey(member.Key) ? $"{path}.{member.Key} is there" : null
                        : Difference(member.Value, found[member.Key], $"{path}.{member.Key}"))
                    .FirstOrDefault(difference => difference is not null);
            case JsonArray items:
                return actual is not JsonArray all || all.Count != items.Count ? $"{path} is no list of {items.Count}" : items
                    .Select((item, index) => Difference(item, all[index], $"{path}[{index}]"))
                    .FirstOrDefault(difference => difference is not null);
            case JsonValue value when value.ToString() == "*":
                return actual is null ? $"{path} is not there" : null;
            default:
                return JsonNode.DeepEquals(wanted, actual) ? null : $"{path} is {actual?.ToJsonString() ?? "not there"}";
        }
    }

    /// <summary>Whether it is somewhere in it.</summary>
    public static bool IsWithin(JsonNode wanted, JsonNode? whole) => whole switch
    {
        null => false,
        JsonObject members when Difference(wanted, members) is null => true,
        JsonObject members => members.Any(member => IsWithin(wanted, member.Value)),
        JsonArray items => items.Any(item => IsWithin(wanted, item)),
        _ => false,
    };
}
