using System.Buffers;

namespace AigneHub.Wire.Sse;

/// <summary>
/// Cuts a server-sent event stream into whole events, whatever the chunks it arrives in. An event is everything up to and
/// including the blank line that ends it, so that the events and <see cref="Rest"/>, put together, are the bytes that went
/// in: fit for passing through untouched. Lines end with LF, CRLF or CR, mixed as they may be
/// (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream"/>); a byte-order
/// mark stays at the head of the first event. An event that lies wholly in one chunk is not copied.
/// </summary>
/// <remarks>
/// Use: <see cref="Feed"/> a chunk, then <see cref="TryNext"/> until it is false; not thread-safe. A CR at the very end of
/// a chunk is held back until the next byte shows whether an LF belongs to it, so a stream with bare CRs as line ends is
/// one event late; no vendor sends such a stream.
/// </remarks>
/// <param name="eventBytesMax">Bytes of the longest event that is taken.</param>
public sealed class SseEventSplitter(int eventBytesMax) : IDisposable
{
    private const int FirstCarryBytes = 4096;

    private byte[]? _carry;
    private int _carried;
    private ReadOnlyMemory<byte> _chunk;

    // Bytes of the current chunk that have been looked at, and where the event that is not yet whole begins in it.
    private int _scanned;
    private int _eventStart;
    private bool _lineEmpty = true;

    // A CR was the last byte seen: an LF that follows belongs to the same line end.
    private bool _afterCarriageReturn;
    private bool _blankPending;
    private bool _carryHandedOut;

    /// <summary>An event is longer than the limit: no more events come, the stream must be given up.</summary>
    public bool TooLong { get; private set; }

    /// <summary>The bytes of the event that is not whole yet; of interest when the stream has ended.</summary>
    public ReadOnlyMemory<byte> Rest
    {
        get
        {
            if (_carryHandedOut || _carried == 0)
            {
                return _chunk[_eventStart..];
            }

            Carry(_chunk[_eventStart..]);
            _eventStart = _chunk.Length;
            return _carry.AsMemory(0, _carried);
        }
    }

    /// <summary>Takes the next chunk; the memory must stay untouched until <see cref="TryNext"/> has returned false.</summary>
    /// <exception cref="InvalidOperationException">The chunk before has not been read to its end.</exception>
    public void Feed(ReadOnlyMemory<byte> chunk)
    {
        if (_scanned < _chunk.Length && !TooLong)
        {
            throw new InvalidOperationException("The chunk before still has events.");
        }

        ForgetHandedOut();
        _chunk = chunk;
        _scanned = 0;
        _eventStart = 0;
    }

    /// <summary>
    /// The next whole event with its blank line. Its memory is valid until the next call of any method.
    /// False: feed the next chunk (or see <see cref="TooLong"/>).
    /// </summary>
    public bool TryNext(out ReadOnlyMemory<byte> sseEvent)
    {
        ForgetHandedOut();
        sseEvent = default;
        if (TooLong || !ScanToEventEnd(_chunk.Span))
        {
            TooLong = TooLong || _carried + _chunk.Length - _eventStart > eventBytesMax;
            if (!TooLong)
            {
                Carry(_chunk[_eventStart..]);
                _eventStart = _chunk.Length;
            }

            return false;
        }

        var piece = _chunk[_eventStart.._scanned];
        if (_carried + piece.Length > eventBytesMax)
        {
            TooLong = true;
            return false;
        }

        _eventStart = _scanned;
        if (_carried == 0)
        {
            sseEvent = piece;
            return true;
        }

        Carry(piece);
        sseEvent = _carry.AsMemory(0, _carried);
        _carryHandedOut = true;
        return true;
    }

    public void Dispose()
    {
        if (_carry is { } carry)
        {
            _carry = null;
            _carried = 0;
            ArrayPool<byte>.Shared.Return(carry);
        }
    }

    private bool ScanToEventEnd(ReadOnlySpan<byte> chunk)
    {
        while (_scanned < chunk.Length)
        {
            if (_afterCarriageReturn)
            {
                _afterCarriageReturn = false;
                if (chunk[_scanned] == '\n')
                {
                    _scanned++;
                }

                if (_blankPending)
                {
                    _blankPending = false;
                    return true;
                }

                continue;
            }

            var ahead = chunk[_scanned..];
            var lineEnd = ahead.IndexOfAny((byte)'\n', (byte)'\r');
            if (lineEnd < 0)
            {
                _lineEmpty = false;
                _scanned = chunk.Length;
                return false;
            }

            var blank = _lineEmpty && lineEnd == 0;
            _lineEmpty = true;
            _scanned += lineEnd + 1;
            if (ahead[lineEnd] == '\r')
            {
                _afterCarriageReturn = true;
                _blankPending = blank;
            }
            else if (blank)
            {
                return true;
            }
        }

        return false;
    }

    private void ForgetHandedOut()
    {
        if (_carryHandedOut)
        {
            _carryHandedOut = false;
            _carried = 0;
        }
    }

    private void Carry(ReadOnlyMemory<byte> piece)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        var needed = _carried + piece.Length;
        if (_carry is null || _carry.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(FirstCarryBytes, 2 * _carried)));
            _carry.AsSpan(0, _carried).CopyTo(larger);
            if (_carry is { } old)
            {
                ArrayPool<byte>.Shared.Return(old);
            }

            _carry = larger;
        }

        piece.CopyTo(_carry.AsMemory(_carried));
        _carried = needed;
    }
}
