using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Sealed reasoning in chat completions, where OpenAI has no place for it: <c>reasoning_details</c> as OpenRouter has them
/// (<see href="https://openrouter.ai/docs/guides/best-practices/reasoning-tokens"/>), which a client sends back as they came.
/// </summary>
internal static class OpenAiReasoning
{
    private static readonly (ModelApi Api, string Format)[] Formats =
    [
        (ModelApi.AnthropicMessages, "anthropic-claude-v1"),
        (ModelApi.GeminiGenerateContent, "google-gemini-v1"),
        (ModelApi.OpenAiResponses, "openai-responses-v1"),
        (ModelApi.BedrockConverse, "amazon-bedrock-converse-v1"),
        (ModelApi.CohereChat, "cohere-chat-v2"),
        (ModelApi.OpenAiChat, "unknown"),
    ];

    public static bool IsSealed(ReasoningItem item) => (item.Signature ?? item.Encrypted ?? item.Redacted) is not null;

    /// <summary>Whether it has a format that <see cref="WriteDetail"/> writes; other vendors' own have other words.</summary>
    public static bool IsKnown(JsonElement detail) =>
        RequestFields.TextOf(detail, "format") is { } format && Formats.Any(known => known.Format == format);

    public static void WriteDetail(ReasoningItem item, int index, Utf8JsonWriter output)
    {
        output.WriteStartObject();
        if ((item.Encrypted ?? item.Redacted) is { } data)
        {
            output.WriteString("type", "reasoning.encrypted");
            output.WriteString("data", data);
            if (item.Encrypted is not null && item.Text.Length > 0)
            {
                output.WriteString("summary", item.Text);
            }
        }
        else
        {
            output.WriteString("type", "reasoning.text");
            output.WriteString("text", item.Text);
            output.WriteString("signature", item.Signature);
        }

        output.WriteString("format", Formats.FirstOrDefault(f => f.Api == item.Origin).Format ?? "unknown");
        if (item.Id is { } id)
        {
            output.WriteString("id", id);
        }

        output.WriteNumber("index", index);
        output.WriteEndObject();
    }

    /// <summary>The reasoning of an assistant's message, or of an answer's; empty when there is none.</summary>
    public static IReadOnlyList<ReasoningItem> ReadAll(JsonElement message)
    {
        if (RequestFields.Has(message, "reasoning_details", out var details) && details.ValueKind == JsonValueKind.Array)
        {
            var items = details.EnumerateArray().Select(ReadDetail).OfType<ReasoningItem>().ToList();
            if (items.Count > 0)
            {
                return items;
            }
        }

        // DeepSeek and xAI say reasoning_content; OpenRouter and Groq reasoning.
        var text = RequestFields.TextOf(message, "reasoning_content") ?? RequestFields.TextOf(message, "reasoning");
        return string.IsNullOrEmpty(text) ? [] : [new ReasoningItem(text)];
    }

    /// <summary>
    /// The word for a number of tokens, where an API has only words: 4,096 is what clients send for little and 16,384 for more.
    /// Null: not to be said.
    /// </summary>
    public static string? EffortOf(ReasoningRequest? reasoning, Warnings warnings)
    {
        if (reasoning?.Effort is { } effort)
        {
            // Anthropic's word above the same ladder; OpenAI's ends with xhigh.
            return effort == "max" ? "xhigh" : effort;
        }

        if (reasoning?.BudgetTokens == 0)
        {
            warnings.Drop("reasoning off: models differ in whether and how they can be told");
        }

        return reasoning?.BudgetTokens switch
        {
            null or <= 0 => null,
            <= 4_096 => "low",
            <= 16_384 => "medium",
            _ => "high",
        };
    }

    private static ReasoningItem? ReadDetail(JsonElement detail)
    {
        var format = RequestFields.TextOf(detail, "format");
        ModelApi? origin = Formats.FirstOrDefault(f => f.Format == format) is { Format: not null } known ? known.Api : null;
        var id = RequestFields.TextOf(detail, "id");
        var data = RequestFields.TextOf(detail, "data");
        var summary = RequestFields.TextOf(detail, "summary");
        var isAnthropic = origin is ModelApi.AnthropicMessages or ModelApi.BedrockConverse;
        return RequestFields.TextOf(detail, "type") switch
        {
            "reasoning.text" => new ReasoningItem(RequestFields.TextOf(detail, "text") ?? "")
            {
                Id = id,
                Signature = RequestFields.TextOf(detail, "signature"),
                Origin = origin,
            },
            "reasoning.encrypted" when data is not null => new ReasoningItem(summary ?? "")
            {
                Id = id,
                Origin = origin,
                Redacted = isAnthropic ? data : null,
                Encrypted = isAnthropic ? null : data,
                IsSummary = summary is not null,
            },
            "reasoning.summary" when summary is not null => new ReasoningItem(summary) { Id = id, IsSummary = true },
            _ => null,
        };
    }
}
