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
    /// <param name="takesStreamOptions">
    /// The vendor is to be asked for usage on streams; otherwise it refuses to be asked and reports usage anyway.
    /// </param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Apply(
        ReadOnlyMemory<byte> body, ChatRequestHead head, string upstreamModel, bool takesStreamOptions)
    {
        var edits = new List<(JsonSpan Replaced, ReadOnlyMemory<byte> By)>(2);
        if (!string.Equals(head.Model, upstreamModel, StringComparison.Ordinal))
        {
            edits.Add((head.ModelValue, Quote(upstreamModel)));
        }

        if (!takesStreamOptions && head.StreamOptionsMember is { } member)
        {
            edits.Add((WithOneComma(body.Span, member), default));
        }
        else if (takesStreamOptions && head.Stream && !head.IncludeUsage)
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

    /// <summary>The member and the comma that goes with it: the one behind it or, when it is the last member, the one before.</summary>
    private static JsonSpan WithOneComma(ReadOnlySpan<byte> body, JsonSpan member)
    {
        var behind = body[member.End..].TrimStart(" \t\r\n"u8);
        if (behind[0] == ',')
        {
            return new JsonSpan(member.Start, body.Length - behind.Length + 1 - member.Start);
        }

        // There is always a member before it: 'model' and 'messages' are required.
        var before = body[..member.Start].TrimEnd(" \t\r\n"u8);
        return new JsonSpan(before.Length - 1, member.End - before.Length + 1);
    }

    private static byte[] Quote(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");
}
