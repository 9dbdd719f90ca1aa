using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Anthropic;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Anthropic;

/// <summary>Reads one streamed answer of a vendor (<see href="https://docs.claude.com/en/api/messages-streaming"/>).</summary>
internal sealed class MessagesStreamReader : IVendorReader
{
    private readonly VendorJson _json = new();
    private readonly OpenItems _items = new();
    private MessagesUsage _usage;
    private FinishReason? _finish;
    private string? _stopSequence;

    public void Read(ReadOnlySpan<byte> data, List<AnswerEvent> events)
    {
        using var document = _json.TryParse(data);
        if (document is not null)
        {
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
        var index = MessagesJson.Member(data, "index") is { ValueKind: JsonValueKind.Number } number
            && number.TryGetInt64(out var value) ? value : -1;
        switch (MessagesJson.Text(data, "type"))
        {
            case "message_start" when MessagesJson.Member(data, "message") is { } message:
                // Some vendors send it twice.
                _items.Start(MessagesJson.Text(message, "id"), MessagesJson.Text(message, "model"), events);
                ReadUsage(message, events);
                break;
            case "content_block_start" when MessagesJson.Member(data, "content_block") is { } block:
                _items.Start(null, null, events);
                OpenBlock(index, block, events);
                break;
            case "content_block_delta" when MessagesJson.Member(data, "delta") is { } delta:
                ReadDelta(index, delta, events);
                break;
            case "content_block_stop":
                _items.End(index, events);
                break;
            case "message_delta":
                ReadEnd(data, events);
                break;
        }
    }

    private void OpenBlock(long index, JsonElement block, List<AnswerEvent> events)
    {
        switch (MessagesJson.Text(block, "type"))
        {
            case "text":
                _items.Open(index, AnswerItemKind.Text, null, null, events);
                _items.Add(index, MessagesJson.Text(block, "text"), events);
                break;
            case "thinking":
                _items.Open(index, AnswerItemKind.Reasoning, null, null, events);
                _items.Add(index, MessagesJson.Text(block, "thinking"), events);
                Seal(index, MessagesJson.Text(block, "signature"), null, events);
                break;
            case "redacted_thinking":
                _items.Open(index, AnswerItemKind.Reasoning, null, null, events);
                Seal(index, null, MessagesJson.Text(block, "data"), events);
                break;
            case "tool_use":
                var name = MessagesJson.Text(block, "name") ?? "";
                var input = MessagesJson.Member(block, "input") is { ValueKind: JsonValueKind.Object } said
                    ? said.GetRawText()
                    : "{}";
                if (name == JsonOutputTool.Name)
                {
                    _items.Open(index, AnswerItemKind.Text, null, null, events);
                }
                else
                {
                    _items.Open(index, AnswerItemKind.ToolCall, MessagesJson.Text(block, "id"), name, events);
                }

                _items.SetFallback(index, input);
                break;
        }
    }

    private void ReadDelta(long index, JsonElement delta, List<AnswerEvent> events)
    {
        switch (MessagesJson.Text(delta, "type"))
        {
            case "text_delta":
                _items.Add(index, MessagesJson.Text(delta, "text"), events);
                break;
            case "thinking_delta":
                _items.Add(index, MessagesJson.Text(delta, "thinking"), events);
                break;
            case "input_json_delta":
                _items.Add(index, MessagesJson.Text(delta, "partial_json"), events);
                break;
            case "signature_delta":
                Seal(index, MessagesJson.Text(delta, "signature"), null, events);
                break;
        }
    }

    private void Seal(long index, string? signature, string? redacted, List<AnswerEvent> events)
    {
        if (_items.Find(index) is { } item && (!string.IsNullOrEmpty(signature) || !string.IsNullOrEmpty(redacted)))
        {
            events.Add(new ItemSealed(item, ModelApi.AnthropicMessages, signature, null, redacted));
        }
    }

    private void ReadEnd(JsonElement data, List<AnswerEvent> events)
    {
        _items.Start(null, null, events);
        ReadUsage(data, events);
        if (MessagesJson.Member(data, "delta") is not { } delta || MessagesJson.Text(delta, "stop_reason") is not { } reason)
        {
            return;
        }

        _items.EndAll(events);
        _finish = MessagesAnswerReader.FinishOf(reason);
        _stopSequence = MessagesJson.Text(delta, "stop_sequence");
        if (MessagesAnswerReader.RefusalOf(delta) is { } explanation)
        {
            const long Beyond = long.MaxValue; // No block of the vendor's has this number.
            _items.Open(Beyond, AnswerItemKind.Refusal, null, null, events);
            _items.Add(Beyond, explanation, events);
            _items.End(Beyond, events);
        }
    }

    private void ReadUsage(JsonElement holder, List<AnswerEvent> events)
    {
        MessagesAnswerReader.AddUsage(ref _usage, holder);
        if (_usage.Usage is { } usage)
        {
            events.Add(new UsageReported(usage));
        }
    }
}
