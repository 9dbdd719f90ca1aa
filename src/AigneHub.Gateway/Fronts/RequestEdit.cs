using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// The request as it goes upstream: the client's bytes with the model's name replaced and, for streams, usage asked for.
/// Unknown fields, order and white space are kept; nothing is copied.
/// </summary>
internal static class RequestEdit
{
    private static readonly ReadOnlyMemory<byte> StreamOptionsMember = ",\"stream_options\":{\"include_usage\":true}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> StreamOptionsValue = "{\"include_usage\":true}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> IncludeUsageOnly = "\"include_usage\":true"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> IncludeUsageFirst = "\"include_usage\":true,"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> CohereVersion = "\"api_version\":2"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> True = "true"u8.ToArray();

    /// <summary>The segments to send, in order. They point into <paramref name="body"/>.</summary>
    /// <param name="takesStreamOptions">
    /// The vendor is to be asked for usage on streams; otherwise it refuses to be asked and reports usage anyway.
    /// </param>
    /// <param name="seals">What the vendor would not understand: see <see cref="ForeignSeals"/>.</param>
    /// <param name="betas">Anthropic's betas that the client asked for in a header; a dialect may have them in the body.</param>
    public static ReadOnlyMemory<byte>[] Apply(
        ReadOnlyMemory<byte> body, RequestHead head, HeadShape shape, Dialect dialect, string upstreamModel, bool takesStreamOptions,
        string betas = "", IReadOnlyList<BodyEdit>? seals = null)
    {
        var edits = new List<(JsonSpan Replaced, ReadOnlyMemory<byte> By)>(2);
        if (dialect == Dialect.Gemini)
        {
            NameModels(body.Span, shape, upstreamModel, edits);
        }
        else if (dialect is Dialect.BedrockAnthropic or Dialect.VertexAnthropic && !ReferenceEquals(shape, HeadShape.CountTokens))
        {
            CloudAnthropicEdit.AddTo(body.Span, dialect, betas, edits);
        }
        else if (dialect == Dialect.BedrockRerank)
        {
            edits.Add(InsteadOfModel(body.Span, head.ModelValue!.Value, upstreamModel));
        }
        else if (dialect == Dialect.BedrockConverse)
        {
            // The path names the model, and says whether the answer is streamed.
        }
        else if (dialect == Dialect.VertexOpenAi && !upstreamModel.Contains('/', StringComparison.Ordinal))
        {
            NameModel(head, $"google/{upstreamModel}", edits);
        }
        else
        {
            NameModel(head, upstreamModel, edits);
        }

        if (shape.HasStreamOptions)
        {
            SetStreamOptions(body.Span, head, takesStreamOptions, edits);
        }

        if (seals is { Count: > 0 })
        {
            edits.AddRange(seals.Select(edit => (new JsonSpan(edit.Start, edit.Length), edit.By)));
        }

        edits.Sort(static (a, b) => a.Replaced.Start.CompareTo(b.Replaced.Start));
        var segments = new ReadOnlyMemory<byte>[(edits.Count * 2) + 1];
        var position = 0;
        for (var i = 0; i < edits.Count; i++)
        {
            var (replaced, by) = edits[i];
            segments[2 * i] = body[position..replaced.Start];
            segments[(2 * i) + 1] = by;
            position = replaced.End;
        }

        segments[^1] = body[position..];
        return segments;
    }

    private static void NameModel(RequestHead head, string upstreamModel, List<(JsonSpan, ReadOnlyMemory<byte>)> edits)
    {
        if (head.ModelValue is not { } value)
        {
            byte[] member = [.. "\"model\":"u8, .. Quoted(upstreamModel), .. head.IsEmpty ? ""u8 : ","u8];
            edits.Add((new JsonSpan(head.StartBrace + 1, 0), member));
        }
        else if (!string.Equals(head.BodyModel, upstreamModel, StringComparison.Ordinal))
        {
            edits.Add((value, Quoted(upstreamModel)));
        }
    }

    /// <summary>
    /// The path names the model; Cohere's models want the version of their API, which the address doesn't tell
    /// (<see href="https://docs.cohere.com/docs/amazon-bedrock"/>).
    /// </summary>
    private static (JsonSpan, ReadOnlyMemory<byte>) InsteadOfModel(ReadOnlySpan<byte> body, JsonSpan value, string upstreamModel)
    {
        // No name at the top level has a quote in it that would be the last one before its own.
        var name = body[..body[..value.Start].LastIndexOf((byte)'"')].LastIndexOf((byte)'"');
        var member = new JsonSpan(name, value.End - name);
        return upstreamModel.Contains("cohere.", StringComparison.OrdinalIgnoreCase)
            ? (member, CohereVersion)
            : (WithOneComma(body, member), default);
    }

    /// <summary>Embedding requests repeat the path's model, as <c>models/…</c>, at the top or in each of several requests.</summary>
    private static void NameModels(
        ReadOnlySpan<byte> body, HeadShape shape, string upstreamModel, List<(JsonSpan, ReadOnlyMemory<byte>)> edits)
    {
        if (!ReferenceEquals(shape, HeadShape.EmbedContent) && !ReferenceEquals(shape, HeadShape.BatchEmbedContents))
        {
            return;
        }

        ReadOnlyMemory<byte> name = Quoted("models/" + upstreamModel);
        var depth = ReferenceEquals(shape, HeadShape.EmbedContent) ? 1 : 3;
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == depth && reader.ValueTextEquals("model"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                edits.Add((new JsonSpan(start, (int)reader.BytesConsumed - start), name));
            }
        }
    }

    private static void SetStreamOptions(
        ReadOnlySpan<byte> body, RequestHead head, bool takesStreamOptions, List<(JsonSpan, ReadOnlyMemory<byte>)> edits)
    {
        if (!takesStreamOptions && head.StreamOptionsMember is { } member)
        {
            edits.Add((WithOneComma(body, member), default));
        }
        else if (takesStreamOptions && head.Stream && !head.IncludeUsage)
        {
            edits.Add(AskForUsage(head));
        }
    }

    private static (JsonSpan, ReadOnlyMemory<byte>) AskForUsage(RequestHead head)
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

        var before = body[..member.Start].TrimEnd(" \t\r\n"u8);
        return before[^1] == '{' ? member : new JsonSpan(before.Length - 1, member.End - before.Length + 1);
    }

    private static byte[] Quoted(string text) => [(byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"'];
}
