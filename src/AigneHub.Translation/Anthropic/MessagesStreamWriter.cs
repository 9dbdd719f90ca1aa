using System.Buffers;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// Writes one streamed answer for a client (<see href="https://docs.claude.com/en/api/messages-streaming"/>). Blocks don't
/// overlap in this API: of items that do, the one that began first goes on, the others wait until it has ended, and follow in
/// the order in which they began. What waits is bounded by what the vendor's answer may hold.
/// </summary>
internal sealed class MessagesStreamWriter(AnswerContext context) : IFrontWriter
{
    /// <summary>The first of them is the one that is being written.</summary>
    private readonly Queue<StreamedBlock> _items = [];

    private TokenUsage _usage;
    private AnswerFinished? _finished;
    private int _blocks;
    private bool _hasStarted;
    private bool _hasCalls;
    private bool _hasRefusal;

    public void Write(AnswerEvent answerEvent, IBufferWriter<byte> output)
    {
        switch (answerEvent)
        {
            case AnswerStarted:
                Start(output);
                break;
            case UsageReported reported:
                _usage = reported.Usage;
                break;
            case AnswerFinished finished:
                // Usage may follow, and goes into the same event.
                _finished = finished;
                break;
            case ItemStarted started:
                Start(output);
                _hasCalls |= started.Kind == AnswerItemKind.ToolCall;
                _hasRefusal |= started.Kind == AnswerItemKind.Refusal;
                var block = new StreamedBlock(started);
                if (started.Media is { } media)
                {
                    block.Waiting.Append(MediaNote.Of(media)); // The API's answers have no blocks of images.
                }

                _items.Enqueue(block);
                Advance(output);
                break;
            case ItemDelta delta when Find(delta.Index) is { } item:
                item.Add(delta.Text);
                Advance(output);
                break;
            case ItemSealed seal when Find(seal.Index) is { } item:
                item.Seals.Add(seal);
                Advance(output);
                break;
            case ItemEnded ended when Find(ended.Index) is { } item:
                item.End();
                Advance(output);
                break;
        }
    }

    public void Complete(IBufferWriter<byte> output)
    {
        Start(output);
        foreach (var item in _items)
        {
            item.End();
        }

        Advance(output);
        using (var data = new StreamedData("message_delta", output))
        {
            data.Json.WriteStartObject("delta");
            data.Json.WriteString(
                "stop_reason",
                MessagesAnswerWriter.StopReason(_finished?.Finish ?? FinishReason.Stop, _hasCalls, _hasRefusal));
            data.Json.WriteString("stop_sequence", _finished?.StopSequence);
            data.Json.WriteEndObject();
            data.Json.WritePropertyName("usage");
            MessagesAnswerWriter.WriteUsage(data.Json, _usage);
        }

        new StreamedData("message_stop", output).Dispose();
    }

    private void Start(IBufferWriter<byte> output)
    {
        if (_hasStarted)
        {
            return;
        }

        _hasStarted = true;
        using var data = new StreamedData("message_start", output);
        data.Json.WriteStartObject("message");
        MessagesAnswerWriter.WriteHead(data.Json, context);
        data.Json.WriteStartArray("content");
        data.Json.WriteEndArray();
        data.Json.WriteNull("stop_reason");
        data.Json.WriteNull("stop_sequence");
        data.Json.WritePropertyName("usage");
        MessagesAnswerWriter.WriteUsage(data.Json, _usage);
        data.Json.WriteEndObject();
    }

    private StreamedBlock? Find(int index) => _items.FirstOrDefault(item => item.Started.Index == index && !item.HasEnded);

    private void Advance(IBufferWriter<byte> output)
    {
        while (_items.TryPeek(out var item))
        {
            WriteWaiting(item, output);
            if (!item.HasEnded)
            {
                return;
            }

            Close(item, output);
            foreach (var (type, value) in item.After)
            {
                WriteWhole(type, value, output);
            }

            _items.Dequeue();
        }
    }

    private void WriteWaiting(StreamedBlock item, IBufferWriter<byte> output)
    {
        if (item.Started.Kind == AnswerItemKind.ToolCall && !item.IsOpen)
        {
            Open(item, output);
        }

        if (item.Waiting.Length > 0)
        {
            Open(item, output);
            var (type, member) = item.Started.Kind switch
            {
                AnswerItemKind.ToolCall => ("input_json_delta", "partial_json"),
                AnswerItemKind.Reasoning => ("thinking_delta", "thinking"),
                _ => ("text_delta", "text"),
            };
            WriteDelta(item, type, member, item.Waiting.ToString(), output);
            item.Waiting.Clear();
        }

        foreach (var signature in item.TakeSeals())
        {
            Open(item, output);
            WriteDelta(item, "signature_delta", "signature", signature, output);
        }
    }

    /// <summary>An empty text has no block; so a block opens with what it holds.</summary>
    private void Open(StreamedBlock item, IBufferWriter<byte> output)
    {
        if (item.IsOpen)
        {
            return;
        }

        item.Number = _blocks++;
        using var data = new StreamedData("content_block_start", output);
        data.Json.WriteNumber("index", item.Number.Value);
        data.Json.WriteStartObject("content_block");
        switch (item.Started.Kind)
        {
            case AnswerItemKind.ToolCall:
                data.Json.WriteString("type", "tool_use");
                data.Json.WriteString("id", item.Started.Id);
                data.Json.WriteString("name", item.Started.Name);
                data.Json.WriteStartObject("input");
                data.Json.WriteEndObject();
                break;
            case AnswerItemKind.Reasoning:
                data.Json.WriteString("type", "thinking");
                data.Json.WriteString("thinking", "");
                data.Json.WriteString("signature", "");
                break;
            default:
                data.Json.WriteString("type", "text");
                data.Json.WriteString("text", "");
                break;
        }

        data.Json.WriteEndObject();
    }

    private static void WriteDelta(StreamedBlock item, string type, string member, string value, IBufferWriter<byte> output)
    {
        using var data = new StreamedData("content_block_delta", output);
        data.Json.WriteNumber("index", item.Number!.Value);
        data.Json.WriteStartObject("delta");
        data.Json.WriteString("type", type);
        data.Json.WriteString(member, value);
        data.Json.WriteEndObject();
    }

    private static void Close(StreamedBlock item, IBufferWriter<byte> output)
    {
        if (item.Number is { } number)
        {
            using var data = new StreamedData("content_block_stop", output);
            data.Json.WriteNumber("index", number);
        }
    }

    /// <summary>A block behind the one it belongs to: redacted thoughts, or another vendor's signature of a call.</summary>
    private void WriteWhole(string type, string value, IBufferWriter<byte> output)
    {
        var number = _blocks++;
        using (var data = new StreamedData("content_block_start", output))
        {
            data.Json.WriteNumber("index", number);
            data.Json.WriteStartObject("content_block");
            data.Json.WriteString("type", type);
            if (type == "thinking")
            {
                data.Json.WriteString("thinking", "");
                data.Json.WriteString("signature", "");
            }
            else
            {
                data.Json.WriteString("data", value);
            }

            data.Json.WriteEndObject();
        }

        if (type == "thinking")
        {
            using var data = new StreamedData("content_block_delta", output);
            data.Json.WriteNumber("index", number);
            data.Json.WriteStartObject("delta");
            data.Json.WriteString("type", "signature_delta");
            data.Json.WriteString("signature", value);
            data.Json.WriteEndObject();
        }

        using var stop = new StreamedData("content_block_stop", output);
        stop.Json.WriteNumber("index", number);
    }
}
