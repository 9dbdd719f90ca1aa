using System.Text;
using System.Text.Json;

namespace AigneHub.Gateway.Fronts.OpenAi;

/// <summary>
/// The request as it goes upstream: the client's bytes with the model's name replaced and, for streams, usage asked for.
/// Unknown fields, order and white space are kept; nothing is copied.
/// </summary>
internal static class ChatRequestEdit
{
    private static readonly ReadOnlyMemory<byte> StreamOptionsMember = ",\"stream_options\":{\"include_usage\":true}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> StreamOptionsValue = "{\"include_usage\":true}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> IncludeUsageOnly = "\"include_usage\":true"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> IncludeUsageFirst = "\"include_usage\":true,"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> True = "true"u8.ToArray();

    /// <summary>The segments to send, in order. They point into <paramref name="body"/>.</summary>
    /// <param name="askForUsage">Whether the vendor must be asked for usage on streams.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Apply(
        ReadOnlyMemory<byte> body, ChatRequestHead head, string upstreamModel, bool askForUsage)
    {
        var edits = new List<(JsonSpan Replaced, ReadOnlyMemory<byte> By)>(2);
        if (!string.Equals(head.Model, upstreamModel, StringComparison.Ordinal))
        {
            edits.Add((head.ModelValue, Quote(upstreamModel)));
        }

        if (askForUsage && head.Stream && !head.IncludeUsage)
        {
            edits.Add(AskForUsage(head));
        }

        edits.Sort((a, b) => a.Replaced.Start.CompareTo(b.Replaced.Start));
        var segments = new List<ReadOnlyMemory<byte>>(edits.Count * 2 + 1);
        var position = 0;
        foreach (var (replaced, by) in edits)
        {
            segments.Add(body[position..replaced.Start]);
            segments.Add(by);
            position = replaced.End;
        }

        segments.Add(body[position..]);
        return segments;
    }

    private static (JsonSpan, ReadOnlyMemory<byte>) AskForUsage(ChatRequestHead head)
    {
        if (head.IncludeUsageValue is { } value)
        {
            return (value, True);
        }

        if (head.StreamOptions is not { } options)
        {
            return (new JsonSpan(head.EndBrace, 0), StreamOptionsMember);
        }

        return head.StreamOptionsIsObject
            ? (new JsonSpan(options.Start + 1, 0), head.StreamOptionsIsEmpty ? IncludeUsageOnly : IncludeUsageFirst)
            : (options, StreamOptionsValue);
    }

    private static byte[] Quote(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");
}
