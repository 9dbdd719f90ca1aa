using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>Reads a response (<see href="https://platform.openai.com/docs/api-reference/responses/object"/>).</summary>
internal static class ResponsesAnswerReader
{
    /// <summary>Null when it has no output.</summary>
    public static ChatAnswer? Read(JsonElement body, UsageQuirks quirks)
    {
        if (!RequestFields.Has(body, "output", out var output) || output.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var items = new List<ChatItem>();
        foreach (var item in output.EnumerateArray())
        {
            ReadItem(item, items);
        }

        return new ChatAnswer(
            RequestFields.TextOf(body, "id"), RequestFields.TextOf(body, "model"), items,
            FinishOf(body, items.Exists(item => item is ToolCallItem)), ReadUsage(body, quirks));
    }

    public static FinishReason FinishOf(JsonElement response, bool hasCalls) => RequestFields.TextOf(response, "status") switch
    {
        "incomplete" when RequestFields.Has(response, "incomplete_details", out var details)
            && RequestFields.TextOf(details, "reason") == "content_filter" => FinishReason.ContentFilter,
        "incomplete" => FinishReason.Length,
        "failed" or "cancelled" => FinishReason.Failed,
        _ => hasCalls ? FinishReason.ToolCalls : FinishReason.Stop,
    };

    public static TokenUsage? ReadUsage(JsonElement response, UsageQuirks quirks) =>
        RequestFields.Has(response, "usage", out var usage)
        && OpenAiUsage.TryReadResponses(JsonMarshal.GetRawUtf8Value(usage), quirks, out var read)
            ? read
            : null;

    public static ToolCallItem ReadCall(JsonElement item)
    {
        var isCustom = RequestFields.TextOf(item, "type") == "custom_tool_call";
        return new ToolCallItem(
            RequestFields.TextOf(item, "call_id") ?? RequestFields.TextOf(item, "id") ?? "",
            RequestFields.TextOf(item, "name") ?? "",
            RequestFields.TextOf(item, isCustom ? "input" : "arguments") ?? "")
        { Id = RequestFields.TextOf(item, "id"), IsCustom = isCustom };
    }

    /// <summary>A text or refusal of a message; null for another part.</summary>
    public static ChatPart? ReadPart(JsonElement part) => RequestFields.TextOf(part, "type") switch
    {
        "output_text" => new TextPart(RequestFields.TextOf(part, "text") ?? ""),
        "refusal" => new RefusalPart(RequestFields.TextOf(part, "refusal") ?? ""),
        _ => null,
    };

    // Calls of tools that the vendor runs itself are not content; a translated request has none. A message's phase tells
    // comments from the answer, which the other APIs do not.
    private static void ReadItem(JsonElement item, List<ChatItem> items)
    {
        switch (RequestFields.TextOf(item, "type"))
        {
            case "message" when RequestFields.Has(item, "content", out var content) && content.ValueKind == JsonValueKind.Array:
                var parts = content.EnumerateArray().Select(ReadPart).OfType<ChatPart>().ToList();
                if (parts.Count > 0)
                {
                    items.Add(new MessageItem(ChatRole.Assistant, parts) { Id = RequestFields.TextOf(item, "id") });
                }

                break;
            case "function_call" or "custom_tool_call":
                items.Add(ReadCall(item));
                break;
            case "image_generation_call" when RequestFields.TextOf(item, "result") is { Length: > 0 } image:
                items.Add(new MessageItem(ChatRole.Assistant, [OpenAiParts.GeneratedOf(item, image)]));
                break;
            case "reasoning" when ReasoningSeal.Read(item) is var reasoning
                && (reasoning.Text.Length > 0 || OpenAiReasoning.IsSealed(reasoning)):
                items.Add(reasoning);
                break;
        }
    }
}
