using System.Buffers.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Other vendors' signatures and encrypted thoughts as a <c>thoughtSignature</c>, the one member that Gemini's clients send
/// back unread. It is base64 of <c>hub:</c> and a JSON object, so that clients that decode it to bytes keep it.
/// </summary>
internal static class GeminiSeal
{
    private static ReadOnlySpan<byte> Mark => "hub:"u8;

    /// <summary>How all of them begin: <c>hub:{"o":</c> in base64, the same in both alphabets.</summary>
    public static ReadOnlySpan<byte> Base64Mark => "aHViOnsibyI6"u8;

    private const string Prefix = "aHViOnsibyI6";

    /// <summary>Whether the hub has made it, of another vendor's.</summary>
    public static bool IsOwn(string thoughtSignature) => ReadOwn("", thoughtSignature) is not null;

    public static string? Write(string? id, ModelApi? origin, string? signature, string? encrypted, string? redacted)
    {
        if (origin is null or ModelApi.GeminiGenerateContent)
        {
            return signature;
        }

        using var buffer = new MemoryStream();
        buffer.Write(Mark);
        using (var output = new Utf8JsonWriter(buffer))
        {
            output.WriteStartObject();
            output.WriteString("o", origin.ToString());
            WriteText(output, "i", id);
            WriteText(output, "s", signature);
            WriteText(output, "e", encrypted);
            WriteText(output, "r", redacted);
            output.WriteEndObject();
        }

        return Convert.ToBase64String(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>The thoughts with whatever seals them; Google's own signature when it is none of the hub's.</summary>
    public static ReasoningItem Read(string text, string? thoughtSignature)
    {
        if (thoughtSignature is null)
        {
            return new ReasoningItem(text);
        }

        return ReadOwn(text, thoughtSignature)
            ?? new ReasoningItem(text) { Origin = ModelApi.GeminiGenerateContent, Signature = thoughtSignature };
    }

    private static ReasoningItem? ReadOwn(string text, string thoughtSignature)
    {
        if (!thoughtSignature.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        // Decoded to bytes, some clients write them in the alphabet for addresses.
        var base64 = thoughtSignature.Replace('-', '+').Replace('_', '/');
        if (!Base64.IsValid(base64))
        {
            return null;
        }

        var bytes = Convert.FromBase64String(base64);
        if (!bytes.AsSpan().StartsWith(Mark))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(Mark.Length));
            var seal = document.RootElement;
            return Enum.TryParse<ModelApi>(GeminiJson.Text(seal, "o"), out var origin) && Enum.IsDefined(origin)
                ? new ReasoningItem(text)
                {
                    Id = GeminiJson.Text(seal, "i"),
                    Origin = origin,
                    Signature = GeminiJson.Text(seal, "s"),
                    Encrypted = GeminiJson.Text(seal, "e"),
                    Redacted = GeminiJson.Text(seal, "r"),
                    IsSummary = GeminiJson.Text(seal, "e") is not null,
                }
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void WriteText(Utf8JsonWriter output, string name, string? value)
    {
        if (value is not null)
        {
            output.WriteString(name, value);
        }
    }
}
