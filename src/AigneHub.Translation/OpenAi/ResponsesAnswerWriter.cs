using System.Buffers;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes a response (<see href="https://platform.openai.com/docs/api-reference/responses/object"/>). It repeats the
/// request's parameters. Nobody keeps it, and it can't be continued by its id.
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

        WriteResponse(context, new RequestEcho(context.Request), answer.Finish, items, answer.Usage, writer);
    }

    /// <summary>The id of an item of the answer.</summary>
    public static string IdOf(AnswerItemKind kind, AnswerContext context, int index) => kind switch
    {
        AnswerItemKind.ToolCall => $"fc_{context.Id}_{index}",
        AnswerItemKind.Reasoning => $"{ReasoningSeal.IdMark}{context.Id}_{index}",
        AnswerItemKind.Media => $"ig_{context.Id}_{index}",
        _ => $"msg_{context.Id}_{index}",
    };

    /// <param name="finish">Null: the answer has only begun.</param>
    public static void WriteResponse(
        AnswerContext context, RequestEcho echo, FinishReason? finish, IReadOnlyList<ResponsesOutputItem> items, TokenUsage? usage,
        Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", $"resp_{context.Id}");
        writer.WriteString("object", "response");
        writer.WriteNumber("created_at", context.Created.ToUnixTimeSeconds());
        writer.WriteString("status", StatusOf(finish));
        writer.WriteBoolean("background", false);
        WriteEnd(finish, writer);
        echo.Write("instructions", "null", writer);
        echo.Write("max_output_tokens", "null", writer);
        echo.Write("max_tool_calls", "null", writer);
        writer.WriteString("model", context.Model);
        writer.WriteStartArray("output");
        foreach (var item in items)
        {
            item.Write(finish is FinishReason.Length && item == items[^1] ? "incomplete" : "completed", writer);
        }

        writer.WriteEndArray();
        echo.Write("parallel_tool_calls", "true", writer);
        writer.WriteNull("previous_response_id");
        echo.Write("prompt_cache_key", "null", writer);
        echo.Write("reasoning", """{"effort":null,"summary":null}""", writer);
        echo.Write("safety_identifier", "null", writer);
        writer.WriteNull("service_tier"); // The one that was used, which nobody knows.
        writer.WriteBoolean("store", false);
        echo.Write("temperature", "null", writer);
        echo.WriteText(writer);
        echo.Write("tool_choice", "\"auto\"", writer);
        echo.Write("tools", "[]", writer);
        echo.Write("top_logprobs", "0", writer);
        echo.Write("top_p", "null", writer);
        echo.Write("truncation", "\"disabled\"", writer);
        WriteUsage(usage, writer);
        echo.Write("user", "null", writer);
        echo.Write("metadata", "{}", writer);
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
                    else if (part is MediaPart { Kind: MediaKind.Image, Data: not null } image)
                    {
                        Add(AnswerItemKind.Media, "", image: image);
                    }
                    else if (part is MediaPart media)
                    {
                        Add(AnswerItemKind.Text, MediaNote.Of(media));
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

        void Add(AnswerItemKind kind, string text, ToolCallItem? call = null, string? encrypted = null, MediaPart? image = null)
        {
            var added = new ResponsesOutputItem(
                kind, IdOf(kind, context, items.Count), call?.CallId, call?.Name, call?.IsCustom ?? false)
            { Encrypted = encrypted, Signature = call?.Signature, Image = image, IsEnded = true };
            added.Text.Append(text);
            items.Add(added);
        }
    }
}
