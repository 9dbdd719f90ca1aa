using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Writes a streamed chat completion (<see href="https://platform.openai.com/docs/api-reference/chat-streaming"/>): the first
/// chunk has the role; a call's first delta its index, id, type and name; the usage is in a chunk of its own at the end, if it
/// was asked for.
/// </summary>
internal sealed class ChatStreamWriter(AnswerContext context) : IFrontWriter
{
    private readonly Dictionary<int, OpenItem> _open = [];
    private readonly List<ReasoningItem> _details = [];
    private string? _id;
    private bool _started;
    private bool _finished;
    private int _calls;
    private TokenUsage? _usage;

    public void Write(AnswerEvent answerEvent, IBufferWriter<byte> output)
    {
        switch (answerEvent)
        {
            case AnswerStarted started:
                _id ??= started.Id;
                Start(output);
                break;
            case ItemStarted started:
                StartItem(started, output);
                break;
            case ItemDelta { Text.Length: > 0 } delta when _open.TryGetValue(delta.Index, out var item):
                WriteDelta(item, delta.Text, output);
                break;
            case ItemSealed seal when _open.TryGetValue(seal.Index, out var item):
                WriteSeal(item, seal, output);
                break;
            case ItemEnded ended:
                EndItem(ended, output);
                break;
            case UsageReported reported:
                _usage = reported.Usage;
                break;
            case AnswerFinished finished:
                Finish(finished.Finish, output);
                break;
        }
    }

    public void Complete(IBufferWriter<byte> output)
    {
        Finish(FinishReason.Stop, output);
        if (context.IncludeUsage)
        {
            WriteChunk(output, null, null);
        }

        output.Write("data: [DONE]\n\n"u8);
    }

    private void Start(IBufferWriter<byte> output)
    {
        if (_started)
        {
            return;
        }

        _started = true;
        WriteChunk(output, writer =>
        {
            writer.WriteString("role", "assistant");
            writer.WriteString("content", "");
            writer.WriteNull("refusal");
        });
    }

    private void StartItem(ItemStarted started, IBufferWriter<byte> output)
    {
        Start(output);
        if (started.Media is { } media)
        {
            WriteChunk(output, writer =>
            {
                if (OpenAiParts.IsImage(media))
                {
                    OpenAiParts.WriteImages([media], writer);
                }
                else
                {
                    writer.WriteString("content", MediaNote.Of(media));
                }
            });
            return;
        }

        var item = new OpenItem(started, started.Kind == AnswerItemKind.ToolCall ? _calls++ : 0);
        _open[started.Index] = item;
        if (started.Kind == AnswerItemKind.ToolCall)
        {
            var type = started.IsCustom ? "custom" : "function";
            WriteChunk(output, writer => WriteCall(writer, item, () =>
            {
                writer.WriteString("id", started.Id ?? $"call_{context.Id}_{item.CallIndex}");
                writer.WriteString("type", type);
                writer.WriteStartObject(type);
                writer.WriteString("name", started.Name ?? "");
                writer.WriteString(started.IsCustom ? "input" : "arguments", "");
                writer.WriteEndObject();
            }));
        }
    }

    private void WriteDelta(OpenItem item, string text, IBufferWriter<byte> output)
    {
        switch (item.Started.Kind)
        {
            case AnswerItemKind.Text:
                WriteChunk(output, writer => writer.WriteString("content", text));
                break;
            case AnswerItemKind.Refusal:
                WriteChunk(output, writer => writer.WriteString("refusal", text));
                break;
            case AnswerItemKind.Reasoning:
                // Kept, as the seal at its end goes with the text that it seals.
                item.Text.Append(text);
                WriteChunk(output, writer => writer.WriteString("reasoning_content", text));
                break;
            case AnswerItemKind.ToolCall:
                item.HasArguments = true;
                WriteArguments(item, text, output);
                break;
        }
    }

