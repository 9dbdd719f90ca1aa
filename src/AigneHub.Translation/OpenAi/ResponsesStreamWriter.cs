using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes a streamed response (<see href="https://platform.openai.com/docs/api-reference/responses-streaming"/>). Each text is a
/// message of its own. The last event repeats the whole response with its usage, so it waits for <see cref="Complete"/>.
/// </summary>
internal sealed class ResponsesStreamWriter(AnswerContext context) : IFrontWriter
{
    private readonly RequestEcho _echo = new(context.Request);
    private readonly Dictionary<int, int> _places = [];
    private readonly List<ResponsesOutputItem> _items = [];
    private int _sequence;
    private bool _started;
    private FinishReason _finish = FinishReason.Stop;
    private TokenUsage? _usage;

    public void Write(AnswerEvent answerEvent, IBufferWriter<byte> output)
    {
        switch (answerEvent)
        {
            case AnswerStarted:
                Start(output);
                break;
            case ItemStarted started:
                Start(output);
                StartItem(started, output);
                break;
            case ItemDelta { Text.Length: > 0 } delta when _places.TryGetValue(delta.Index, out var place):
                WriteDelta(place, delta.Text, output);
                break;
            case ItemSealed seal when _places.TryGetValue(seal.Index, out var place):
                Seal(_items[place], seal);
                break;
            case ItemEnded ended when _places.Remove(ended.Index, out var place):
                EndItem(place, output);
                break;
            case UsageReported reported:
                _usage = reported.Usage;
                break;
            case AnswerFinished finished:
                _finish = finished.Finish;
                break;
        }
    }

    public void Complete(IBufferWriter<byte> output)
    {
        Start(output);
        foreach (var place in _places.Values.Order())
        {
            EndItem(place, output);
        }

        _places.Clear();
        WriteResponse($"response.{ResponsesAnswerWriter.StatusOf(_finish)}", _finish, output);
    }

    private void Start(IBufferWriter<byte> output)
    {
        if (!_started)
        {
            _started = true;
            WriteResponse("response.created", null, output);
            WriteResponse("response.in_progress", null, output);
        }
    }

    private void StartItem(ItemStarted started, IBufferWriter<byte> output)
    {
        var place = _items.Count;
        if (started.Media is { } media)
        {
            WriteMedia(media, started.Index, place, output);
            return;
        }

        var item = new ResponsesOutputItem(
            started.Kind, ResponsesAnswerWriter.IdOf(started.Kind, context, place), started.Id ?? $"call_{context.Id}_{place}",
            started.Name ?? "", started.IsCustom);
        _places[started.Index] = place;
        _items.Add(item);
        WriteItem("response.output_item.added", place, "in_progress", output);
        if (item.Kind is AnswerItemKind.Text or AnswerItemKind.Refusal)
        {
            item.HasPart = true;
            WritePart("response.content_part.added", "", place, output);
        }
    }

    /// <summary>
    /// An image is the result of a call for one
    /// (https://platform.openai.com/docs/api-reference/responses-streaming/response/image_generation_call).
    /// </summary>
    private void WriteMedia(MediaPart media, int index, int place, IBufferWriter<byte> output)
    {
        if (media is not { Kind: MediaKind.Image, Data: not null })
        {
            StartItem(new ItemStarted(index, AnswerItemKind.Text), output);
            WriteDelta(place, MediaNote.Of(media), output);
            return;
        }

        var item = new ResponsesOutputItem(
            AnswerItemKind.Media, ResponsesAnswerWriter.IdOf(AnswerItemKind.Media, context, place), null, null, isCustom: false)
        { Image = media };
        _items.Add(item);
        WriteItem("response.output_item.added", place, "in_progress", output);
        WriteEvent("response.image_generation_call.in_progress", output, writer => WritePlace(place, writer));
        WriteEvent("response.image_generation_call.completed", output, writer => WritePlace(place, writer));
        item.IsEnded = true;
        WriteItem("response.output_item.done", place, "completed", output);
    }

