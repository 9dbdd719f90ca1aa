using System.Buffers;
using AigneHub.Gateway.Attempts;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Upstream;
using AigneHub.Wire.Sse;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// Hands a stream on as it comes: the vendor's bytes, event by event, flushed whenever no more have arrived. Nothing goes
/// to the client before the first event is known to be part of an answer, so that a stream that begins with an error can
/// still be tried elsewhere. In silence a comment keeps the connection alive.
/// </summary>
internal sealed class StreamRelay(GatewayOptions options, UpstreamOptions upstreamOptions, TimeProvider time)
{
    private const int BufferBytes = 16 * 1024;
    private static readonly TimeSpan EndAfterDone = TimeSpan.FromSeconds(1);
    private readonly TimeSpan _silence = TimeSpan.FromSeconds(options.KeepAliveSeconds);

    /// <param name="tap">Learns the usage and the delivered text.</param>
    /// <param name="dropUsage">The client had not asked for the usage chunk.</param>
    /// <param name="stop">Ends the reading: the call's time is up, or nobody waits for the answer or its usage any more.</param>
    public async Task<RelayResult> RunAsync(
        Exchange exchange, UpstreamResponse answer, ChatStreamTap tap, bool dropUsage, CancellationToken stop)
    {
        var client = new StreamedResponse(exchange, answer);
        using var splitter = new SseEventSplitter(upstreamOptions.EventBytesMax);
        await using var source = new Source(answer.Body, time);
        while (true)
        {
            if (await source.NextAsync(_silence, stop) is not { } read)
            {
                await client.KeepAliveAsync();
                continue;
            }

            if (read.Failed)
            {
                return client.IsGone ? new RelayResult(RelayEnd.ClientGone) : Broken(client, exchange, read.Failure, read.Cause);
            }

            splitter.Feed(source.Chunk(read));
            while (splitter.TryNext(out var sseEvent))
            {
                if (Pass(client, tap, sseEvent.Span, dropUsage) is { } end)
                {
                    await client.FlushAsync();
                    return end;
                }
            }

            if (splitter.TooLong)
            {
                return Broken(client, exchange, UpstreamFailureKind.TooLarge);
            }

            if (read.Ended)
            {
                if (!splitter.Rest.IsEmpty && Pass(client, tap, splitter.Rest.Span, dropUsage) is { } end)
                {
                    await client.FlushAsync();
                    return end;
                }

                await client.FlushAsync();
                return tap.SawDone || tap.SawFinish ? client.Delivered() : Broken(client, exchange, UpstreamFailureKind.ConnectionReset);
            }

            await client.FlushAsync();
            if (tap.SawDone)
            {
                // The client has all of it; reading to the end lets the connection be used again.
                await source.NextAsync(EndAfterDone, stop);
                return client.Delivered();
            }
        }
    }

    /// <summary>Null to go on.</summary>
    private static RelayResult? Pass(StreamedResponse client, ChatStreamTap tap, ReadOnlySpan<byte> sseEvent, bool dropUsage)
    {
        switch (tap.Read(sseEvent))
        {
            case ChatEventKind.Error when !client.HasStarted:
                return new RelayResult(RelayEnd.FailedBefore, UpstreamErrors.FirstEventIsError());
            case ChatEventKind.Error:
                client.Write(sseEvent);
                return new RelayResult(RelayEnd.FailedMidway, UpstreamErrors.Midway(UpstreamFailureKind.None), ErrorSent: true);
            case ChatEventKind.Usage when dropUsage:
            case ChatEventKind.Comment when !client.HasStarted:
                return null;
            default:
                client.Write(sseEvent);
                return null;
        }
    }

    private static RelayResult Broken(
        StreamedResponse client, Exchange exchange, UpstreamFailureKind failure, Exception? cause = null) => client.HasStarted
        ? new RelayResult(RelayEnd.FailedMidway, UpstreamErrors.Midway(failure), Cause: cause)
        : new RelayResult(RelayEnd.FailedBefore, UpstreamErrors.Of(failure, exchange.Target.Provider), Cause: cause);

    /// <summary>The upstream's bytes; a read stays pending over silences.</summary>
    private sealed class Source(UpstreamBody body, TimeProvider time) : IAsyncDisposable
    {
        private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        private Task<UpstreamRead>? _pending;

        public ReadOnlyMemory<byte> Chunk(UpstreamRead read) => _buffer.AsMemory(0, read.Bytes);

        /// <summary>Null when nothing came for the time of <paramref name="silence"/>; the read goes on.</summary>
        public async ValueTask<UpstreamRead?> NextAsync(TimeSpan silence, CancellationToken stop)
        {
            if (_pending is null)
            {
                var read = body.ReadAsync(_buffer, stop);
                if (read.IsCompletedSuccessfully)
                {
                    return read.Result;
                }

                _pending = read.AsTask();
            }

            try
            {
                var result = await _pending.WaitAsync(silence, time, CancellationToken.None);
                _pending = null;
                return result;
            }
            catch (TimeoutException)
            {
                return null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            body.Dispose();
            if (_pending is not null)
            {
                // The buffer is the read's until it has ended, which the disposal brings about.
                await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    /// <summary>The client's side of a stream; writing to a client that has gone does nothing.</summary>
    private sealed class StreamedResponse(Exchange exchange, UpstreamResponse answer)
    {
        private readonly HttpResponse _response = exchange.Http.Response;
        private readonly CancellationToken _gone = exchange.Http.RequestAborted;
        private bool _unflushed;

        public bool HasStarted { get; private set; }

        public bool IsGone => _gone.IsCancellationRequested;

        public RelayResult Delivered() => new(IsGone ? RelayEnd.ClientGone : RelayEnd.Delivered);

        public void Write(ReadOnlySpan<byte> bytes)
        {
            if (IsGone)
            {
                return;
            }

            Start();
            _response.BodyWriter.Write(bytes);
            _unflushed = true;
        }

        public async ValueTask FlushAsync()
        {
            if (!_unflushed || IsGone)
            {
                return;
            }

            _unflushed = false;
            try
            {
                await _response.BodyWriter.FlushAsync(_gone);
                exchange.MarkFirstByte();
            }
            catch (OperationCanceledException) when (IsGone)
            {
                // Seen by IsGone.
            }
        }

        public ValueTask KeepAliveAsync()
        {
            Write(SseText.KeepAlive);
            return FlushAsync();
        }

        private void Start()
        {
            if (HasStarted)
            {
                return;
            }

            HasStarted = true;
            _response.StatusCode = StatusCodes.Status200OK;
            _response.ContentType = "text/event-stream; charset=utf-8";
            _response.Headers.CacheControl = "no-cache";
            _response.Headers["X-Accel-Buffering"] = "no";
            AnswerHeaders.Apply(_response, answer);
            exchange.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        }
    }
}
