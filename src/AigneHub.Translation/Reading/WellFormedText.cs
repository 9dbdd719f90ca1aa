using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AigneHub.Core;

namespace AigneHub.Translation.Reading;

/// <summary>
/// Well-formed JSON may hold text that is none: half a surrogate pair as an escape, bytes that are not UTF-8. The base class
/// library throws when such a string is read, so documents are looked over once before.
/// </summary>
internal static class WellFormedText
{
    /// <summary>Bytes of an escape like <c>\ud83d</c>.</summary>
    public const int EscapeLength = 6;

    /// <summary>Why a request can't be read; null when all of its text is some.</summary>
    /// <param name="member">Where most of the body's text is, in the caller's API.</param>
    public static HubError? Refuse(JsonElement body, string member) => IsIn(body)
        ? null
        : new HubError(
            400, "invalid_request", Blame.Caller,
            "A string holds text that is no Unicode, e.g. half a surrogate pair: send whole characters.", member);

    public static bool IsIn(JsonElement element)
    {
        var json = JsonMarshal.GetRawUtf8Value(element);
        return Utf8.IsValid(json) && FindHalf(json, 0) < 0;
    }

    /// <summary>The same JSON with what is no text as U+FFFD; the same bytes when there is none.</summary>
    public static ReadOnlySpan<byte> Mend(ReadOnlySpan<byte> json)
    {
        var at = Utf8.IsValid(json) ? FindHalf(json, 0) : 0;
        if (at < 0 || json.IsEmpty)
        {
            return json;
        }

        var mended = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        for (at = FindHalf(mended, 0); at >= 0; at = FindHalf(mended, at + EscapeLength))
        {
            "\\ufffd"u8.CopyTo(mended.AsSpan(at));
        }

        return mended;
    }

    /// <summary>Where the next escape of half a pair begins; -1 when there is none.</summary>
    public static int FindHalf(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length)
        {
            var found = json[at..].IndexOf((byte)'\\');
            if (found < 0)
            {
                return -1;
            }

            at += found;
            var unit = UnitAt(json, at);
            if (unit is < 0xd800 or > 0xdfff)
            {
                // The character after a backslash is skipped with it: it may be a backslash itself.
                at += 2;
            }
            else if (unit < 0xdc00 && UnitAt(json, at + EscapeLength) is >= 0xdc00 and <= 0xdfff)
            {
                at += 2 * EscapeLength;
            }
            else
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The UTF-16 unit of the escape that begins there; 0 when none does.</summary>
    public static int UnitAt(ReadOnlySpan<byte> json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? unit
            : 0;
}
