using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>Writes a whole answer for a client (<see href="https://docs.claude.com/en/api/messages"/>).</summary>
internal static class MessagesAnswerWriter
{
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        WriteHead(writer, context);
        writer.WriteStartArray("content");
        foreach (var item in answer.Items)
        {
            WriteItem(writer, item);
        }

        writer.WriteEndArray();
        var hasCalls = answer.Items.Any(item => item is ToolCallItem);
        var hasRefusal = answer.Items.Any(item => item is MessageItem message && message.Parts.Any(part => part is RefusalPart));
        writer.WriteString("stop_reason", StopReason(answer.Finish, hasCalls, hasRefusal));
        writer.WriteString("stop_sequence", answer.StopSequence);
        writer.WritePropertyName("usage");
        WriteUsage(writer, answer.Usage ?? default);
        writer.WriteEndObject();
    }

    public static void WriteHead(Utf8JsonWriter writer, AnswerContext context)
    {
        writer.WriteString("id", "msg_" + context.Id);
        writer.WriteString("type", "message");
        writer.WriteString("role", "assistant");
        writer.WriteString("model", context.Model);
    }

    /// <summary>
    /// Clients go by <c>tool_use</c> when there is a call, whatever a vendor says. What was withheld or went wrong is
    /// <c>refusal</c>, the API's only word for an answer that isn't one.
    /// </summary>
    public static string StopReason(FinishReason finish, bool hasCalls, bool hasRefusal) => finish switch
    {
        FinishReason.Stop or FinishReason.ToolCalls when hasCalls => "tool_use",
        FinishReason.Stop when hasRefusal => "refusal",
        FinishReason.StopSequence => "stop_sequence",
        FinishReason.Length => "max_tokens",
        FinishReason.ContentFilter or FinishReason.Refusal or FinishReason.Failed => "refusal",
        FinishReason.Pause => "pause_turn",
        _ => "end_turn",
    };

    /// <summary>Unknown counts are 0: the API demands a number.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, TokenUsage usage)
    {
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens", (usage.Input ?? 0) + (usage.AudioInput ?? 0));
        writer.WriteNumber("cache_creation_input_tokens", (usage.CacheWrite5m ?? 0) + (usage.CacheWrite1h ?? 0));
        writer.WriteNumber("cache_read_input_tokens", usage.CachedInput ?? 0);
        writer.WriteNumber("output_tokens", (usage.Output ?? 0) + (usage.AudioOutput ?? 0) + (usage.ImageOutput ?? 0));
        if (usage.CacheWrite1h > 0)
        {
            writer.WriteStartObject("cache_creation");
            writer.WriteNumber("ephemeral_5m_input_tokens", usage.CacheWrite5m ?? 0);
            writer.WriteNumber("ephemeral_1h_input_tokens", usage.CacheWrite1h ?? 0);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter writer, ChatItem item)
    {
        switch (item)
        {
            case MessageItem message:
                foreach (var text in message.Parts.Select(TextOf).Where(text => text.Length > 0))
                {
                    writer.WriteStartObject();
                    writer.WriteString("type", "text");
                    writer.WriteString("text", text);
                    writer.WriteEndObject();
                }

                break;
            case ReasoningItem reasoning:
                WriteReasoning(writer, reasoning);
                break;
            case ToolCallItem call:
                writer.WriteStartObject();
                writer.WriteString("type", "tool_use");
                writer.WriteString("id", call.CallId);
                writer.WriteString("name", call.Name);
                writer.WritePropertyName("input");
                ToolCallText.WriteInput(writer, call.Arguments, call.IsCustom);
                writer.WriteEndObject();
                if (call.Signature is { } signature)
                {
                    WriteThinking(writer, "", CallSignature(call.CallId, signature));
                }

                break;
        }
    }

    /// <summary>Gemini alone signs calls, and its signature needs a place: a block of thoughts that are empty.</summary>
    public static string CallSignature(string callId, string signature) =>
        new SealedReasoning(Core.Routing.ModelApi.GeminiGenerateContent, 'c', callId, signature).ToString();

    private static void WriteReasoning(Utf8JsonWriter writer, ReasoningItem item)
    {
        if (RedactedOf(item) is { } data)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "redacted_thinking");
            writer.WriteString("data", data);
            writer.WriteEndObject();
        }
        else if (item.Text.Length > 0 || SealedReasoning.SignatureOf(item) is not null)
        {
            WriteThinking(writer, item.Text, SealedReasoning.SignatureOf(item) ?? "");
        }
    }

    private static void WriteThinking(Utf8JsonWriter writer, string text, string signature)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "thinking");
        writer.WriteString("thinking", text);
        writer.WriteString("signature", signature);
        writer.WriteEndObject();
    }

    private static string? RedactedOf(ReasoningItem item) => item switch
    {
        { Redacted: not { Length: > 0 } } or { Origin: null } => null,
        { Origin: var origin } when SealedReasoning.IsOwn(origin) => item.Redacted,
        _ => new SealedReasoning(item.Origin.Value, 'r', item.Id, item.Redacted).ToString(),
    };

    private static string TextOf(ChatPart part) => part switch
    {
        TextPart text => text.Text,
        RefusalPart refusal => refusal.Text,
        MediaPart media => MediaNote.Of(media), // The API's answers have no blocks of images.
        _ => "",
    };
}
