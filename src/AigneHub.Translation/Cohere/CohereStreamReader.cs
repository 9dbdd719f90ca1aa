using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Cohere;

/// <summary>
/// Reads streams (<see href="https://docs.cohere.com/v2/docs/streaming"/>). Contents and calls are numbered each from 0; the
/// plan before calls has no number. Citations are passed over.
/// </summary>
internal sealed class CohereStreamReader : IVendorReader
{
    private readonly VendorJson _json = new();
    private readonly Dictionary<(string Kind, int Number), int> _open = [];
    private int _items;
    private bool _called;
    private bool _finished;

    public void Read(ReadOnlySpan<byte> data, List<AnswerEvent> events)
    {
        using var document = _json.TryParse(data);
        if (document is not null)
        {
            Read(document.RootElement, events);
        }
    }

    public void Complete(List<AnswerEvent> events)
    {
        CloseAll(events);
        if (!_finished)
        {
            events.Add(new AnswerFinished(CohereJson.Finish(reason: null, _called)));
        }
    }

    private void Read(JsonElement step, List<AnswerEvent> events)
    {
        var number = CohereJson.At(step, "index") is { ValueKind: JsonValueKind.Number } index
            && index.TryGetInt32(out var value) ? value : 0;
        var message = CohereJson.At(step, "delta", "message");
        switch (CohereJson.Text(step, "type"))
        {
            case "message-start":
                events.Add(new AnswerStarted(CohereJson.Text(step, "id"), Model: null));
                break;
            case "tool-plan-delta":
                Add("plan", 0, AnswerItemKind.Reasoning, CohereJson.Text(message, "tool_plan"), events);
                break;
            case "content-start" or "content-delta":
                ReadContent(CohereJson.At(message, "content"), number, events);
                break;
            case "content-end":
                Close("content", number, events);
                break;
            case "tool-call-start":
                StartCall(CohereJson.At(message, "tool_calls"), number, events);
                break;
            case "tool-call-delta" when _open.TryGetValue(("call", number), out var item)
                && CohereJson.Text(message, "tool_calls", "function", "arguments") is { Length: > 0 } arguments:
                events.Add(new ItemDelta(item, arguments));
                break;
            case "tool-call-end":
                Close("call", number, events);
                break;
            case "message-end":
                End(CohereJson.At(step, "delta"), events);
                break;
        }
    }

    private void ReadContent(JsonElement content, int number, List<AnswerEvent> events)
    {
        if (CohereJson.Text(content, "thinking") is { Length: > 0 } thoughts)
        {
            Add("content", number, AnswerItemKind.Reasoning, thoughts, events);
        }
        else
        {
            Add("content", number, AnswerItemKind.Text, CohereJson.Text(content, "text"), events);
        }
    }

    /// <summary>Opens the item with its first text: blocks may stay empty.</summary>
    private void Add(string kind, int number, AnswerItemKind itemKind, string? text, List<AnswerEvent> events)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        if (!_open.TryGetValue((kind, number), out var item))
        {
            Close("plan", 0, events);
            item = Start((kind, number), itemKind, id: null, name: null, events);
        }

        events.Add(new ItemDelta(item, text));
    }

    private void StartCall(JsonElement call, int number, List<AnswerEvent> events)
    {
        Close("plan", 0, events);
        Close("call", number, events);
        _called = true;
        var item = Start(
            ("call", number),
            AnswerItemKind.ToolCall,
            CohereJson.Text(call, "id") ?? "",
            CohereJson.Text(call, "function", "name") ?? "",
            events);
        if (CohereJson.Text(call, "function", "arguments") is { Length: > 0 } arguments)
        {
            events.Add(new ItemDelta(item, arguments));
        }
    }

    private int Start((string Kind, int Number) key, AnswerItemKind kind, string? id, string? name, List<AnswerEvent> events)
    {
        var item = _items++;
        _open[key] = item;
        events.Add(new ItemStarted(item, kind, id, name));
        return item;
    }

    private void Close(string kind, int number, List<AnswerEvent> events)
    {
        if (_open.Remove((kind, number), out var item))
        {
            events.Add(new ItemEnded(item));
        }
    }

    private void CloseAll(List<AnswerEvent> events)
    {
        events.AddRange(_open.Values.Order().Select(item => new ItemEnded(item)));
        _open.Clear();
    }

    private void End(JsonElement delta, List<AnswerEvent> events)
    {
        CloseAll(events);
        if (CohereJson.Usage(delta) is { } usage)
        {
            events.Add(new UsageReported(usage));
        }

        _finished = true;
        events.Add(new AnswerFinished(CohereJson.Finish(CohereJson.Text(delta, "finish_reason"), _called)));
    }
}
