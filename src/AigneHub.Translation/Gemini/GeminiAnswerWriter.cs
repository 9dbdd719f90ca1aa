using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Writes answers of generateContent, whole ones and the events of streams, which are alike
/// (<see href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse"/>).
/// </summary>
internal static class GeminiAnswerWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Utf8JsonWriter NewWriter(IBufferWriter<byte> output) => new(output, Options);

    public static void Write(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = NewWriter(output);
        writer.WriteStartObject();
        if (answer is { Finish: FinishReason.ContentFilter, Items.Count: 0 })
        {
            WriteBlocked(writer);
        }
        else
        {
            WriteCandidate(answer, writer);
        }

        WriteEnd(answer.Usage, answer.Id ?? context.Id, context.Model, writer);
        writer.WriteEndObject();
    }

    /// <summary>Nothing was answered, for the prompt's or the answer's sake.</summary>
    public static void WriteBlocked(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("promptFeedback");
        writer.WriteString("blockReason", "SAFETY");
        writer.WriteEndObject();
    }

    public static void StartCandidate(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("candidates");
        writer.WriteStartObject();
        writer.WriteStartObject("content");
        writer.WriteStartArray("parts");
    }

    /// <param name="finish">Null while the answer goes on.</param>
    public static void EndCandidate(string? finish, Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteString("role", "model");
        writer.WriteEndObject();
        if (finish is not null)
        {
            writer.WriteString("finishReason", finish);
        }

        writer.WriteNumber("index", 0);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>A custom tool's text becomes the one member of an object.</summary>
    /// <returns>False, and nothing is written, when the arguments are no JSON object.</returns>
    public static bool TryWriteCall(ToolCallItem call, Utf8JsonWriter writer)
    {
        // Written apart first: Gemini has no place for arguments that are no object.
        var arguments = new ArrayBufferWriter<byte>(Math.Max(call.Arguments.Length, 2));
        using (var apart = NewWriter(arguments))
        {
            if (call.IsCustom)
            {
                ToolCallText.WriteInput(apart, call.Arguments, isCustom: true);
            }
            else if (!GeminiJson.TryWriteObject(apart, call.Arguments))
            {
                return false;
            }
        }

        writer.WriteStartObject();
        writer.WriteStartObject("functionCall");
        writer.WriteString("id", call.CallId);
        writer.WriteString("name", call.Name);
        writer.WritePropertyName("args");
        writer.WriteRawValue(arguments.WrittenSpan, skipInputValidation: true);
        writer.WriteEndObject();
        if (call.Signature is not null)
        {
            writer.WriteString("thoughtSignature", call.Signature);
        }

        writer.WriteEndObject();
        return true;
    }

    /// <summary>Usage, model and id, which every event repeats.</summary>
    public static void WriteEnd(TokenUsage? usage, string id, string model, Utf8JsonWriter writer)
    {
        if (usage is { } counts)
        {
            WriteUsage(counts, writer);
        }

        writer.WriteString("modelVersion", model);
        writer.WriteString("responseId", id);
    }

    private static void WriteCandidate(ChatAnswer answer, Utf8JsonWriter writer)
    {
        var finish = GeminiFinish.Write(answer.Finish);
        StartCandidate(writer);
        foreach (var item in answer.Items)
        {
            switch (item)
            {
                case MessageItem message:
                    foreach (var part in message.Parts.Where(GeminiPartWriter.IsWritten))
                    {
                        GeminiPartWriter.Write(part, writer);
                    }

                    break;
                case ReasoningItem thought:
                    var seal = GeminiSeal.Write(
                        thought.Id, thought.Origin, thought.Signature, thought.Encrypted, thought.Redacted);
                    GeminiPartWriter.WriteText(thought.Text, isThought: true, seal, writer);
                    break;
                case ToolCallItem call when !TryWriteCall(call, writer):
                    finish = GeminiFinish.MalformedCall;
                    break;
            }
        }

        EndCandidate(finish, writer);
    }

    /// <summary>https://ai.google.dev/api/generate-content#UsageMetadata</summary>
    private static void WriteUsage(TokenUsage usage, Utf8JsonWriter writer)
    {
        var cached = usage.CachedInput ?? 0;
        var written = (usage.CacheWrite5m ?? 0) + (usage.CacheWrite1h ?? 0);
        var prompt = (usage.Input ?? 0) + cached + written + (usage.AudioInput ?? 0);
        var output = (usage.Output ?? 0) + (usage.AudioOutput ?? 0) + (usage.ImageOutput ?? 0);
        var thoughts = Math.Min(usage.Reasoning ?? 0, output);
        writer.WriteStartObject("usageMetadata");
        writer.WriteNumber("promptTokenCount", prompt);
        writer.WriteNumber("candidatesTokenCount", output - thoughts);
        writer.WriteNumber("totalTokenCount", prompt + output);
        if (cached > 0)
        {
            writer.WriteNumber("cachedContentTokenCount", cached);
        }

        if (thoughts > 0)
        {
            writer.WriteNumber("thoughtsTokenCount", thoughts);
        }

        writer.WriteEndObject();
    }
}
