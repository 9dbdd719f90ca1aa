namespace AigneHub.Wire.Sse;

/// <summary>
/// Reads the fields of one whole server-sent event, in order, without copying
/// (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation"/>).
/// </summary>
public ref struct SseFieldReader
{
    private ReadOnlySpan<byte> _left;

    /// <param name="sseEvent">One event; a byte-order mark before it is skipped.</param>
    public SseFieldReader(ReadOnlySpan<byte> sseEvent)
    {
        _left = sseEvent.StartsWith("\uFEFF"u8) ? sseEvent[3..] : sseEvent;
    }

    /// <summary>The next field and its value without the space after the colon; comments and blank lines are left out.</summary>
    public bool TryRead(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!_left.IsEmpty)
        {
            var end = _left.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? _left : _left[..end];
            _left = end < 0 ? [] : _left[(end + 1)..];
            var colon = line.IndexOf((byte)':');
            if (line.IsEmpty || colon == 0)
            {
                continue;
            }

            name = colon < 0 ? line : line[..colon];
            value = colon < 0 ? [] : line[(colon + 1)..];
            if (!value.IsEmpty && value[0] == ' ')
            {
                value = value[1..];
            }

            return true;
        }

        name = value = default;
        return false;
    }
}
