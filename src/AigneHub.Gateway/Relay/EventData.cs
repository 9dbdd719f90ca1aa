using System.Buffers;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Relay;

/// <summary>Takes the data out of server-sent events. For one stream.</summary>
internal sealed class EventData
{
    private readonly ArrayBufferWriter<byte> _data = new(1024);

    /// <summary>The event's data, its lines joined, until the next call; what is empty has none.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> sseEvent)
    {
        _data.ResetWrittenCount();
        var fields = new SseFieldReader(sseEvent);
        while (fields.TryRead(out var name, out var value))
        {
            if (name.SequenceEqual("data"u8))
            {
                if (_data.WrittenCount > 0)
                {
                    _data.Write("\n"u8);
                }

                _data.Write(value);
            }
        }

        return _data.WrittenSpan;
    }
}
