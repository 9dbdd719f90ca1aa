namespace AigneHub.Gateway.Idempotency;

/// <summary>A response's body that is recorded; what is written after the client has left is recorded only.</summary>
internal sealed class RecordingStream(RecordedCall call, Stream client, CancellationToken left) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        call.Add(buffer.Span);
        await TryAsync(() => client.WriteAsync(buffer, left));
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken) =>
        await TryAsync(() => new ValueTask(client.FlushAsync(left)));

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask TryAsync(Func<ValueTask> write)
    {
        try
        {
            await write();
        }
#pragma warning disable CA1031 // Whatever a connection without a client says.
        catch (Exception) when (left.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // It is recorded.
        }
    }
}