    private void WriteDelta(int place, string text, IBufferWriter<byte> output)
    {
        var item = _items[place];
        item.Text.Append(text);
        if (item is { Kind: AnswerItemKind.Reasoning, HasPart: false })
        {
            // Reasoning that is not shown has no part at all.
            item.HasPart = true;
            WritePart("response.reasoning_summary_part.added", "", place, output);
        }

        WriteEvent($"response.{WordOf(item)}.delta", output, writer =>
        {
            WritePlace(place, writer);
            writer.WriteString("delta", text);
            if (item.Kind == AnswerItemKind.Text)
            {
                writer.WriteStartArray("logprobs");
                writer.WriteEndArray();
            }
        });
    }

    private static void Seal(ResponsesOutputItem item, ItemSealed seal)
    {
        if (item.Kind == AnswerItemKind.ToolCall)
        {
            item.Signature = seal.Signature;
        }
        else
        {
            item.Encrypted = ReasoningSeal.Write(new ReasoningItem("")
            {
                Origin = seal.Origin,
                Signature = seal.Signature,
                Encrypted = seal.Encrypted,
                Redacted = seal.Redacted,
            });
        }
    }

    private void EndItem(int place, IBufferWriter<byte> output)
    {
        var item = _items[place];
        if (item is { Kind: AnswerItemKind.ToolCall, IsCustom: false, Text.Length: 0 })
        {
            // A call without arguments: clients parse what they have put together.
            WriteDelta(place, "{}", output);
        }

        item.IsEnded = true;
        if (item.PartType is null || item.HasPart)
        {
            WriteEvent($"response.{WordOf(item)}.done", output, writer =>
            {
                WritePlace(place, writer);
                writer.WriteString(NameOfText(item), item.PartType is null ? item.Arguments : item.Text.ToString());
                if (item.Kind == AnswerItemKind.Text)
                {
                    writer.WriteStartArray("logprobs");
                    writer.WriteEndArray();
                }
            });
        }

        if (item.HasPart)
        {
            var type = item.Kind == AnswerItemKind.Reasoning
                ? "response.reasoning_summary_part.done"
                : "response.content_part.done";
            WritePart(type, item.Text.ToString(), place, output);
        }

        WriteItem("response.output_item.done", place, "completed", output);
    }

    private static string WordOf(ResponsesOutputItem item) => item.Kind switch
    {
        AnswerItemKind.Text => "output_text",
        AnswerItemKind.Refusal => "refusal",
        AnswerItemKind.Reasoning => "reasoning_summary_text",
        _ => item.IsCustom ? "custom_tool_call_input" : "function_call_arguments",
    };

    private static string NameOfText(ResponsesOutputItem item) => item.Kind switch
    {
        AnswerItemKind.Refusal => "refusal",
        AnswerItemKind.ToolCall => item.IsCustom ? "input" : "arguments",
        _ => "text",
    };

    private void WritePlace(int place, Utf8JsonWriter writer)
    {
        writer.WriteString("item_id", _items[place].Id);
        writer.WriteNumber("output_index", place);
        if (_items[place].PartType is not null)
        {
            writer.WriteNumber(_items[place].Kind == AnswerItemKind.Reasoning ? "summary_index" : "content_index", 0);
        }
    }

    private void WritePart(string type, string text, int place, IBufferWriter<byte> output) =>
        WriteEvent(type, output, writer =>
    {
        WritePlace(place, writer);
        writer.WritePropertyName("part");
        _items[place].WritePart(text, writer);
    });

    private void WriteItem(string type, int place, string status, IBufferWriter<byte> output) =>
        WriteEvent(type, output, writer =>
    {
        writer.WriteNumber("output_index", place);
        writer.WritePropertyName("item");
        _items[place].Write(status, writer);
    });

    private void WriteResponse(string type, FinishReason? finish, IBufferWriter<byte> output) =>
        WriteEvent(type, output, writer =>
    {
        writer.WritePropertyName("response");
        ResponsesAnswerWriter.WriteResponse(context, _echo, finish, _items, _usage, writer);
    });

    private void WriteEvent(string type, IBufferWriter<byte> output, Action<Utf8JsonWriter> members)
    {
        output.Write(Encoding.UTF8.GetBytes($"event: {type}\ndata: "));
        using (var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteNumber("sequence_number", _sequence++);
            members(writer);
            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }
}
