using System.Buffers;
using System.Text.Json;
using AigneHub.Wire.EventStreams;

namespace AigneHub.Providers.Bedrock;

/// <summary>
/// Turns the frames of <c>InvokeModelWithResponseStream</c>
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html"/>) into
/// the events that Anthropic itself streams. A frame's payload is <c>{"bytes":"…"}</c>, the event in Base64; what went wrong
/// is a frame of its own, and becomes Anthropic's event <c>error</c>.
/// </summary>
internal static class BedrockEvents
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);

    // Bedrock adds it to the last event (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-invoke.html).
    private static ReadOnlySpan<byte> Metrics => "amazon-bedrock-invocationMetrics"u8;

    /// <summary>Appends the frame's event; false when the frame is none that Bedrock may send.</summary>
    public static bool TryWrite(EventStreamMessage frame, IBufferWriter<byte> output) => frame.Header(":message-type"u8) switch
    {
        "event" when frame.Header(":event-type"u8) == "chunk" => TryWriteChunk(frame.Payload.Span, output),
        "event" => WriteNamed(frame.Header(":event-type"u8), frame.Payload.Span, output),
        "exception" => WriteError(frame.Header(":exception-type"u8), MessageOf(frame.Payload.Span), output),
        "error" => WriteError(frame.Header(":error-code"u8), frame.Header(":error-message"u8), output),
        _ => false,
    };

    /// <summary>Converse's events: the header has the name, the payload the rest.</summary>
    private static bool WriteNamed(string? name, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (name is null or { Length: 0 or > 64 } || !name.All(char.IsAsciiLetter))
        {
            return true;
        }

        try
        {
            var reader = new Utf8JsonReader(payload);
            using var parsed = JsonDocument.ParseValue(ref reader);
            output.Write("data: "u8);
            using (var writer = new Utf8JsonWriter(output))
            {
                writer.WriteStartObject();
                writer.WritePropertyName(name);
                parsed.WriteTo(writer);
                writer.WriteEndObject();
            }

            output.Write("\n\n"u8);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryWriteChunk(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        try
        {
            var reader = new Utf8JsonReader(payload);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("bytes"u8))
                {
                    reader.Read();
                    return WriteEvent(reader.GetBytesFromBase64(), output);
                }

                reader.Skip();
            }

            return false;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool WriteEvent(ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        var (type, mustRewrite) = Look(document);
        if (type is null)
        {
            return false;
        }

        output.Write("event: "u8);
        output.Write(type);
        output.Write("\ndata: "u8);
        if (mustRewrite)
        {
            Rewrite(document, output);
        }
        else
        {
            output.Write(document);
        }

        output.Write("\n\n"u8);
        return true;
    }

    /// <summary>The event's type (null when it has none that fits into a line), and whether it must not go on as it is.</summary>
    private static (byte[]? Type, bool MustRewrite) Look(ReadOnlySpan<byte> document)
    {
        byte[]? type = null;
        var mustRewrite = document.IndexOfAny((byte)'\r', (byte)'\n') >= 0;
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            mustRewrite |= reader.ValueTextEquals(Metrics);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String && reader.ValueSpan.IndexOfAnyExcept(NameBytes) < 0)
            {
                type = reader.ValueSpan.ToArray();
            }

            reader.Skip();
        }

        return (type, mustRewrite);
    }

    /// <summary>The same document on one line, without what is Bedrock's own.</summary>
    private static void Rewrite(ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(document);
        using var parsed = JsonDocument.ParseValue(ref reader);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        foreach (var property in parsed.RootElement.EnumerateObject())
        {
            if (!property.NameEquals(Metrics))
            {
                property.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static string? MessageOf(ReadOnlySpan<byte> payload) => VendorError.TryRead(payload)?.Message;

    private static bool WriteError(string? type, string? message, IBufferWriter<byte> output)
    {
        output.Write("event: error\ndata: "u8);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "error");
            writer.WriteStartObject("error");
            writer.WriteString("type", BedrockErrors.AnthropicTypeOf(type));
            writer.WriteString("message", message ?? type ?? "The model's answer broke off.");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
        return true;
    }
}
