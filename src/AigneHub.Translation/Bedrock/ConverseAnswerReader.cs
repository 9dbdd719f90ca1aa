using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Bedrock;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Reads a whole answer (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"/>).
/// </summary>
internal static class ConverseAnswerReader
{
    /// <summary>Null when it is no answer.</summary>
    public static ChatAnswer? Read(JsonElement body) =>
        MessagesJson.Member(body, "output") is { } output && MessagesJson.Member(output, "message") is { } message
        && MessagesJson.Member(message, "content") is { ValueKind: JsonValueKind.Array } content
            ? ReadAnswer(body, content)
            : null;

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html</summary>
    public static FinishReason FinishOf(string? stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => FinishReason.Length,
        "stop_sequence" => FinishReason.StopSequence,
        "tool_use" => FinishReason.ToolCalls,
        "guardrail_intervened" or "content_filtered" => FinishReason.ContentFilter,
        "malformed_model_output" or "malformed_tool_use" => FinishReason.Failed,
        "refusal" => FinishReason.Refusal,
        _ => FinishReason.Stop,
    };

    /// <summary>Of Claude, which was asked for it; null when it isn't there.</summary>
    public static string? StopSequenceOf(JsonElement holder)
    {
        if (MessagesJson.Member(holder, "additionalModelResponseFields") is not { } fields)
        {
            return null;
        }

        return MessagesJson.Text(fields, "stop_sequence")
            ?? (MessagesJson.Member(fields, "delta") is { } delta ? MessagesJson.Text(delta, "stop_sequence") : null);
    }

    /// <summary>Redacted thoughts; the stream has had two names for them.</summary>
    public static string? RedactedOf(JsonElement reasoning) =>
        MessagesJson.Text(reasoning, "redactedContent") ?? MessagesJson.Text(reasoning, "data")
        ?? (MessagesJson.Member(reasoning, "redactedReasoning") is { } old ? MessagesJson.Text(old, "data") : null);

    private static ChatAnswer ReadAnswer(JsonElement body, JsonElement content)
    {
        var items = new List<ChatItem>();
        foreach (var block in content.EnumerateArray())
        {
            MessagesAnswerReader.Add(items, ReadBlock(block));
        }

        var finish = FinishOf(MessagesJson.Text(body, "stopReason"));
        if (finish == FinishReason.ToolCalls && !items.Any(item => item is ToolCallItem))
        {
            finish = FinishReason.Stop; // The only call was the answer itself.
        }

        return new ChatAnswer(null, null, items, finish, UsageOf(body)) { StopSequence = StopSequenceOf(body) };
    }

    /// <summary>Null when nothing is reported.</summary>
    /// <param name="holder">What has the <c>usage</c>: an answer, or the event <c>metadata</c>.</param>
    internal static TokenUsage? UsageOf(JsonElement holder) =>
        MessagesJson.Member(holder, "usage") is { } usage ? ConverseUsage.Read(JsonMarshal.GetRawUtf8Value(usage)) : null;

    private static ChatItem? ReadBlock(JsonElement block)
    {
        if (MessagesJson.Text(block, "text") is { Length: > 0 } text)
        {
            return MessagesAnswerReader.Message(text);
        }

        if (MessagesJson.Member(block, "toolUse") is { } call)
        {
            var name = MessagesJson.Text(call, "name") ?? "";
            var input = MessagesJson.Member(call, "input")?.GetRawText() ?? "{}";
            return name == JsonOutputTool.Name
                ? MessagesAnswerReader.Message(input)
                : new ToolCallItem(MessagesJson.Text(call, "toolUseId") ?? "", name, input);
        }

        return MessagesJson.Member(block, "reasoningContent") is { } reasoning ? ReadReasoning(reasoning) : null;
    }

    private static ReasoningItem ReadReasoning(JsonElement reasoning)
    {
        var text = MessagesJson.Member(reasoning, "reasoningText") ?? default;
        var signature = MessagesJson.Text(text, "signature") is { Length: > 0 } said ? said : null;
        var redacted = RedactedOf(reasoning);
        return new ReasoningItem(MessagesJson.Text(text, "text") ?? "")
        {
            Origin = signature is null && redacted is null ? null : ModelApi.BedrockConverse,
            Signature = signature,
            Redacted = redacted,
        };
    }
}
