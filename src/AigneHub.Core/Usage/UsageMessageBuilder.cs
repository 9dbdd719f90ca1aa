using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AigneHub.Core.Usage;

/// <summary>What became of an event offered to a message.</summary>
internal enum AddResult
{
    Added,

    /// <summary>No room: the event belongs into the next message.</summary>
    Full,

    /// <summary>The event fits no message or can't be written: it is lost.</summary>
    Unsendable,
}

/// <summary>Writes usage messages into buffers that it uses again; not thread-safe.</summary>
internal sealed class UsageMessageBuilder : IDisposable
{
    /// <summary>UTF-8 bytes of one event; a longer one loses its attempts.</summary>
    internal const int EventBytesMax = 16 * 1024;

    private const int FrameBytes = 12; // {"units":[ … ]}
    private const int UnitCloseBytes = 3; // ]} and the comma before the next unit
    private static readonly JsonWriterOptions Compact = new()
    {
        // The text goes into a queue and a table, never into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ArrayBufferWriter<byte> _message = new(UsageMessage.BytesMax);
    private readonly ArrayBufferWriter<byte> _scratch = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly List<OpenUnit> _units = [];
    private readonly Stack<OpenUnit> _spare = [];
    private Guid _messageId;
    private int _bytes;

    public UsageMessageBuilder() => _json = new Utf8JsonWriter(_scratch, Compact);

    public int EventCount { get; private set; }

    /// <summary>Starts an empty message; the bytes of the last one are gone.</summary>
    public void Start(Guid messageId)
    {
        foreach (var unit in _units)
        {
            unit.Buffer.ResetWrittenCount();
            _spare.Push(unit);
        }

        _units.Clear();
        _messageId = messageId;
        _bytes = FrameBytes;
        EventCount = 0;
    }

    public AddResult TryAdd(UsageEvent usage, PurseSet purses)
    {
        if (!TryWrite(usage))
        {
            return AddResult.Unsendable;
        }

        var hour = HubIds.TimeOf(usage.Id).ToUnixTimeSeconds() / 3600;
        var unit = Find(purses, hour);
        if (unit is not null)
        {
            if (_bytes + _scratch.WrittenCount + 1 > UsageMessage.BytesMax)
            {
                return AddResult.Full;
            }

            unit.Buffer.Write(","u8);
            Append(unit, 1);
            return AddResult.Added;
        }

        if (_units.Count == UnitId.UnitsPerMessageMax)
        {
            return AddResult.Full;
        }

        unit = _spare.Count > 0 ? _spare.Pop() : new OpenUnit();
        unit.Start(UnitId.OfMessage(_messageId, _units.Count), HubIds.HourOf(usage.Id), purses, hour);
        var header = unit.Buffer.WrittenCount + UnitCloseBytes;
        if (_bytes + header + _scratch.WrittenCount > UsageMessage.BytesMax)
        {
            unit.Buffer.ResetWrittenCount();
            _spare.Push(unit);
            return EventCount == 0 ? AddResult.Unsendable : AddResult.Full;
        }

        _units.Add(unit);
        Append(unit, header);
        return AddResult.Added;
    }

    /// <summary>The finished message; valid until <see cref="Start"/>.</summary>
    public ReadOnlyMemory<byte> Build()
    {
        _message.ResetWrittenCount();
        _message.Write("{\"units\":["u8);
        for (var i = 0; i < _units.Count; i++)
        {
            if (i > 0)
            {
                _message.Write(","u8);
            }

            _message.Write(_units[i].Buffer.WrittenSpan);
            _message.Write("]}"u8);
        }

        _message.Write("]}"u8);
        return _message.WrittenMemory;
    }

    public void Dispose() => _json.Dispose();

    private void Append(OpenUnit unit, int overhead)
    {
        unit.Buffer.Write(_scratch.WrittenSpan);
        unit.Events++;
        _bytes += overhead + _scratch.WrittenCount;
        EventCount++;
    }

    private OpenUnit? Find(PurseSet purses, long hour)
    {
        foreach (var unit in _units)
        {
            if (unit.Hour == hour && unit.Events < UsageMessage.UnitEventsMax && SamePurses(unit.Purses!, purses))
            {
                return unit;
            }
        }

        return null;
    }

    private bool TryWrite(UsageEvent usage)
    {
        try
        {
            Write(usage, withAttempts: true);
            if (_scratch.WrittenCount > EventBytesMax)
            {
                Write(usage, withAttempts: false);
            }

            return _scratch.WrittenCount <= EventBytesMax && usage.Id.Version == 7;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NullReferenceException)
        {
            // A malformed event must not stop those behind it.
            return false;
        }
    }

    private void Write(UsageEvent usage, bool withAttempts)
    {
        _scratch.ResetWrittenCount();
        _json.Reset();
        UsageEventJson.Write(_json, usage, withAttempts);
        _json.Flush();
    }

    private static bool SamePurses(PurseSet left, PurseSet right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (left[i] != right[i] || left.LeaseAt(i) != right.LeaseAt(i))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class OpenUnit
    {
        public ArrayBufferWriter<byte> Buffer { get; } = new(1024);
        public PurseSet? Purses { get; private set; }
        public long Hour { get; private set; }
        public int Events { get; set; }

        public void Start(string id, string hourText, PurseSet purses, long hour)
        {
            (Purses, Hour, Events) = (purses, hour, 0);
            UsageMessage.WriteUnitHeader(Buffer, id, hourText, purses);
        }
    }
}
