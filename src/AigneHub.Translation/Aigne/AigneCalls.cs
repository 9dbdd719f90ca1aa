using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Aigne;

/// <summary>The tool calls of a streamed answer, which AIGNE's clients take whole only, and what was thought before them.</summary>
internal sealed class AigneCalls
{
    private readonly Dictionary<int, (ItemStarted Started, StringBuilder Text)> _open = [];
    private readonly List<(ToolCallItem Call, IReadOnlyList<ReasoningItem> Thoughts)> _whole = [];
    private readonly Dictionary<int, string> _signatures = [];
    private List<ReasoningItem> _thoughts = [];

    /// <summary>The calls that are whole.</summary>
    public IEnumerable<ToolCallItem> Whole => _whole.Select(whole => whole.Call);

    public void Start(ItemStarted started) => _open[started.Index] = (started, new StringBuilder());

    /// <summary>The kind of the item that goes on; null when there is none.</summary>
    public AnswerItemKind? Add(ItemDelta delta)
    {
        if (!_open.TryGetValue(delta.Index, out var item))
        {
            return null;
        }

        // Thoughts go with what seals them.
        if (item.Started.Kind is AnswerItemKind.ToolCall or AnswerItemKind.Reasoning)
        {
            item.Text.Append(delta.Text);
        }

        return item.Started.Kind;
    }

    public void Seal(ItemSealed seal)
    {
        if (!_open.TryGetValue(seal.Index, out var item))
        {
            return;
        }

        if (item.Started.Kind == AnswerItemKind.Reasoning)
        {
            _thoughts.Add(new ReasoningItem(item.Text.ToString())
            {
                Id = item.Started.Id,
                Origin = seal.Origin,
                Signature = seal.Signature,
                Encrypted = seal.Encrypted,
                Redacted = seal.Redacted,
            });
        }
        else if (item.Started.Kind == AnswerItemKind.ToolCall
            && seal is { Origin: ModelApi.GeminiGenerateContent, Signature: { } signature })
        {
            _signatures[seal.Index] = signature;
        }
    }

    /// <summary>True when a call has become whole.</summary>
    public bool End(int index)
    {
        if (!_open.Remove(index, out var item) || item.Started.Kind != AnswerItemKind.ToolCall)
        {
            return false;
        }

        _whole.Add((
            new ToolCallItem(item.Started.Id ?? $"call_{index}", item.Started.Name ?? "", item.Text.ToString())
            {
                Signature = _signatures.GetValueOrDefault(index),
            },
            _thoughts));
        _thoughts = [];
        return true;
    }

    /// <summary>As <see cref="End"/> of all that are open.</summary>
    public bool EndAll()
    {
        var isAny = false;
        foreach (var index in _open.Keys.Order().ToList())
        {
            isAny |= End(index);
        }

        return isAny;
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("toolCalls");
        foreach (var (call, thoughts) in _whole)
        {
            AigneAnswerWriter.WriteCall(call, thoughts, writer);
        }

        writer.WriteEndArray();
    }
}
