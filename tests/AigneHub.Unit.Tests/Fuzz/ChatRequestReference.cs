using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Unit.Tests.Fuzz;

/// <summary>What the head of a request is, found the slow way: by System.Text.Json's document model.</summary>
internal sealed record ChatRequestReference(string Model, bool Stream, bool IncludeUsage)
{
    private static readonly string[] Used = ["model", "messages", "stream", "stream_options"];

    /// <summary>Null when the request is to be refused.</summary>
    public static ChatRequestReference? Of(byte[] body)
    {
        try
        {
            if (!Utf8.IsValid(body))
            {
                return null;
            }

            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
            return document.RootElement.ValueKind == JsonValueKind.Object ? Of(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair.
            return null;
        }
    }

    private static ChatRequestReference? Of(JsonElement root)
    {
        var members = root.EnumerateObject().Select(member => (member.Name, member.Value)).ToArray();
        if (members.Length > RequestHeadParser.NamesMax || members.DistinctBy(member => member.Name).Count() != members.Length
            || members.Any(member => Encoding.UTF8.GetByteCount(member.Name) > RequestHeadParser.NameBytesMax
                || Used.Any(name => name != member.Name && name.Equals(member.Name, StringComparison.OrdinalIgnoreCase))))
        {
            return null;
        }

        var model = Member("model");
        var stream = Member("stream") ?? JsonValueKind.False;
        var messages = Member("messages");
        if (model != JsonValueKind.String || messages != JsonValueKind.Array || root.GetProperty("messages").GetArrayLength() == 0
            || stream is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
            || !TryReadUsage(root, out var includeUsage))
        {
            return null;
        }

        var name = root.GetProperty("model").GetString()!;
        return root.GetProperty("model").GetRawText().Length - 2 is 0 or > 256
            ? null
            : new ChatRequestReference(name, stream == JsonValueKind.True, includeUsage);

        JsonValueKind? Member(string wanted) => root.TryGetProperty(wanted, out var value) ? value.ValueKind : null;
    }

    private static bool TryReadUsage(JsonElement root, out bool includeUsage)
    {
        includeUsage = false;
        if (!root.TryGetProperty("stream_options", out var options) || options.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (options.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var usages = options.EnumerateObject().Where(member => member.Name == "include_usage").Select(member => member.Value.ValueKind)
            .ToArray();
        includeUsage = usages is [JsonValueKind.True];
        return usages is [] or [JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null];
    }
}
