using System.Buffers;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes a response (<see href="https://platform.openai.com/docs/api-reference/responses/object"/>). What it repeats of the
/// request has the API's defaults: nobody keeps it, and it can't be continued by its id.
/// </summary>
internal static class ResponsesAnswerWriter
{
    public static void Write(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options);
        var items = new List<ResponsesOutputItem>();
        foreach (var item in answer.Items)
        {
            AddItems(item, context, items);
        }

        WriteResponse(context, answer.Finish, items, answer.Usage, writer);
    }

    /// <summary>The id of an item of the answer.</summary>
    public static string IdOf(AnswerItemKind kind, AnswerContext context, int index) => kind switch
    {
        AnswerItemKind.ToolCall => $"fc_{context.Id}_{index}",
        AnswerItemKind.Reasoning => $"rs_{context.Id}_{index}",
        _ => $"msg_{context.Id}_{index}",
    };

    /// <param name="finish">Null: the answer has only begun.</param>
    public static void WriteResponse(
        AnswerContext context, FinishReason? finish, IReadOnlyList<ResponsesOutputItem> items, TokenUsage? usage,
        Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", $"resp_{context.Id}");
        writer.WriteString("object", "response");
        writer.WriteNumber("created_at", context.Created.ToUnixTimeSeconds());
        writer.WriteString("status", StatusOf(finish));
        writer.WriteBoolean("background", false);
        WriteEnd(finish, writer);
        WriteNulls(writer, "instructions", "max_output_tokens", "max_tool_calls");
        writer.WriteString("model", context.Model);
        writer.WriteStartArray("output");
        foreach (var item in items)
        {
            item.Write(finish is FinishReason.Length && item == items[^1] ? "incomplete" : "completed", writer);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("parallel_tool_calls", true);
        WriteNulls(writer, "previous_response_id", "prompt_cache_key");
        writer.WriteStartObject("reasoning");
        WriteNulls(writer, "effort", "summary");
        writer.WriteEndObject();
        WriteNulls(writer, "safety_identifier", "service_tier");
        writer.WriteBoolean("store", false);
        WriteNulls(writer, "temperature");
        writer.WriteStartObject("text");
        writer.WriteStartObject("format");
        writer.WriteString("type", "text");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("tool_choice", "auto");
        writer.WriteStartArray("tools");
        writer.WriteEndArray();
        writer.WriteNumber("top_logprobs", 0);
        WriteNulls(writer, "top_p");
        writer.WriteString("truncation", "disabled");
        WriteUsage(usage, writer);
        WriteNulls(writer, "user");
        writer.WriteStartObject("metadata");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static string StatusOf(FinishReason? finish) => finish switch
    {
        null => "in_progress",
        FinishReason.Length or FinishReason.ContentFilter or FinishReason.Refusal => "incomplete",
        FinishReason.Failed => "failed",
        _ => "completed",
    };

    private static void WriteEnd(FinishReason? finish, Utf8JsonWriter writer)
    {
        if (StatusOf(finish) == "failed")
        {
            writer.WriteStartObject("error");
            writer.WriteString("code", "server_error");
            writer.WriteString("message", "The vendor broke the answer off.");
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("error");
        }

        if (StatusOf(finish) == "incomplete")
        {
            writer.WriteStartObject("incomplete_details");
            writer.WriteString("reason", finish == FinishReason.Length ? "max_output_tokens" : "content_filter");
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("incomplete_details");
        }
    }

    private static void WriteUsage(TokenUsage? usage, Utf8JsonWriter writer)
    {
        writer.WritePropertyName("usage");
        if (usage is { } known)
        {
            OpenAiUsageWriter.WriteResponses(known, writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void WriteNulls(Utf8JsonWriter writer, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            writer.WriteNull(name);
        }
    }

    private static void AddItems(ChatItem item, AnswerContext context, List<ResponsesOutputItem> items)
    {
        switch (item)
        {
            case MessageItem message:
                foreach (var part in message.Parts)
                {
                    if (part is TextPart text)
                    {
                        Add(AnswerItemKind.Text, text.Text);
                    }
                    else if (part is RefusalPart refusal)
                    {
                        Add(AnswerItemKind.Refusal, refusal.Text);
                    }
                }

                break;
            case ReasoningItem reasoning:
                Add(AnswerItemKind.Reasoning, reasoning.Text, encrypted: ReasoningSeal.Write(reasoning));
                break;
            case ToolCallItem call:
                Add(AnswerItemKind.ToolCall, call.Arguments, call);
                break;
        }

        void Add(AnswerItemKind kind, string text, ToolCallItem? call = null, string? encrypted = null)
        {
            var added = new ResponsesOutputItem(
                kind, IdOf(kind, context, items.Count), call?.CallId, call?.Name, call?.IsCustom ?? false)
            { Encrypted = encrypted, Signature = call?.Signature, IsEnded = true };
            added.Text.Append(text);
            items.Add(added);
        }
    }
}
