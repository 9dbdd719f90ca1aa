using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// Reads the events of a streamed response (<see href="https://platform.openai.com/docs/api-reference/responses-streaming"/>).
/// Each part of a message is an item, each call and each reasoning another; reasoning that shows nothing begins when its seal
/// comes. Vendors that send whole items without their deltas are read by the events at the items' ends.
/// </summary>
internal sealed class ResponsesStreamReader(UsageQuirks quirks) : IVendorReader
{
    private readonly VendorJson _json = new();
    private readonly Dictionary<(long Output, long Part), OpenItem> _open = [];
    private readonly HashSet<long> _ended = [];
    private int _count;
    private bool _started;
    private bool _hasCalls;
    private FinishReason? _finish;

    public void Read(ReadOnlySpan<byte> data, List<AnswerEvent> events)
    {
        if (_json.TryParse(data) is not { } document)
        {
            return;
        }

        using (document)
        {
            var root = document.RootElement;
            var response = RequestFields.Has(root, "response", out var found) ? found : default;
            if (!_started && RequestFields.TextOf(root, "type") is not null and not "error" and not "keepalive")
            {
                _started = true;
                events.Add(new AnswerStarted(RequestFields.TextOf(response, "id"), RequestFields.TextOf(response, "model")));
            }

            ReadEvent(root, response, events);
        }
    }

    public void Complete(List<AnswerEvent> events)
    {
        foreach (var item in _open.Values.OrderBy(item => item.Index))
        {
            events.Add(new ItemEnded(item.Index));
        }

        _open.Clear();
        events.Add(new AnswerFinished(_finish ?? (_hasCalls ? FinishReason.ToolCalls : FinishReason.Stop)));
    }

    private void ReadEvent(JsonElement root, JsonElement response, List<AnswerEvent> events)
    {
        var output = NumberOf(root, "output_index");
        var part = NumberOf(root, "content_index");
        switch (RequestFields.TextOf(root, "type"))
        {
            case "response.output_item.added" when RequestFields.Has(root, "item", out var item):
                StartCall(output, item, events);
                break;
            case "response.output_text.delta":
                Add((output, part), AnswerItemKind.Text, root, events);
                break;
            case "response.refusal.delta":
                Add((output, part), AnswerItemKind.Refusal, root, events);
                break;
            case "response.function_call_arguments.delta" or "response.custom_tool_call_input.delta"
                when _open.ContainsKey((output, 0)):
                Add((output, 0), AnswerItemKind.ToolCall, root, events);
                break;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                AddThought(output, NumberOf(root, "summary_index"), root, events);
                break;
            case "response.output_item.done" when RequestFields.Has(root, "item", out var item):
                EndItem(output, item, events);
                break;
            case "response.completed" or "response.incomplete" or "response.failed":
                _finish = ResponsesAnswerReader.FinishOf(response, _hasCalls);
                if (ResponsesAnswerReader.ReadUsage(response, quirks) is { } usage)
                {
                    events.Add(new UsageReported(usage));
                }

                break;
        }
    }

    private void StartCall(long output, JsonElement item, List<AnswerEvent> events)
    {
        if (RequestFields.TextOf(item, "type") is "function_call" or "custom_tool_call" && !_open.ContainsKey((output, 0)))
        {
            var call = ResponsesAnswerReader.ReadCall(item);
            var index = _count++;
            _hasCalls = true;
            _open[(output, 0)] = new OpenItem(index);
            events.Add(new ItemStarted(index, AnswerItemKind.ToolCall, call.CallId, call.Name) { IsCustom = call.IsCustom });
        }
    }

    private void Add((long Output, long Part) key, AnswerItemKind kind, JsonElement root, List<AnswerEvent> events)
    {
        if (RequestFields.TextOf(root, "delta") is { Length: > 0 } delta && !_ended.Contains(key.Output))
        {
            AddText(key, kind, delta, null, events);
        }
    }

