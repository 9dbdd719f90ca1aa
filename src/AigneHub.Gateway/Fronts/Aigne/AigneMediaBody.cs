using System.Buffers;
using System.Text.Json;

namespace AigneHub.Gateway.Fronts.Aigne;

/// <summary>
/// AIGNE's requests for images and videos as OpenAI's: the nested form <c>{ input: { prompt, …, modelOptions: { model, … } } }</c>, of
/// whose <c>input</c> only what such a call knows is taken, and the flat one, whose names may be in camel case.
/// </summary>
internal static class AigneMediaBody
{
    /// <summary>Images to be edited, or the one that a video is to begin with.</summary>
    public const string Image = "image";

    private static readonly string[] OfImages =
    [
        "prompt", "n", "size", "quality", "style", "responseFormat", "background", "moderation", "outputFormat", "outputCompression",
        Image,
    ];

    private static readonly string[] OfVideos = ["prompt", "size", "seconds", Image];

    /// <summary>Say where files are to be kept, for which the hub has no place: clients get what the vendor gives.</summary>
    private static readonly string[] Dropped = ["model", "outputFileType", "preferInputFileType"];

    /// <summary>Null for what is no JSON object, which the parser behind tells.</summary>
    public static byte[]? FlattenImage(ReadOnlyMemory<byte> body) => Flatten(body, OfImages);

    /// <inheritdoc cref="FlattenImage"/>
    public static byte[]? FlattenVideo(ReadOnlyMemory<byte> body) => Flatten(body, OfVideos);

    private static byte[]? Flatten(ReadOnlyMemory<byte> body, string[] known)
    {
        try
        {
            using var document = JsonDocument.Parse(
                body, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax, AllowDuplicateProperties = false });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? Flat(root, known) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Flat(JsonElement root, string[] known)
    {
        var input = ObjectIn(root, "input");
        var options = ObjectIn(input, "modelOptions");
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            AigneEmbeddingsBody.WriteModel([root, input, options], writer);
            if (input.ValueKind == JsonValueKind.Object)
            {
                var taken = new HashSet<string>(StringComparer.Ordinal);
                WriteMembers(input, name => known.Contains(name) && taken.Add(name), writer);
                WriteMembers(options, taken.Add, writer);
            }
            else
            {
                WriteMembers(root, static _ => true, writer);
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static JsonElement ObjectIn(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.Object
            ? found
            : default;

    private static void WriteMembers(JsonElement source, Func<string, bool> takes, Utf8JsonWriter writer)
    {
        if (source.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in source.EnumerateObject())
        {
            if (!Dropped.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Null && !IsNothing(member) && takes(member.Name))
            {
                writer.WritePropertyName(member.Name switch
                {
                    "responseFormat" => "response_format",
                    "outputFormat" => "output_format",
                    "outputCompression" => "output_compression",
                    var name => name,
                });
                member.Value.WriteTo(writer);
            }
        }
    }

    /// <summary>No images to be edited.</summary>
    private static bool IsNothing(JsonProperty member) =>
        member.Name == Image && member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0;
}
