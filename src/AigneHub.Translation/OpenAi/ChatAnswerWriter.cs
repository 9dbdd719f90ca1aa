using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>Writes a whole chat completion (<see href="https://platform.openai.com/docs/api-reference/chat/object"/>).</summary>
internal static class ChatAnswerWriter
{
    /// <summary>Text is written as it is, not as ASCII: an answer is no HTML.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        writer.WriteStartObject();
        WriteChoice(answer, context, writer);
        if (answer.Usage is { } usage)
        {
            writer.WritePropertyName("usage");
            OpenAiUsageWriter.WriteChat(usage, writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>All members but the usage.</summary>
    public static void WriteChoice(ChatAnswer answer, AnswerContext context, Utf8JsonWriter writer)
    {
        var calls = answer.Items.OfType<ToolCallItem>().ToList();
        WriteHead(answer.Id, "chat.completion", context, writer);
        writer.WriteStartArray("choices");
        writer.WriteStartObject();
        writer.WriteNumber("index", 0);
        writer.WriteStartObject("message");
        WriteMessage(answer.Items, calls, writer);
        writer.WriteEndObject();
        writer.WriteNull("logprobs");
        writer.WriteString("finish_reason", FinishOf(answer.Finish, calls.Count > 0));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public static void WriteHead(string? id, string type, AnswerContext context, Utf8JsonWriter writer)
    {
        writer.WriteString("id", id ?? $"chatcmpl-{context.Id}");
        writer.WriteString("object", type);
        writer.WriteNumber("created", context.Created.ToUnixTimeSeconds());
        writer.WriteString("model", context.Model);
    }

    /// <summary>
    /// The word for the end. A client looks at tool calls only when it is told of them; the API has no word for an answer that
    /// the vendor broke off or withheld but <c>content_filter</c>.
    /// </summary>
    public static string FinishOf(FinishReason finish, bool hasCalls) => finish switch
    {
        FinishReason.Length => "length",
        FinishReason.ContentFilter or FinishReason.Refusal or FinishReason.Failed => "content_filter",
        _ => hasCalls ? "tool_calls" : "stop",
    };

    private static void WriteMessage(IReadOnlyList<ChatItem> items, List<ToolCallItem> calls, Utf8JsonWriter writer)
    {
        var parts = items.OfType<MessageItem>().SelectMany(message => message.Parts).ToList();
        var refusal = string.Concat(parts.OfType<RefusalPart>().Select(part => part.Text));
        writer.WriteString("role", "assistant");

        // Texts of several messages are one here, without anything between them, as a stream has them.
        var texts = parts.Select(TextOf).OfType<string>().ToList();
        writer.WriteString("content", texts.Count > 0 ? string.Concat(texts) : null);
        writer.WriteString("refusal", refusal.Length > 0 ? refusal : null);
        var images = parts.OfType<MediaPart>().Where(OpenAiParts.IsImage).ToList();
        if (images.Count > 0)
        {
            OpenAiParts.WriteImages(images, writer);
        }

        var reasoning = items.OfType<ReasoningItem>().ToList();
        if (reasoning.Exists(item => item.Text.Length > 0))
        {
            writer.WriteString("reasoning_content", string.Concat(reasoning.Select(item => item.Text)));
        }

        if (reasoning.Exists(OpenAiReasoning.IsSealed))
        {
            writer.WriteStartArray("reasoning_details");
            var index = 0;
            foreach (var item in reasoning.Where(OpenAiReasoning.IsSealed))
            {
                OpenAiReasoning.WriteDetail(item, index++, writer);
            }

            writer.WriteEndArray();
        }

        if (calls.Count > 0)
        {
            writer.WriteStartArray("tool_calls");
            foreach (var call in calls)
            {
                WriteCall(call, call.CallId, writer);
            }

            writer.WriteEndArray();
        }
    }

    /// <summary>Null: it stands elsewhere.</summary>
    private static string? TextOf(ChatPart part) => part switch
    {
        TextPart text => text.Text,
        MediaPart media when !OpenAiParts.IsImage(media) => MediaNote.Of(media),
        _ => null,
    };

    public static void WriteCall(ToolCallItem call, string id, Utf8JsonWriter writer, bool signed = true)
    {
        var type = call.IsCustom ? "custom" : "function";
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteString("type", type);
        writer.WriteStartObject(type);
        writer.WriteString("name", call.Name);
        writer.WriteString(
            call.IsCustom ? "input" : "arguments", call.Arguments.Length == 0 && !call.IsCustom ? "{}" : call.Arguments);
        writer.WriteEndObject();
        if (signed && call.Signature is { } signature)
        {
            OpenAiParts.WriteSignature(signature, writer);
        }

        writer.WriteEndObject();
    }
}
