using System.Buffers;
using System.Text.Json;

namespace AigneHub.Gateway.Fronts.Aigne;

/// <summary>
/// AIGNE's nested form of a request for embeddings, <c>{ input: { input, modelOptions: { model } } }</c>, as OpenAI's, which AIGNE's
/// clients send, too.
/// </summary>
internal static class AigneEmbeddingsBody
{
    /// <summary>OpenAI's form; null when the body has it, or is none of both, which the parser behind tells.</summary>
    public static byte[]? TryFlatten(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(
                body, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax, AllowDuplicateProperties = false });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("input", out var input)
                && input.ValueKind == JsonValueKind.Object
                    ? Flat(root, input)
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The model of the first that names one.</summary>
    public static void WriteModel(ReadOnlySpan<JsonElement> holders, Utf8JsonWriter writer)
    {
        foreach (var holder in holders)
        {
            if (holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty("model", out var model)
                && model.ValueKind != JsonValueKind.Null)
            {
                writer.WritePropertyName("model");
                model.WriteTo(writer);
                return;
            }
        }
    }

    private static byte[] Flat(JsonElement root, JsonElement input)
    {
        var options = input.TryGetProperty("modelOptions", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            WriteModel([root, input, options], writer);
            if (input.TryGetProperty("input", out var texts))
            {
                writer.WritePropertyName("input");
                texts.WriteTo(writer);
            }

            WriteOptions(options, writer);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteOptions(JsonElement options, Utf8JsonWriter writer)
    {
        if (options.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var option in options.EnumerateObject())
        {
            if (option.Name is not ("model" or "input"))
            {
                writer.WritePropertyName(option.Name == "encodingFormat" ? "encoding_format" : option.Name);
                option.Value.WriteTo(writer);
            }
        }
    }
}
