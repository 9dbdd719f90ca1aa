using System.Buffers;
using System.Text.Json;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Reading;

/// <summary>
/// The most tokens that any vendor is likely to make of a request: all that stands in it but the data of images. Plain text is
/// counted by the hub's tokenizer, and half as many again, for other vendors'. What those may treat quite differently is taken for
/// a token a byte: digits, runs of white space and of symbols, escapes, and all that is not ASCII.
/// </summary>
public static class PromptCeiling
{
    private const int DepthMax = 64;
    private const int CountedPercent = 150;

    /// <summary>Plain text has this many bytes a token at most, whatever the hub's tokenizer knows as one.</summary>
    private const int BytesPerTokenMax = 4;

    /// <summary>Of a unit of UTF-16, as an escape, in UTF-8.</summary>
    private const int BytesPerUnit = 3;

    private const int EscapedUnitBytes = 6;

    /// <param name="request">Well-formed JSON, an object.</param>
    /// <param name="isDataPictures">What stands where files stand is images.</param>
    /// <remarks>Work is bounded: above <see cref="TokenCounter.ExactCharsMax"/> every byte is a token.</remarks>
    public static long Of(ReadOnlySpan<byte> request, bool isDataPictures, TokenCounter counter)
    {
        var path = new Place[DepthMax + 2];
        var reader = new Utf8JsonReader(request, new JsonReaderOptions { MaxDepth = DepthMax });
        var left = TokenCounter.ExactCharsMax;
        long most = 0;
        while (reader.Read())
        {
            most++; // A brace, bracket, comma or colon, and whatever stands around a message.
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    path[reader.CurrentDepth + 1] = Place.InList;
                    break;
                case JsonTokenType.PropertyName:
                    path[reader.CurrentDepth] = PlaceOf(ref reader);
                    most += TextOf(reader.ValueSpan, counter, ref left);
                    break;
                case JsonTokenType.String when !IsPicture(path.AsSpan(1, reader.CurrentDepth), reader.ValueSpan, isDataPictures):
                    most += TextOf(reader.ValueSpan, counter, ref left);
                    break;
                case JsonTokenType.Number:
                    most += reader.ValueSpan.Length;
                    break;
                default:
                    break;
            }
        }

        return most;
    }

    private static long TextOf(ReadOnlySpan<byte> escaped, TokenCounter counter, ref int left)
    {
        if (escaped.Length > left)
        {
            left = 0;
            return escaped.Length;
        }

        left -= escaped.Length;
        var unlike = UnlikeOf(escaped);
        var chars = ArrayPool<char>.Shared.Rent(escaped.Length);
        try
        {
            var counted = counter.Count(chars.AsSpan(0, JsonScan.Unescape(escaped, chars)));
            return unlike + Math.Max((counted * CountedPercent + 99) / 100, escaped.Length / BytesPerTokenMax);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    /// <summary>Bytes of what vendors' tokenizers differ in.</summary>
    private static long UnlikeOf(ReadOnlySpan<byte> escaped)
    {
        long unlike = 0;
        byte before = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            var now = escaped[i];
            if (now == '\\')
            {
                var isUnit = i + 1 < escaped.Length && escaped[i + 1] == 'u';
                unlike += isUnit ? BytesPerUnit : 1;
                i += isUnit ? EscapedUnitBytes - 1 : 1;
            }
            else
            {
                unlike += IsPlain(before, now) ? 0 : 1;
            }

            before = now;
        }

        return unlike;
    }

    /// <summary>A letter, a space that follows none, a symbol after a word or before one.</summary>
    private static bool IsPlain(byte before, byte now) =>
        char.IsAsciiLetter((char)now)
        || (now == ' ' ? before != ' '
            : now < 0x80 && !char.IsAsciiDigit((char)now) && (before is 0 or (byte)' ' || char.IsAsciiLetter((char)before)));

    /// <summary>A picture stands where its API has pictures: in a tool or its arguments the same names are text.</summary>
    private static bool IsPicture(ReadOnlySpan<Place> path, ReadOnlySpan<byte> value, bool isDataPictures)
    {
        var at = 0;
        if (!Next(path, ref at, Place.Said))
        {
            return false;
        }

        _ = Next(path, ref at, Place.Said); // AIGNE's messages stand in its input.
        var parts = 0;
        while (Next(path, ref at, Place.Parts))
        {
            parts++;
        }

        var isAddress = value.StartsWith("data:image/"u8) || value.StartsWith("data:image\\/"u8);
        return parts > 0 && (Next(path, ref at, Place.ImageUrl)
            ? isAddress && (Ends(path, at) || (Next(path, ref at, Place.Url) && Ends(path, at)))
            : Next(path, ref at, Place.Url) ? isAddress && Ends(path, at)
            : isDataPictures && IsData(path, at));
    }

    /// <summary>Data in a source, or, as AIGNE has it, beside the type.</summary>
    private static bool IsData(ReadOnlySpan<Place> path, int at)
    {
        _ = Next(path, ref at, Place.Source);
        return Next(path, ref at, Place.Data) && Ends(path, at);
    }

    private static bool Ends(ReadOnlySpan<Place> path, int at) => at == path.Length;

    /// <summary>Whether the next member is this one; then it is behind.</summary>
    private static bool Next(ReadOnlySpan<Place> path, ref int at, Place place)
    {
        var next = at;
        while (next < path.Length && path[next] == Place.InList)
        {
            next++;
        }

        if (next == path.Length || path[next] != place)
        {
            return false;
        }

        at = next + 1;
        return true;
    }

    private static Place PlaceOf(ref Utf8JsonReader reader) =>
        Is(ref reader, "messages"u8, "input"u8, "contents"u8) || JsonScan.TextIs(ref reader, "requests"u8) ? Place.Said
        : Is(ref reader, "content"u8, "parts"u8, "output"u8) ? Place.Parts
        : JsonScan.TextIs(ref reader, "image_url"u8) ? Place.ImageUrl
        : JsonScan.TextIs(ref reader, "url"u8) ? Place.Url
        : Is(ref reader, "source"u8, "inlineData"u8, "inline_data"u8) ? Place.Source
        : JsonScan.TextIs(ref reader, "data"u8) ? Place.Data
        : Place.Other;

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> one, ReadOnlySpan<byte> two, ReadOnlySpan<byte> three) =>
        JsonScan.TextIs(ref reader, one) || JsonScan.TextIs(ref reader, two) || JsonScan.TextIs(ref reader, three);

    /// <summary>What the name of a member says of its value.</summary>
    private enum Place
    {
        Other,

        /// <summary>An element of a list, which has no name.</summary>
        InList,

        /// <summary>What is said so far.</summary>
        Said,

        /// <summary>Of a message, or of what a tool has found.</summary>
        Parts,
        ImageUrl,
        Url,
        Source,
        Data,
    }
}
