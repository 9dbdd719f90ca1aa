using System.Buffers;
using AigneHub.Gateway.Responses;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// Hands a stream on as it comes: the vendor's bytes, event by event, flushed whenever no more have arrived. Nothing goes
/// to the client before the first event is known to be part of an answer, so that a stream that begins with an error can
/// still be tried elsewhere. In silence a comment keeps the connection alive.
/// </summary>
internal sealed class StreamRelay(
    ResponseKeeper keeper, GatewayOptions options, UpstreamOptions upstreamOptions, TimeProvider time)
{
    private const int BufferBytes = 16 * 1024;
    private static readonly TimeSpan EndAfterDone = TimeSpan.FromSeconds(1);
    private readonly TimeSpan _silence = TimeSpan.FromSeconds(options.KeepAliveSeconds);

    /// <param name="tap">Learns the usage and the delivered text.</param>
    /// <param name="passer">Has the answer's form for the client.</param>
    /// <param name="stop">Ends the reading: the call's time is up, or nobody waits for the answer or its usage any more.</param>
    public async Task<RelayResult> RunAsync(
        Exchange exchange, UpstreamResponse answer, IStreamTap tap, IStreamPasser passer, CancellationToken stop)
    {
        using var client = new StreamedResponse(exchange, answer, time);
        using var splitter = new SseEventSplitter(
            exchange.Front.Shape.ReturnsImages ? upstreamOptions.ImageEventBytesMax : upstreamOptions.EventBytesMax);
        await using var source = new Source(answer.Body, time);
        Task? kept = null;
        while (true)
        {
            if (await source.NextAsync(_silence, stop) is not { } read)
            {
                await client.KeepAliveAsync();
                continue;
            }

            RelayResult? failed = null;
            if (read.Bytes > 0)
            {
                splitter.Feed(source.Chunk(read));
                while (failed is null && !tap.SawDone && splitter.TryNext(out var sseEvent))
                {
                    failed = Pass(client, tap, sseEvent.Span, passer);
                }

                failed ??= splitter.TooLong ? client.Broken(UpstreamFailureKind.TooLarge) : null;
            }
            else if (tap.IsWholeEvent(splitter.Rest.Span))
            {
                failed = Pass(client, tap, splitter.Rest.Span, passer);
                passer.EndEvent(client);
            }

            if (tap.AnswerId is { } id)
            {
                kept ??= keeper.KeepAsync(exchange, id);
            }

            if (kept is not null && (read.Bytes == 0 || tap.SawDone || failed is not null))
            {
                await kept;
            }

            var whole = tap.SawDone || (read.Bytes == 0 && tap.SawFinish && exchange.Head.Choices == 1);
            if (whole && failed is null && passer.End(client) is { } said)
            {
                failed = client.Broken(UpstreamFailureKind.None, said: said);
            }

            await client.FlushAsync();
            if (failed is { } failure)
            {
                return failure;
            }

            if (read.Bytes == 0)
            {
                // What has its finish reason is a whole answer, whatever then becomes of the connection.
                return client.IsGone || whole
                    ? await client.DeliveredAsync()
                    : client.Broken(read.Ended ? UpstreamFailureKind.ConnectionReset : read.Failure, read.Cause);
            }

            if (tap.SawDone)
            {
                // The client has all of it; reading to the end lets the connection be used again.
                await source.NextAsync(EndAfterDone, stop);
                return await client.DeliveredAsync();
            }

            if (client.SilentFor >= _silence)
            {
                // The upstream sends comments, or an event in tiny pieces: nothing that the client gets to see.
                await client.KeepAliveAsync();
            }
        }
    }

    /// <summary>Null to go on.</summary>
    private static RelayResult? Pass(StreamedResponse client, IStreamTap tap, ReadOnlySpan<byte> sseEvent, IStreamPasser passer)
    {
        var kind = tap.Read(sseEvent);
        switch (kind)
        {
            case StreamEventKind.Error:
                // Not passed on: it is in the vendor's format and may tell of the hub's own account.
                return client.Broken(UpstreamFailureKind.None, said: tap.Error);
            case StreamEventKind.Malformed:
            case StreamEventKind.Done when !tap.SawContent && !passer.IsHolding(client):
                return client.Broken(UpstreamFailureKind.InvalidResponse);
            default:
                passer.Pass(client, kind, sseEvent);
                return passer.IsTooLarge ? client.Broken(UpstreamFailureKind.TooLarge) : null;
        }
    }

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
}
