using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>The items of a streamed answer that are open, by the vendor's number of their block.</summary>
internal sealed class OpenItems
{
    /// <summary>Items open at a time; more are passed over.</summary>
    private const int OpenMax = 256;

    private readonly SortedDictionary<long, OpenItem> _open = [];
    private int _count;
    private bool _hasStarted;

    public bool HasCalls { get; private set; }

    public void Start(string? id, string? model, List<AnswerEvent> events)
    {
        if (!_hasStarted)
        {
            _hasStarted = true;
            events.Add(new AnswerStarted(id, model));
        }
    }

    /// <summary>The item's index; null when the block has none.</summary>
    public int? Find(long block) => _open.TryGetValue(block, out var item) ? item.Index : null;

    public void Open(long block, AnswerItemKind kind, string? id, string? name, List<AnswerEvent> events)
    {
        End(block, events);
        if (_open.Count >= OpenMax)
        {
            return;
        }

        HasCalls |= kind == AnswerItemKind.ToolCall;
        var item = new OpenItem(_count++);
        _open[block] = item;
        events.Add(new ItemStarted(item.Index, kind, id, name));
    }

    /// <param name="input">What the item holds when nothing is added until its end.</param>
    public void SetFallback(long block, string input)
    {
        if (_open.TryGetValue(block, out var item))
        {
            item.Fallback = input;
        }
    }

    public void Add(long block, string? text, List<AnswerEvent> events)
    {
        if (!string.IsNullOrEmpty(text) && _open.TryGetValue(block, out var item))
        {
            item.Fallback = null;
            events.Add(new ItemDelta(item.Index, text));
        }
    }

    public void End(long block, List<AnswerEvent> events)
    {
        if (_open.Remove(block, out var item))
        {
            if (item.Fallback is { } input)
            {
                events.Add(new ItemDelta(item.Index, input));
            }

            events.Add(new ItemEnded(item.Index));
        }
    }

    public void EndAll(List<AnswerEvent> events)
    {
        foreach (var block in _open.Keys.ToList())
        {
            End(block, events);
        }
    }

    private sealed class OpenItem(int index)
    {
        public int Index => index;

        public string? Fallback { get; set; }
    }
}
