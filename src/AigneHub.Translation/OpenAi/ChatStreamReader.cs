using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads chunks of chat completions (<see href="https://platform.openai.com/docs/api-reference/chat-streaming"/>). Reasoning and
/// text are an item as long as nothing else comes between; tool calls are told apart by their index, by their id where a vendor
/// leaves the index out, and stay open until the end.
/// </summary>
internal sealed class ChatStreamReader(UsageQuirks quirks) : IVendorReader
{
    /// <summary>More calls than this in one answer are not followed.</summary>
    private const int CallsMax = 512;

    private readonly VendorJson _json = new();
    private readonly Dictionary<long, (int Index, string? Id)> _places = [];
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<int> _calls = [];
    private AnswerItemKind? _openKind;
    private int _openIndex;
    private int _count;
    private bool _started;
    private string? _finish;

    public void Read(ReadOnlySpan<byte> data, List<AnswerEvent> events)
    {
        if (_json.TryParse(data) is not { } document)
        {
            return;
        }

        using (document)
        {
            var chunk = document.RootElement;
            if (!_started && RequestFields.Has(chunk, "choices", out _))
            {
                _started = true;
                events.Add(new AnswerStarted(RequestFields.TextOf(chunk, "id"), RequestFields.TextOf(chunk, "model")));
            }

            if (RequestFields.Has(chunk, "choices", out var choices) && choices.ValueKind == JsonValueKind.Array
                && choices.GetArrayLength() > 0)
            {
                ReadChoice(choices[0], events);
            }

            if (ChatAnswerReader.ReadUsage(chunk, quirks) is { } usage)
            {
                events.Add(new UsageReported(usage));
            }
        }
    }

    public void Complete(List<AnswerEvent> events)
    {
        Close(events);
        events.AddRange(_calls.Select(index => new ItemEnded(index)));
        events.Add(new AnswerFinished(ChatAnswerReader.FinishOf(_finish, _calls.Count > 0)));
    }

    private void ReadChoice(JsonElement choice, List<AnswerEvent> events)
    {
        if (RequestFields.Has(choice, "delta", out var delta))
        {
            // A chunk may hold several of these at once.
            Add(AnswerItemKind.Reasoning,
                RequestFields.TextOf(delta, "reasoning_content") ?? RequestFields.TextOf(delta, "reasoning"), events);
            ReadSeals(delta, events);
            ReadContent(delta, events);
            Add(AnswerItemKind.Refusal, RequestFields.TextOf(delta, "refusal"), events);
            foreach (var image in OpenAiParts.ReadImages(delta))
            {
                Close(events);
                events.Add(new ItemStarted(_count, AnswerItemKind.Media) { Media = image });
                events.Add(new ItemEnded(_count++));
            }

            if (RequestFields.Has(delta, "tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
            {
                foreach (var call in calls.EnumerateArray())
                {
                    ReadCall(call, events);
                }
            }
        }

        _finish = RequestFields.TextOf(choice, "finish_reason") ?? _finish;
    }

    /// <summary>OpenRouter's seals; the text of <c>reasoning_details</c> repeats <c>reasoning</c>.</summary>
    private void ReadSeals(JsonElement delta, List<AnswerEvent> events)
    {
        if (!RequestFields.Has(delta, "reasoning_details", out _))
        {
            return;
        }

        foreach (var item in OpenAiReasoning.ReadAll(delta))
        {
            if (OpenAiReasoning.IsSealed(item) && item.Origin is { } origin)
            {
                Open(AnswerItemKind.Reasoning, events);
                events.Add(new ItemSealed(_openIndex, origin, item.Signature, item.Encrypted, item.Redacted));
                Close(events);
            }
        }
    }

    private void ReadContent(JsonElement delta, List<AnswerEvent> events)
    {
        if (!RequestFields.Has(delta, "content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            Add(AnswerItemKind.Text, RequestFields.TextOf(delta, "content"), events);
            return;
        }

        foreach (var part in content.EnumerateArray())
        {
            var isThinking = RequestFields.TextOf(part, "type") == "thinking";
            Add(
                isThinking ? AnswerItemKind.Reasoning : AnswerItemKind.Text,
                isThinking ? ChatAnswerReader.ThinkingOf(part) : RequestFields.TextOf(part, "text"), events);
        }
    }

    private void ReadCall(JsonElement call, List<AnswerEvent> events)
    {
        var isCustom = RequestFields.Has(call, "custom", out var body);
        if (!isCustom && RequestFields.Has(call, "function", out var function))
        {
            body = function;
        }

        if (IndexOf(call, body, isCustom, events) is not { } index)
        {
            return;
        }

        if (RequestFields.TextOf(body, isCustom ? "input" : "arguments") is { Length: > 0 } arguments)
        {
            events.Add(new ItemDelta(index, arguments));
        }

        if (OpenAiParts.ReadSignature(call) is { } signature)
        {
            events.Add(new ItemSealed(index, ChatAnswerReader.CallOrigin, signature));
        }
    }

    private int? IndexOf(JsonElement call, JsonElement body, bool isCustom, List<AnswerEvent> events)
    {
        var id = RequestFields.TextOf(call, "id") is { Length: > 0 } said ? said : null;
        var name = RequestFields.TextOf(body, "name");
        long place = 0;
        var hasPlace = RequestFields.Has(call, "index", out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out place);
        if (hasPlace && _places.TryGetValue(place, out var known)
            && (id is null || known.Id is null || id == known.Id || name is null))
        {
            return known.Index; // Another id and name at the same index is another call: Gemini's compatible API counts so.
        }

        if (!hasPlace && id is null && _calls.Count > 0)
        {
            return _calls[^1];
        }

        if (!hasPlace && id is not null && _ids.TryGetValue(id, out var index))
        {
            return index;
        }

        return _calls.Count < CallsMax ? StartCall(id, name, hasPlace ? place : null, isCustom, events) : null;
    }

    private int StartCall(string? id, string? name, long? place, bool isCustom, List<AnswerEvent> events)
    {
        Close(events);
        var index = _count++;
        _calls.Add(index);
        if (place is { } at)
        {
            _places[at] = (index, id);
        }
        else if (id is not null)
        {
            _ids[id] = index;
        }

        events.Add(new ItemStarted(index, AnswerItemKind.ToolCall, id ?? $"call_{index}", name ?? "") { IsCustom = isCustom });
        return index;
    }

    private void Add(AnswerItemKind kind, string? text, List<AnswerEvent> events)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Open(kind, events);
            events.Add(new ItemDelta(_openIndex, text));
        }
    }

    private void Open(AnswerItemKind kind, List<AnswerEvent> events)
    {
        if (_openKind != kind)
        {
            Close(events);
            _openKind = kind;
            _openIndex = _count++;
            events.Add(new ItemStarted(_openIndex, kind));
        }
    }

    private void Close(List<AnswerEvent> events)
    {
        if (_openKind is not null)
        {
            _openKind = null;
            events.Add(new ItemEnded(_openIndex));
        }
    }
}
