using System.Buffers;
using AigneHub.Providers.Upstream;

namespace AigneHub.Providers.Audio;

/// <summary>Looks at stretches of a file through one buffer, so that stepping through it is cheap. Not thread-safe.</summary>
internal sealed class FileWindow(PayloadPiece file) : IDisposable
{
    /// <summary>Longest stretch that can be looked at.</summary>
    public const int BytesMax = 128 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BytesMax);
    private long _start;
    private int _length;

    public long Length { get; } = file.Length;

    /// <summary>Empty when the file does not hold all of it.</summary>
    public ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset < 0 || offset > Length - count)
        {
            return [];
        }

        if (offset < _start || offset + count > _start + _length)
        {
            _start = offset;
            _length = file.Read(offset, _buffer.AsSpan(0, BytesMax));
        }

        return offset + count <= _start + _length ? _buffer.AsSpan((int)(offset - _start), count) : [];
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
