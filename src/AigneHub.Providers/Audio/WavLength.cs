using System.Buffers.Binary;

namespace AigneHub.Providers.Audio;

/// <summary>RIFF WAVE: https://learn.microsoft.com/windows/win32/xaudio2/resource-interchange-file-format--riff-</summary>
internal static class WavLength
{
    private const int ChunksMax = 10_000;

    /// <summary>What is really there counts, not what the header says: writers to a pipe don't know the length.</summary>
    public static long? Of(FileWindow file)
    {
        long bytesPerSecond = 0;
        long at = 12;
        for (var chunk = 0; chunk < ChunksMax && file.At(at, 8) is { IsEmpty: false } head; chunk++)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (head[..4].SequenceEqual("data"u8))
            {
                var there = file.Length - at - 8;
                return bytesPerSecond > 0 ? (size is 0 ? there : Math.Min(size, there)) * 1000 / bytesPerSecond : null;
            }

            if (head[..4].SequenceEqual("fmt "u8) && file.At(at + 16, 4) is { IsEmpty: false } rate)
            {
                bytesPerSecond = BinaryPrimitives.ReadUInt32LittleEndian(rate);
            }

            at += 8 + size + (size & 1);
        }

        return null;
    }

    /// <summary>Bytes of sound a second, from the file's beginning; null when it doesn't tell.</summary>
    public static long? BytesPerSecondOf(ReadOnlySpan<byte> head) =>
        head.Length >= 32 && head[..4].SequenceEqual("RIFF"u8) && head[12..16].SequenceEqual("fmt "u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(head[28..]) is > 0 and var rate
            ? rate
            : null;
}
