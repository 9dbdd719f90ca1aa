using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AigneHub.Providers.Reading;

/// <summary>Looks into JSON without parsing it.</summary>
internal static class JsonScan
{
    private const int EscapeBytesMax = 6;
    private const int NameBytesMax = 64;
    private const int TextBytesMax = 256;

    private static readonly SearchValues<byte> JsonWhiteSpace = SearchValues.Create(" \t\n\r"u8);

    /// <summary>
    /// Where the value of the next member of this name begins, at any depth; -1 when there is none. A quoted name cannot
    /// stand inside a string, where its quotes would be escaped, so a match is a whole string token, and one that a colon
    /// follows is a member's name.
    /// </summary>
    /// <param name="quotedName">The name with its quotes.</param>
    /// <param name="from">Where to begin.</param>
    public static int ValueOf(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName, int from = 0)
    {
        while (true)
        {
            var found = json[from..].IndexOf(quotedName);
            if (found < 0)
            {
                return -1;
            }

            from = SkipWhiteSpace(json, from + found + quotedName.Length);
            if (from < json.Length && json[from] == ':')
            {
                return SkipWhiteSpace(json, from + 1);
            }
        }
    }

    /// <summary>Whether a member of this name, at any depth, has a value beginning with this byte (<c>{</c>, <c>"</c>).</summary>
    public static bool Has(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName, byte first)
    {
        for (var value = ValueOf(json, quotedName); value >= 0; value = ValueOf(json, quotedName, value))
        {
            if (value < json.Length && json[value] == first)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the name or string that the reader stands at is this text. The reader's own comparison throws where an escape
    /// is half a surrogate pair, which is well-formed JSON.
    /// </summary>
    /// <param name="text">ASCII, at most 64 bytes.</param>
    public static bool TextIs(ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return raw.SequenceEqual(text);
        }

        if (raw.Length > EscapeBytesMax * text.Length)
        {
            return false;
        }

        Span<char> unescaped = stackalloc char[EscapeBytesMax * NameBytesMax];
        return Ascii.Equals(text, unescaped[..Unescape(raw, unescaped)]);
    }

    /// <summary>
    /// Unescapes what stood between the quotes of JSON strings. Forgiving, as it only serves counting: what is no escape
    /// stays as it is, bytes that are not UTF-8 become U+FFFD.
    /// </summary>
    /// <param name="text">At least as long as <paramref name="escaped"/>.</param>
    /// <returns>How many characters were written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<char> text)
    {
        var length = 0;
        while (!escaped.IsEmpty)
        {
            var escape = escaped.IndexOf((byte)'\\');
            var plain = escape < 0 ? escaped : escaped[..escape];
            length += Encoding.UTF8.GetChars(plain, text[length..]);
            if (escape < 0)
            {
                break;
            }

            escaped = escaped[escape..];
            if (escaped.Length >= 6 && escaped[1] == 'u'
                && ushort.TryParse(escaped[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                text[length++] = (char)unit;
                escaped = escaped[6..];
                continue;
            }

            text[length++] = escaped.Length < 2 ? '\\' : (char)escaped[1] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                var other => other,
            };
            escaped = escaped[Math.Min(2, escaped.Length)..];
        }

        return length;
    }

    /// <summary>The value of the member at whose name the reader stands, as it is written; the reader is left at its end.</summary>
    /// <param name="reader">A reader of <paramref name="json"/> from its first byte.</param>
    public static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    /// <summary>A short text as it is written; null for what is none, or long, or has escapes.</summary>
    public static string? Text(ReadOnlySpan<byte> value) =>
        value is [(byte)'"', .. var text, (byte)'"'] && text.Length is > 0 and <= TextBytesMax && !text.Contains((byte)'\\')
            ? Encoding.UTF8.GetString(text)
            : null;

    /// <summary>Reads the member at whose name the reader stands over; whether its value is something else than null.</summary>
    public static bool SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isThere = reader.TokenType != JsonTokenType.Null;
        reader.Skip();
        return isThere;
    }

    private static int SkipWhiteSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && JsonWhiteSpace.Contains(json[at]))
        {
            at++;
        }

        return at;
    }
}
