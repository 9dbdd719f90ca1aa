using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Reads one streamed answer
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html"/>). Only tool calls
/// are sure to have a start; usage may come after the stop.
/// </summary>
internal sealed class ConverseStreamReader : IVendorReader
{
    private readonly VendorJson _json = new();
    private readonly OpenItems _items = new();
    private FinishReason? _finish;
    private string? _stopSequence;

    public void Read(ReadOnlySpan<byte> data, List<AnswerEvent> events)
    {
        using var document = _json.TryParse(data);
        if (document is not null)
        {
            _items.Start(null, null, events);
            ReadEvent(document.RootElement, events);
        }
    }

    public void Complete(List<AnswerEvent> events)
    {
        _items.Start(null, null, events);
        _items.EndAll(events);
        var finish = _finish ?? (_items.HasCalls ? FinishReason.ToolCalls : FinishReason.Stop);
        if (finish == FinishReason.ToolCalls && !_items.HasCalls)
        {
            finish = FinishReason.Stop; // The only call was the answer itself.
        }

        events.Add(new AnswerFinished(finish, _stopSequence));
    }

    private void ReadEvent(JsonElement data, List<AnswerEvent> events)
    {
        if (MessagesJson.Member(data, "contentBlockDelta") is { } delta)
        {
            ReadDelta(Index(delta), MessagesJson.Member(delta, "delta") ?? default, events);
        }
        else if (MessagesJson.Member(data, "contentBlockStart") is { } start)
        {
            OpenCall(Index(start), MessagesJson.Member(start, "start") ?? default, events);
        }
        else if (MessagesJson.Member(data, "contentBlockStop") is { } stop)
        {
            _items.End(Index(stop), events);
        }
        else if (MessagesJson.Member(data, "messageStop") is { } end)
        {
            _items.EndAll(events);
            _finish = ConverseAnswerReader.FinishOf(MessagesJson.Text(end, "stopReason"));
            _stopSequence = ConverseAnswerReader.StopSequenceOf(end);
        }
        else if (MessagesJson.Member(data, "metadata") is { } metadata && ConverseAnswerReader.UsageOf(metadata) is { } usage)
        {
            events.Add(new UsageReported(usage));
        }
    }

    private static long Index(JsonElement holder) =>
        MessagesJson.Member(holder, "contentBlockIndex") is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt64(out var value) ? value : -1;

    private void OpenCall(long index, JsonElement start, List<AnswerEvent> events)
    {
        if (MessagesJson.Member(start, "toolUse") is not { } call)
        {
            return; // A text's start says nothing.
        }

        var name = MessagesJson.Text(call, "name") ?? "";
        if (name == JsonOutputTool.Name)
        {
            _items.Open(index, AnswerItemKind.Text, null, null, events);
        }
        else
        {
            _items.Open(index, AnswerItemKind.ToolCall, MessagesJson.Text(call, "toolUseId"), name, events);
        }

        _items.SetFallback(index, "{}");
    }

    private void ReadDelta(long index, JsonElement delta, List<AnswerEvent> events)
    {
        if (MessagesJson.Text(delta, "text") is { } text)
        {
            Add(index, AnswerItemKind.Text, text, events);
        }
        else if (MessagesJson.Member(delta, "toolUse") is { } call)
        {
            _items.Add(index, MessagesJson.Text(call, "input"), events);
        }
        else if (MessagesJson.Member(delta, "reasoningContent") is { } reasoning)
        {
            Add(index, AnswerItemKind.Reasoning, MessagesJson.Text(reasoning, "text"), events);
            var signature = MessagesJson.Text(reasoning, "signature");
            var redacted = ConverseAnswerReader.RedactedOf(reasoning);
            if (!string.IsNullOrEmpty(signature) || !string.IsNullOrEmpty(redacted))
            {
                OpenIfClosed(index, AnswerItemKind.Reasoning, events);
                if (_items.Find(index) is { } item)
                {
                    events.Add(new ItemSealed(item, ModelApi.BedrockConverse, signature, null, redacted));
                }
            }
        }
    }

    private void Add(long index, AnswerItemKind kind, string? text, List<AnswerEvent> events)
    {
        if (!string.IsNullOrEmpty(text))
        {
            OpenIfClosed(index, kind, events);
            _items.Add(index, text, events);
        }
    }

    private void OpenIfClosed(long index, AnswerItemKind kind, List<AnswerEvent> events)
    {
        if (_items.Find(index) is null)
        {
            _items.Open(index, kind, null, null, events);
        }
    }
}
