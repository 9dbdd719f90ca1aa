using System.Buffers;
using System.Text.Json;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Reading;

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

    /// <summary>Counts the text within a member of a whole answer's top level, as far as the answer can be read.</summary>
    public static long CountMember(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, TextMembers memberOf, TokenCounter counter)
    {
        using var text = new DeliveredText(body.Length);
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = JsonScan.TextIs(ref reader, name);
                reader.Read();
                if (isIt && reader.TokenType is (JsonTokenType.StartArray or JsonTokenType.StartObject))
                {
                    text.AddWithin(ref reader, body, memberOf);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // A body that was cut: what came before the fault is counted.
        }

        return text.Count(counter);
    }

    /// <summary>
    /// Adds the text within an object or array. The reader stands at its start and is left at its end. Reasoning counts once
    /// in it: vendors repeat it under several names.
    /// </summary>
    /// <param name="reader">A reader of <paramref name="json"/> from its first byte.</param>
    /// <param name="memberOf">Tells what the member is at whose name the reader stands.</param>
    public void AddWithin(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, TextMembers memberOf)
    {
        var depth = reader.CurrentDepth;
        var member = TextMember.Other;
        var hadReasoning = false;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = memberOf(ref reader);
                if (member == TextMember.Skipped)
                {
                    reader.Skip();
                }
                else if (member == TextMember.Json)
                {
                    var value = JsonScan.Value(ref reader, json);
                    Add(value.SequenceEqual("{}"u8) ? [] : value);
                }
            }
            else if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
            {
                if (member == TextMember.Text || (member == TextMember.Reasoning && !hadReasoning))
                {
                    Add(reader.ValueSpan);
                }

                hadReasoning |= member == TextMember.Reasoning;
            }
        }
    }

    /// <summary>Adds what stood between the quotes of a JSON string.</summary>
    public void Add(ReadOnlySpan<byte> escaped)
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
}
