using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads chat completions as OpenAI and the compatible vendors write them
/// (<see href="https://platform.openai.com/docs/api-reference/chat/object"/>; DeepSeek, xAI, OpenRouter and Groq add reasoning,
/// Mistral writes content as a list: <see href="https://docs.mistral.ai/capabilities/reasoning/"/>).
/// </summary>
internal static class ChatAnswerReader
{
    /// <summary>Null when there is no choice in it.</summary>
    public static ChatAnswer? Read(JsonElement body, UsageQuirks quirks)
    {
        if (!RequestFields.Has(body, "choices", out var choices) || choices.ValueKind != JsonValueKind.Array
            || choices.GetArrayLength() == 0 || !RequestFields.Has(choices[0], "message", out var message))
        {
            return null;
        }

        var items = new List<ChatItem>(OpenAiReasoning.ReadAll(message));
        ReadContent(message, items);
        if (RequestFields.Has(message, "tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            items.AddRange(calls.EnumerateArray().Select((call, index) => ReadCall(call, index)));
        }

        return new ChatAnswer(
            RequestFields.TextOf(body, "id"), RequestFields.TextOf(body, "model"), items,
            FinishOf(RequestFields.TextOf(choices[0], "finish_reason"), items.Exists(item => item is ToolCallItem)),
            ReadUsage(body, quirks));
    }

    public static FinishReason FinishOf(string? reason, bool hasCalls) => reason switch
    {
        "length" or "model_length" => FinishReason.Length, // Mistral's second one is the context's end.
        "tool_calls" or "function_call" => FinishReason.ToolCalls,
        "content_filter" => FinishReason.ContentFilter,
        "error" or "insufficient_system_resource" => FinishReason.Failed, // Mistral and OpenRouter, DeepSeek.
        _ => hasCalls ? FinishReason.ToolCalls : FinishReason.Stop,
    };

    /// <summary>Groq has it in a member of its own, older versions there alone.</summary>
    public static TokenUsage? ReadUsage(JsonElement body, UsageQuirks quirks)
    {
        var holder = !RequestFields.Has(body, "usage", out _) && RequestFields.Has(body, "x_groq", out var groq) ? groq : body;
        return RequestFields.Has(holder, "usage", out var usage)
            && OpenAiUsage.TryRead(JsonMarshal.GetRawUtf8Value(usage), quirks, out var read)
                ? read
                : null;
    }

    /// <summary>Mistral's thinking: a list of parts with text.</summary>
    public static string ThinkingOf(JsonElement part) =>
        RequestFields.Has(part, "thinking", out var thinking) && thinking.ValueKind == JsonValueKind.Array
            ? string.Concat(thinking.EnumerateArray().Select(piece => RequestFields.TextOf(piece, "text")))
            : RequestFields.TextOf(part, "thinking") ?? "";

    private static void ReadContent(JsonElement message, List<ChatItem> items)
    {
        var parts = new List<ChatPart>();
        if (RequestFields.TextOf(message, "content") is { Length: > 0 } text)
        {
            parts.Add(new TextPart(text));
        }
        else if (RequestFields.Has(message, "content", out var content) && content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray())
            {
                if (RequestFields.TextOf(part, "type") == "thinking")
                {
                    items.Add(new ReasoningItem(ThinkingOf(part)));
                }
                else if (RequestFields.TextOf(part, "text") is { } piece)
                {
                    parts.Add(new TextPart(piece));
                }
            }
        }

        if (RequestFields.TextOf(message, "refusal") is { Length: > 0 } refusal)
        {
            parts.Add(new RefusalPart(refusal));
        }

        parts.AddRange(OpenAiParts.ReadImages(message));
        if (parts.Count > 0)
        {
            items.Add(new MessageItem(ChatRole.Assistant, parts));
        }
    }

    private static ToolCallItem ReadCall(JsonElement call, int index)
    {
        var isCustom = RequestFields.Has(call, "custom", out var body);
        if (!isCustom && RequestFields.Has(call, "function", out var function))
        {
            body = function;
        }

        return new ToolCallItem(
            RequestFields.TextOf(call, "id") is { Length: > 0 } id ? id : $"call_{index}",
            RequestFields.TextOf(body, "name") ?? "",
            RequestFields.TextOf(body, isCustom ? "input" : "arguments") ?? "")
        { IsCustom = isCustom, Signature = OpenAiParts.ReadSignature(call) };
    }

    /// <summary>What seals a call in this API is Gemini's.</summary>
    public const ModelApi CallOrigin = ModelApi.GeminiGenerateContent;
}