    private void WriteArguments(OpenItem item, string text, IBufferWriter<byte> output) =>
        WriteChunk(output, writer => WriteCall(writer, item, () =>
        {
            writer.WriteStartObject(item.Started.IsCustom ? "custom" : "function");
            writer.WriteString(item.Started.IsCustom ? "input" : "arguments", text);
            writer.WriteEndObject();
        }));

    private void WriteSeal(OpenItem item, ItemSealed seal, IBufferWriter<byte> output)
    {
        if (item.Started.Kind == AnswerItemKind.ToolCall && seal.Signature is { } signature)
        {
            WriteChunk(output, writer => WriteCall(writer, item, () => OpenAiParts.WriteSignature(signature, writer)));
        }
        else if (item.Started.Kind == AnswerItemKind.Reasoning)
        {
            var reasoning = new ReasoningItem(item.Text.ToString())
            {
                Id = item.Started.Id,
                Origin = seal.Origin,
                Signature = seal.Signature,
                Encrypted = seal.Encrypted,
                Redacted = seal.Redacted,
            };
            _details.Add(reasoning);
        }
    }

    private void EndItem(ItemEnded ended, IBufferWriter<byte> output)
    {
        if (_open.Remove(ended.Index, out var item)
            && item is { Started: { Kind: AnswerItemKind.ToolCall, IsCustom: false }, HasArguments: false })
        {
            // A call without arguments: clients parse what they have put together.
            WriteArguments(item, "{}", output);
        }
    }

    private void Finish(FinishReason finish, IBufferWriter<byte> output)
    {
        if (!_finished)
        {
            Start(output);
            foreach (var index in _open.Keys.Order().ToList())
            {
                EndItem(new ItemEnded(index), output);
            }

            _finished = true;
            WriteDetails(output);
            WriteChunk(output, static _ => { }, ChatAnswerWriter.FinishOf(finish, _calls > 0));
        }
    }

    /// <summary>
    /// All in one chunk: of members that it doesn't know OpenAI's own client keeps the last delta's alone when it puts the message
    /// together that goes back.
    /// </summary>
    private void WriteDetails(IBufferWriter<byte> output)
    {
        if (_details.Count > 0)
        {
            WriteChunk(output, writer =>
            {
                writer.WriteStartArray("reasoning_details");
                for (var i = 0; i < _details.Count; i++)
                {
                    OpenAiReasoning.WriteDetail(_details[i], i, writer);
                }

                writer.WriteEndArray();
            });
        }
    }

    private static void WriteCall(Utf8JsonWriter writer, OpenItem item, Action members)
    {
        writer.WriteStartArray("tool_calls");
        writer.WriteStartObject();
        writer.WriteNumber("index", item.CallIndex);
        members();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <param name="delta">Writes the delta's members; null: the last chunk, with the usage and no choice.</param>
    private void WriteChunk(IBufferWriter<byte> output, Action<Utf8JsonWriter>? delta, string? finish = null)
    {
        output.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options))
        {
            writer.WriteStartObject();
            ChatAnswerWriter.WriteHead(_id, "chat.completion.chunk", context, writer);
            writer.WriteStartArray("choices");
            if (delta is not null)
            {
                writer.WriteStartObject();
                writer.WriteNumber("index", 0);
                writer.WriteStartObject("delta");
                delta(writer);
                writer.WriteEndObject();
                writer.WriteNull("logprobs");
                writer.WriteString("finish_reason", finish);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteUsage(writer, isLast: delta is null);
            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private void WriteUsage(Utf8JsonWriter writer, bool isLast)
    {
        if (!context.IncludeUsage)
        {
            return;
        }

        writer.WritePropertyName("usage");
        if (isLast && _usage is { } usage)
        {
            OpenAiUsageWriter.WriteChat(usage, writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private sealed class OpenItem(ItemStarted started, int callIndex)
    {
        public ItemStarted Started { get; } = started;
        public int CallIndex { get; } = callIndex;
        public StringBuilder Text { get; } = new();
        public bool HasArguments { get; set; }
    }
}