    private void AddThought(long output, long summary, JsonElement root, List<AnswerEvent> events)
    {
        if (RequestFields.TextOf(root, "delta") is not { Length: > 0 } delta || _ended.Contains(output))
        {
            return;
        }

        // The parts of a summary are paragraphs.
        var gap = _open.TryGetValue((output, 0), out var open) && open.Summary != summary ? "\n\n" : "";
        AddText((output, 0), AnswerItemKind.Reasoning, gap + delta, RequestFields.TextOf(root, "item_id"), events);
        _open[(output, 0)].Summary = summary;
    }

    private void AddText((long, long) key, AnswerItemKind kind, string text, string? id, List<AnswerEvent> events)
    {
        if (!_open.TryGetValue(key, out var item))
        {
            item = new OpenItem(_count++);
            _open[key] = item;
            events.Add(new ItemStarted(item.Index, kind, id));
        }

        item.HasText = true;
        events.Add(new ItemDelta(item.Index, text));
    }

    private void EndItem(long output, JsonElement item, List<AnswerEvent> events)
    {
        if (!_ended.Add(output))
        {
            return;
        }

        switch (RequestFields.TextOf(item, "type"))
        {
            case "function_call" or "custom_tool_call":
                StartCall(output, item, events);
                AddMissing((output, 0), AnswerItemKind.ToolCall, ResponsesAnswerReader.ReadCall(item).Arguments, null, events);
                break;
            case "reasoning":
                EndReasoning(output, ReasoningSeal.Read(item), events);
                break;
            case "image_generation_call" when RequestFields.TextOf(item, "result") is { Length: > 0 } image:
                events.Add(new ItemStarted(_count, AnswerItemKind.Media) { Media = OpenAiParts.GeneratedOf(item, image) });
                events.Add(new ItemEnded(_count++));
                break;
            case "message" when RequestFields.Has(item, "content", out var content) && content.ValueKind == JsonValueKind.Array:
                var place = 0L;
                foreach (var part in content.EnumerateArray())
                {
                    var read = ResponsesAnswerReader.ReadPart(part);
                    AddMissing(
                        (output, place++), read is RefusalPart ? AnswerItemKind.Refusal : AnswerItemKind.Text,
                        (read as TextPart)?.Text ?? (read as RefusalPart)?.Text ?? "", null, events);
                }

                break;
        }

        foreach (var (key, open) in _open.Where(pair => pair.Key.Output == output).OrderBy(pair => pair.Value.Index).ToList())
        {
            _open.Remove(key);
            events.Add(new ItemEnded(open.Index));
        }
    }

    private void EndReasoning(long output, ReasoningItem reasoning, List<AnswerEvent> events)
    {
        AddMissing((output, 0), AnswerItemKind.Reasoning, reasoning.Text, reasoning.Id, events);
        if (!OpenAiReasoning.IsSealed(reasoning))
        {
            return;
        }

        if (!_open.TryGetValue((output, 0), out var item))
        {
            item = new OpenItem(_count++);
            _open[(output, 0)] = item;
            events.Add(new ItemStarted(item.Index, AnswerItemKind.Reasoning, reasoning.Id));
        }

        events.Add(new ItemSealed(
            item.Index, reasoning.Origin ?? ModelApi.OpenAiResponses,
            reasoning.Signature, reasoning.Encrypted, reasoning.Redacted));
    }

    private void AddMissing((long, long) key, AnswerItemKind kind, string text, string? id, List<AnswerEvent> events)
    {
        if (text.Length > 0 && !(_open.TryGetValue(key, out var item) && item.HasText))
        {
            AddText(key, kind, text, id, events);
        }
    }

    private static long NumberOf(JsonElement root, string name) =>
        RequestFields.Has(root, name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : 0;

    private sealed class OpenItem(int index)
    {
        public int Index { get; } = index;
        public bool HasText { get; set; }
        public long Summary { get; set; }
    }
}
