using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Providers;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Aigne;

/// <summary>Writes whole answers, and the pieces that streams have too.</summary>
internal static class AigneAnswerWriter
{
    /// <summary>The member of a call's <c>metadata</c> that holds Google's signature; clients send metadata back unread.</summary>
    public const string Signature = "thoughtSignature";

    public static void Write(ChatAnswer answer, AnswerContext context, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteMembers(answer, context, writer);
        writer.WriteString("model", ModelOf(context));
        writer.WriteString("modelWithProvider", TargetOf(context));
        if (answer.Usage is { } usage)
        {
            writer.WritePropertyName("usage");
            WriteUsage(usage, context, writer);
        }

        writer.WriteEndObject();
    }

    public static string TargetOf(AnswerContext context) => context.Target ?? context.Model;

    /// <summary>Without its provider.</summary>
    public static string ModelOf(AnswerContext context) =>
        TargetOf(context)[(TargetOf(context).IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The text of messages, refusals included, for which AIGNE has no place of their own.</summary>
    public static string TextOf(ChatAnswer answer) => string.Concat(
        answer.Items.OfType<MessageItem>().SelectMany(message => message.Parts).Select(part => part switch
        {
            TextPart text => text.Text,
            RefusalPart refusal => refusal.Text,
            MediaPart media when !IsFile(media) => MediaNote.Of(media),
            _ => "",
        }));

    /// <summary>By its bytes or an address; what only its vendor can open is told of in words.</summary>
    public static bool IsFile(MediaPart media) => (media.Data ?? media.Url) is not null;

    public static void WriteFiles(IEnumerable<MediaPart> files, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("files");
        foreach (var file in files)
        {
            writer.WriteStartObject();
            writer.WriteString("type", file.Data is null ? "url" : "file");
            writer.WriteString(file.Data is null ? "url" : "data", file.Data ?? file.Url);
            if (file.MediaType is { } type)
            {
                writer.WriteString("mimeType", type);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes <c>json</c>; false, and nothing is written, when the text is none.</summary>
    public static bool TryWriteJson(string text, Utf8JsonWriter writer)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            writer.WritePropertyName("json");
            JsonLine.Write(writer, document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <param name="thoughts">What was thought before the call and is sealed: its maker needs it back with the call.</param>
    public static void WriteCall(ToolCallItem call, IReadOnlyList<ReasoningItem> thoughts, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", call.CallId);
        writer.WriteString("type", "function");
        writer.WriteStartObject("function");
        writer.WriteString("name", call.Name);
        writer.WritePropertyName("arguments");
        if (!GeminiJson.TryWriteObject(writer, call.Arguments))
        {
            // Clients take objects alone. What the model wrote badly is refused by the tool's own schema, and the model told.
            writer.WriteStartObject();
            writer.WriteString("input", call.Arguments);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        WriteMetadata(call.Signature, thoughts, writer);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Disjoint counts: <c>inputTokens</c> holds nothing of what was read from or written to a cache. <c>aigneHubCredits</c> is a
    /// number, and there when the caller spends credit and the vendor has reported all of the usage. <c>creditPrefix</c> is never
    /// written: it is a currency's sign, and clients refuse an empty one.
    /// </summary>
    public static void WriteUsage(TokenUsage usage, AnswerContext context, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteCounts(usage, writer);
        WriteCredits(usage, context, writer);
        writer.WriteString("modelCallId", context.Id);
        writer.WriteEndObject();
    }

    public static void WriteCredits(TokenUsage usage, AnswerContext context, Utf8JsonWriter writer)
    {
        if (usage is { Input: not null, Output: not null })
        {
            WriteCredits(context.CreditsOf?.Invoke(usage), writer);
        }
    }

    /// <param name="credits">Nano; null: not written.</param>
    public static void WriteCredits(long? credits, Utf8JsonWriter writer)
    {
        if (credits is { } known)
        {
            writer.WritePropertyName("aigneHubCredits");
            writer.WriteRawValue(Nano.ToDecimalString(known));
        }
    }

    public static void WriteCounts(TokenUsage usage, Utf8JsonWriter writer)
    {
        writer.WriteNumber("inputTokens", (usage.Input ?? 0) + (usage.AudioInput ?? 0));
        writer.WriteNumber("outputTokens", (usage.Output ?? 0) + (usage.AudioOutput ?? 0) + (usage.ImageOutput ?? 0));
        writer.WriteNumber("cacheCreationInputTokens", (usage.CacheWrite5m ?? 0) + (usage.CacheWrite1h ?? 0));
        writer.WriteNumber("cacheReadInputTokens", usage.CachedInput ?? 0);
    }

    private static void WriteMembers(ChatAnswer answer, AnswerContext context, Utf8JsonWriter writer)
    {
        var text = TextOf(answer);
        var calls = answer.Items.OfType<ToolCallItem>().Any();
        var files = answer.Items.OfType<MessageItem>().SelectMany(message => message.Parts).OfType<MediaPart>().Where(IsFile).ToList();
        if (text.Length > 0 || (!calls && files.Count == 0))
        {
            if (!context.IsStructured || !TryWriteJson(text, writer))
            {
                writer.WriteString("text", text);
            }
        }

        var thoughts = string.Concat(answer.Items.OfType<ReasoningItem>().Select(item => item.Text));
        if (thoughts.Length > 0)
        {
            writer.WriteString("thoughts", thoughts);
        }

        if (calls)
        {
            WriteCalls(answer, writer);
        }

        if (files.Count > 0)
        {
            WriteFiles(files, writer);
        }
    }

    private static void WriteCalls(ChatAnswer answer, Utf8JsonWriter writer)
    {
        var thoughts = new List<ReasoningItem>();
        writer.WriteStartArray("toolCalls");
        foreach (var item in answer.Items)
        {
            if (item is ReasoningItem reasoning && OpenAiReasoning.IsSealed(reasoning))
            {
                thoughts.Add(reasoning);
            }
            else if (item is ToolCallItem call)
            {
                WriteCall(call, thoughts, writer);
                thoughts.Clear();
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteMetadata(string? signature, IReadOnlyList<ReasoningItem> thoughts, Utf8JsonWriter writer)
    {
        if (signature is null && thoughts.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("metadata");
        if (signature is not null)
        {
            writer.WriteString(Signature, signature);
        }

        if (thoughts.Count > 0)
        {
            writer.WriteStartArray("reasoning_details");
            for (var i = 0; i < thoughts.Count; i++)
            {
                OpenAiReasoning.WriteDetail(thoughts[i], i, writer);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
