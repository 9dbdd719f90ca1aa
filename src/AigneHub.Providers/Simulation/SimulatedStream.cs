using System.Buffers;

namespace AigneHub.Providers.Simulation;

/// <summary>The event stream of a simulated answer, made while it is read: one event a read, with real pauses.</summary>
internal sealed class SimulatedStream(SimulatedAnswer answer, TimeProvider time) : Stream
{
    private const int FaultAfterPieces = 10;

    private readonly SimulatedChunks _chunks = new(answer);
    private readonly ArrayBufferWriter<byte> _event = new(512);
    private int _next;
    private int _taken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_taken < _event.WrittenCount)
        {
            return ValueTask.FromResult(Take(buffer));
        }

        var pause = PauseBefore(_next);
        return pause == TimeSpan.Zero
            ? ValueTask.FromResult(MakeNext(buffer))
            : WaitAsync(pause, buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<int> WaitAsync(TimeSpan pause, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, time, cancellationToken);
        return MakeNext(buffer);
    }

    private TimeSpan PauseBefore(int index)
    {
        if (index == FaultAfterPieces + 1 && answer.Request.Model.Behaviour == SimulatedBehaviour.HangMidStream)
        {
            return Timeout.InfiniteTimeSpan;
        }

        return index == 0 ? answer.Request.FirstTokenPause
            : index <= _chunks.Pieces ? answer.Request.TokenPause
            : TimeSpan.Zero;
    }

    private int MakeNext(Memory<byte> buffer)
    {
        if (_next == FaultAfterPieces + 1 && answer.Request.Model.Behaviour == SimulatedBehaviour.CutMidStream)
        {
            throw new IOException("The simulated connection was cut.");
        }

        _event.ResetWrittenCount();
        _taken = 0;
        return _chunks.TryWrite(_next++, _event) ? Take(buffer) : 0;
    }

    private int Take(Memory<byte> buffer)
    {
        var left = _event.WrittenMemory[_taken..];
        var taken = Math.Min(left.Length, buffer.Length);
        left[..taken].CopyTo(buffer);
        _taken += taken;
        return taken;
    }
}
