using System.Buffers;
using System.Text.Json;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// What a model has said, kept as the escaped bytes it came in (so that keeping costs a copy and nothing else) and
/// unescaped only if it has to be counted. Bounded: what is longer is counted in proportion.
/// </summary>
internal sealed class DeliveredText(int bytesMax) : IDisposable
{
    private const int FirstBytes = 4096;

    private byte[]? _buffer;
    private int _kept;
    private long _dropped;

    /// <summary>
    /// Adds the text of a chunk's <c>delta</c> or an answer's <c>message</c>: content, reasoning, refusal, and names and
    /// arguments of tool calls. The reader stands at the object's start and is left at its end.
    /// </summary>
    public void AddMessage(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        var member = Member.Other;
        var hadReasoning = false;
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth))
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = MemberOf(ref reader);
                if (member == Member.Skipped)
                {
                    reader.Skip();
                }
            }
            else if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
            {
                if (member == Member.Text || (member == Member.Reasoning && !hadReasoning))
                {
                    Add(reader.ValueSpan);
                }

                hadReasoning |= member == Member.Reasoning;
            }
        }
    }

    /// <summary>The tokens of everything that was added.</summary>
    public long Count(TokenCounter counter)
    {
        if (_kept == 0)
        {
            return 0;
        }

        var chars = ArrayPool<char>.Shared.Rent(_kept);
        try
        {
            var length = JsonScan.Unescape(_buffer.AsSpan(0, _kept), chars);
            var tokens = counter.Count(chars.AsSpan(0, length));
            return tokens + (long)((Int128)tokens * _dropped / _kept);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _kept = 0;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Mistral's content is a list of objects with `text`, its thinking too. The reasoning counts once: OpenRouter repeats
    // it in `reasoning_details`, others send it under both names.
    private static Member MemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "arguments"u8) || JsonScan.TextIs(ref reader, "text"u8)
            || JsonScan.TextIs(ref reader, "name"u8) || JsonScan.TextIs(ref reader, "refusal"u8))
        {
            return Member.Text;
        }

        if (JsonScan.TextIs(ref reader, "reasoning_content"u8) || JsonScan.TextIs(ref reader, "reasoning"u8))
        {
            return Member.Reasoning;
        }

        return JsonScan.TextIs(ref reader, "reasoning_details"u8) || JsonScan.TextIs(ref reader, "audio"u8)
            || JsonScan.TextIs(ref reader, "annotations"u8) || JsonScan.TextIs(ref reader, "images"u8)
            ? Member.Skipped
            : Member.Other;
    }

    private void Add(ReadOnlySpan<byte> escaped)
    {
        // Once something is left out nothing more is kept: what is kept stays a whole beginning.
        if (_dropped > 0 || _kept + (long)escaped.Length > bytesMax)
        {
            _dropped += escaped.Length;
            return;
        }

        if (_buffer is null || _buffer.Length < _kept + escaped.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, 2 * (_kept + escaped.Length)));
            _buffer.AsSpan(0, _kept).CopyTo(larger);
            if (_buffer is { } old)
            {
                ArrayPool<byte>.Shared.Return(old);
            }

            _buffer = larger;
        }

        escaped.CopyTo(_buffer.AsSpan(_kept));
        _kept += escaped.Length;
    }

    private enum Member
    {
        Other,
        Text,
        Reasoning,
        Skipped,
    }
}
