using System.Buffers;
using System.Text.Unicode;

namespace AigneHub.Translation.Reading;

/// <summary>
/// Joins what vendors split: a character's first half (<c>\ud83d</c>) ends a string of one event, its second (<c>\ude00</c>)
/// begins one of the next. The first half waits for the second. Not thread-safe.
/// </summary>
internal sealed class SplitPairs
{
    private readonly byte[] _half = new byte[WellFormedText.EscapeLength];
    private bool _isWaiting;

    /// <summary>The event with whole characters; other halves are mended (U+FFFD), and so is what is no UTF-8.</summary>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> data)
    {
        var at = WellFormedText.FindHalf(data, 0);
        if (at < 0)
        {
            return Utf8.IsValid(data) ? data : WellFormedText.Mend(data);
        }

        var joined = new ArrayBufferWriter<byte>(data.Length + _half.Length);
        var done = 0;
        for (; at >= 0; at = WellFormedText.FindHalf(data, done))
        {
            joined.Write(data[done..at]);
            done = at + WellFormedText.EscapeLength;
            var escape = data[at..done];
            var isSecond = WellFormedText.UnitAt(data, at) >= 0xdc00;
            if (!isSecond && done < data.Length && data[done] == '"')
            {
                escape.CopyTo(_half);
                _isWaiting = true;
            }
            else if (isSecond && _isWaiting && at > 1 && data[at - 1] == '"' && data[at - 2] != '\\')
            {
                joined.Write(_half);
                joined.Write(escape);
                _isWaiting = false;
            }
            else
            {
                joined.Write("\\ufffd"u8);
            }
        }

        joined.Write(data[done..]);
        return WellFormedText.Mend(joined.WrittenSpan);
    }
}
