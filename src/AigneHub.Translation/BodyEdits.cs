using System.Runtime.InteropServices;
using System.Text.Json;

namespace AigneHub.Translation;

/// <summary>Collects edits of a body whose elements were parsed where they stand.</summary>
/// <param name="body">What the elements were parsed from, not a copy.</param>
internal sealed class BodyEdits(ReadOnlyMemory<byte> body)
{
    private readonly List<BodyEdit> _edits = [];

    public IReadOnlyList<BodyEdit> All => _edits;

    /// <summary>The elements of a list; empty when it is none.</summary>
    public static List<JsonElement> List(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    /// <summary>Cuts elements of the lists within the elements of a list; an outer element that would keep none is cut whole.</summary>
    public void CutWithin(JsonElement root, string outer, string inner, Predicate<JsonElement> isCut)
    {
        CutElements(root, outer, element => List(element, inner) is { Count: > 0 } all && all.TrueForAll(isCut));
        foreach (var element in List(root, outer))
        {
            if (List(element, inner) is { } all && !all.TrueForAll(isCut))
            {
                CutElements(element, inner, isCut);
            }
        }
    }

    public void CutElements(JsonElement parent, string name, Predicate<JsonElement> isCut)
    {
        var elements = List(parent, name);
        Cut([.. elements.Select(SpanOf)], [.. elements.Select(element => isCut(element))]);
    }

    public void CutMembers(JsonElement parent, params IReadOnlyCollection<string> names)
    {
        if (parent.ValueKind == JsonValueKind.Object)
        {
            var members = parent.EnumerateObject().ToList();
            Cut([.. members.Select(SpanOf)], [.. members.Select(member => names.Contains(member.Name))]);
        }
    }

    /// <param name="member">With the comma before it.</param>
    public void InsertAtEnd(JsonElement parent, ReadOnlyMemory<byte> member) =>
        _edits.Add(new BodyEdit(SpanOf(parent).End - 1, 0, member));

    /// <summary>Each cut takes one comma along: the one before or, at the beginning, the one behind.</summary>
    private void Cut(List<(int Start, int End)> spans, List<bool> isCut)
    {
        var hasKept = false;
        for (var i = 0; i < spans.Count; i++)
        {
            hasKept |= !isCut[i];
            if (isCut[i])
            {
                var start = hasKept ? spans[i - 1].End : spans[i].Start;
                var end = !hasKept && i + 1 < spans.Count ? spans[i + 1].Start : spans[i].End;
                _edits.Add(new BodyEdit(start, end - start, default));
            }
        }
    }

    private (int Start, int End) SpanOf(JsonElement element)
    {
        var json = JsonMarshal.GetRawUtf8Value(element);
        body.Span.Overlaps(json, out var start);
        return (start, start + json.Length);
    }

    private (int Start, int End) SpanOf(JsonProperty member)
    {
        body.Span.Overlaps(JsonMarshal.GetRawUtf8PropertyName(member), out var name);
        return (name - 1, SpanOf(member.Value).End); // The name stands in quotes.
    }
}
