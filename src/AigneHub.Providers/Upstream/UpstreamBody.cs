using System.Buffers;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// An answer's body, read with a limit on silence that starts anew with every read. Failures of the vendor's side are
/// results. Not thread-safe.
/// </summary>
public sealed class UpstreamBody : IDisposable
{
    private const int FirstBufferBytes = 16 * 1024;

    private readonly Stream _stream;
    private readonly TimeSpan _idle;
    private readonly CancellationTokenSource _stop;

    // A read that is still pending owns the source: its limit may fire at any moment.
    private volatile bool _waiting;

    /// <param name="stop">Ends reads; disposed here. From now on nothing but silence cancels it, and whoever reads.</param>
    internal UpstreamBody(Stream stream, TimeSpan idle, CancellationTokenSource stop)
    {
        _stream = stream;
        _idle = idle;
        _stop = stop;
        _stop.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Reads what is there, or waits for it. A read that was cancelled ends the whole answer: who wants to read on after
    /// the client has gone (drain) passes a token that does not follow the client.
    /// </summary>
    public ValueTask<UpstreamRead> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // Where every byte is there already no read ever waits, and only this ends an endless answer.
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromResult(new UpstreamRead(0, UpstreamFailureKind.Cancelled));
        }

        ValueTask<int> read;
        try
        {
            read = _stream.ReadAsync(buffer, _stop.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return ValueTask.FromResult(FailureOf(e, cancellationToken));
        }

        return read.IsCompletedSuccessfully
            ? ValueTask.FromResult(new UpstreamRead(read.Result))
            : WaitAsync(read, cancellationToken);
    }

    /// <summary>Reads the body to its end. The memory is valid until the result is disposed.</summary>
    /// <param name="bytesMax">A longer body is <see cref="UpstreamFailureKind.TooLarge"/>.</param>
    public async ValueTask<UpstreamContent> ReadAllAsync(int bytesMax, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        var length = 0;
        while (true)
        {
            var read = await ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read.Bytes;
            if (read.Failed || read.Ended || length > bytesMax)
            {
                var failure = length > bytesMax ? UpstreamFailureKind.TooLarge : read.Failure;
                return new UpstreamContent(buffer, length, failure, read.Cause);
            }

            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_waiting)
        {
            _stop.Dispose();
        }
    }

    private async ValueTask<UpstreamRead> WaitAsync(ValueTask<int> read, CancellationToken cancellationToken)
    {
        using var caller = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        _waiting = true;
        _stop.CancelAfter(_idle);
        try
        {
            return new UpstreamRead(await read);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return FailureOf(e, cancellationToken);
        }
        finally
        {
            _stop.CancelAfter(Timeout.InfiniteTimeSpan);
            _waiting = false;
        }
    }

    // Our own token is cancelled by the caller or by silence; any other fault is the connection's.
    private UpstreamRead FailureOf(Exception exception, CancellationToken cancellationToken)
    {
        var kind = cancellationToken.IsCancellationRequested ? UpstreamFailureKind.Cancelled
            : _stop.IsCancellationRequested ? UpstreamFailureKind.IdleTimeout
            : exception is BrokenAnswerException broken ? broken.Kind
            : UpstreamFailureKind.ConnectionReset;
        return new UpstreamRead(0, kind, exception);
    }
}
