using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// A piece of a request's body: bytes in memory, or a stretch of a file, as it is or in Base64 (for a file within a JSON
/// document). A file is read anew each time it is sent, and never held in memory.
/// </summary>
public readonly struct PayloadPiece
{
    /// <summary>A multiple of three, so that every buffer but the last is Base64 without padding.</summary>
    private const int BufferBytes = 48 * 1024;

    private readonly SafeFileHandle? _file;
    private readonly long _offset;
    private readonly long _bytes;
    private readonly bool _base64;

    private PayloadPiece(ReadOnlyMemory<byte> memory)
    {
        Memory = memory;
        _bytes = memory.Length;
    }

    private PayloadPiece(SafeFileHandle? file, ReadOnlyMemory<byte> memory, long offset, long bytes, bool base64)
    {
        Memory = memory;
        _file = file;
        _offset = offset;
        _bytes = bytes;
        _base64 = base64;
    }

    /// <summary>The bytes; empty where they are in a file.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>All of the piece is <see cref="Memory"/>.</summary>
    public bool IsMemory => _file is null && !_base64;

    /// <summary>In bytes, as it is sent.</summary>
    public long Length => _base64 ? (_bytes + 2) / 3 * 4 : _bytes;

    public static implicit operator PayloadPiece(ReadOnlyMemory<byte> memory) => FromReadOnlyMemory(memory);

    public static PayloadPiece FromReadOnlyMemory(ReadOnlyMemory<byte> memory) => new(memory);

    /// <param name="file">Open for asynchronous reading until the call has ended.</param>
    public static PayloadPiece OfFile(SafeFileHandle file, long offset, long bytes) =>
        new(file, default, offset, bytes, base64: false);

    /// <summary>The same bytes in Base64 (RFC 4648, section 4), without line breaks.</summary>
    public PayloadPiece InBase64() => new(_file, Memory, _offset, _bytes, base64: true);

    /// <summary>
    /// Reads what stands at <paramref name="offset"/>, not in Base64; fewer bytes than asked for where the piece ends.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public int Read(long offset, Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Clamp(_bytes - offset, 0, buffer.Length)];
        if (_file is null)
        {
            Memory.Span.Slice((int)Math.Min(offset, _bytes), buffer.Length).CopyTo(buffer);
            return buffer.Length;
        }

        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(_file, buffer[length..], _offset + offset + length) is > 0 and var read)
        {
            length += read;
        }

        return length;
    }

    /// <summary>Adds the bytes, not in Base64, to what is hashed.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void AppendTo(IncrementalHash hash)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        for (var (at, read) = (0L, 0); (read = Read(at, buffer)) > 0; at += read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <exception cref="EndOfStreamException">The file is shorter than it was.</exception>
    internal async ValueTask WriteToAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (IsMemory)
        {
            await stream.WriteAsync(Memory, cancellationToken);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var encoded = _base64 ? ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(BufferBytes)) : [];
        try
        {
            for (long at = 0; at < _bytes;)
            {
                var count = (int)Math.Min(BufferBytes, _bytes - at);
                await FillAsync(buffer.AsMemory(0, count), at, cancellationToken);
                at += count;
                if (_base64)
                {
                    Base64.EncodeToUtf8(buffer.AsSpan(0, count), encoded, out _, out var written);
                    await stream.WriteAsync(encoded.AsMemory(0, written), cancellationToken);
                }
                else
                {
                    await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (_base64)
            {
                ArrayPool<byte>.Shared.Return(encoded);
            }
        }
    }

    private async ValueTask FillAsync(Memory<byte> buffer, long at, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            Memory.Slice((int)at, buffer.Length).CopyTo(buffer);
            return;
        }

        while (!buffer.IsEmpty)
        {
            var read = await RandomAccess.ReadAsync(_file, buffer, _offset + at, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException("A spooled file is shorter than it was.");
            }

            at += read;
            buffer = buffer[read..];
        }
    }
}
