using System.Buffers;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Wire.Sse;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AigneHub.Gateway.Relay;

/// <summary>The client's side of a stream; writing to a client that has gone does nothing.</summary>
internal sealed class StreamedResponse(Exchange exchange, UpstreamResponse answer, TimeProvider time) : IDisposable
{
    /// <summary>More than this is no announcement any more, and is sent on.</summary>
    private const int HeldBytesMax = 64 * 1024;

    private readonly HttpResponse _response = exchange.Http.Response;
    private readonly CancellationToken _gone = exchange.Http.RequestAborted;
    private readonly StreamFraming _framing = exchange.Call.Framing;
    private long _lastSent = time.GetTimestamp();
    private bool _unflushed;
    private bool _hasContent;
    private byte[]? _held;
    private int _heldBytes;
    private bool _hasElement;

    public bool HasStarted { get; private set; }

    public bool IsHolding => _heldBytes > 0;

    public TimeSpan SilentFor => time.GetElapsedTime(_lastSent);

    public bool IsGone => _gone.IsCancellationRequested;

    /// <summary>Ends a whole answer.</summary>
    public async ValueTask<RelayResult> DeliveredAsync()
    {
        if (!HasStarted)
        {
            // Nothing but an announcement came, and the end: that is what the client gets.
            _hasContent = true;
            WriteBytes([]);
        }

        if (_framing == StreamFraming.JsonArray && !IsGone)
        {
            WriteBytes(_hasElement ? "]"u8 : "[]"u8);
        }

        await FlushAsync();
        return new RelayResult(IsGone ? RelayEnd.ClientGone : RelayEnd.Delivered);
    }

    public RelayResult Broken(UpstreamFailureKind failure, Exception? cause = null, VendorError? said = null) =>
        IsGone ? new RelayResult(RelayEnd.ClientGone)
            : new RelayResult(HasStarted ? RelayEnd.FailedMidway : RelayEnd.FailedBefore, failure, said, cause);

    /// <summary>Keeps an event until something else is written.</summary>
    public void HoldBack(ReadOnlySpan<byte> sseEvent)
    {
        if (_heldBytes + sseEvent.Length > HeldBytesMax)
        {
            Write(sseEvent);
            return;
        }

        _held ??= ArrayPool<byte>.Shared.Rent(HeldBytesMax);
        sseEvent.CopyTo(_held.AsSpan(_heldBytes));
        _heldBytes += sseEvent.Length;
    }

    /// <summary>The blank line that an event at the stream's end lacked, if the event was passed on.</summary>
    public void WriteEventEnd()
    {
        if (_unflushed && _framing == StreamFraming.ServerSentEvents)
        {
            WriteBytes(SseText.EventEnd);
        }
    }

    /// <summary>One whole event.</summary>
    public void Write(ReadOnlySpan<byte> sseEvent)
    {
        exchange.MarkContent();
        _hasContent = true;
        if (_framing == StreamFraming.ServerSentEvents)
        {
            WriteBytes(sseEvent);
            return;
        }

        var fields = new SseFieldReader(sseEvent);
        while (fields.TryRead(out var name, out var value))
        {
            if (name.SequenceEqual("data"u8) && !value.IsEmpty)
            {
                WriteBytes(_hasElement ? ",\r\n"u8 : "["u8);
                _hasElement = true;
                WriteBytes(value);
            }
        }
    }

    public async ValueTask FlushAsync()
    {
        if (!_unflushed || IsGone)
        {
            return;
        }

        _unflushed = false;
        _lastSent = time.GetTimestamp();
        try
        {
            await _response.BodyWriter.FlushAsync(_gone);
            if (_hasContent)
            {
                exchange.MarkFirstByte();
            }
        }
        catch (OperationCanceledException) when (IsGone)
        {
            // Seen by IsGone.
        }
    }

    /// <summary>A comment or, in an array, white space.</summary>
    public ValueTask KeepAliveAsync()
    {
        WriteBytes(_framing == StreamFraming.ServerSentEvents ? SseText.KeepAlive : "\n"u8);
        return FlushAsync();
    }

    public void Dispose()
    {
        if (_held is { } held)
        {
            _held = null;
            ArrayPool<byte>.Shared.Return(held);
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (IsGone)
        {
            return;
        }

        if (!HasStarted)
        {
            Start();
        }

        if (_heldBytes > 0)
        {
            var held = _heldBytes;
            _heldBytes = 0;
            _response.BodyWriter.Write(_held.AsSpan(0, held));
        }

        _response.BodyWriter.Write(bytes);
        _unflushed = true;
    }

    private void Start()
    {
        HasStarted = true;
        _response.StatusCode = StatusCodes.Status200OK;
        _response.ContentType = _framing == StreamFraming.ServerSentEvents ? "text/event-stream; charset=utf-8" : "application/json";
        _response.Headers.CacheControl = "no-cache";
        _response.Headers["X-Accel-Buffering"] = "no";
        AnswerHeaders.Apply(exchange, answer);
        exchange.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }
}
