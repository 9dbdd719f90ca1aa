using System.Buffers.Binary;

namespace AigneHub.Providers.Audio;

/// <summary>RIFF WAVE: https://learn.microsoft.com/windows/win32/xaudio2/resource-interchange-file-format--riff-</summary>
internal static class WavLength
{
    private const int ChunksMax = 10_000;

    private const int Pcm = 1;
    private const int Float = 3;
    private const int Extensible = 0xFFFE;

    /// <summary>
    /// What is really there counts, not what the header says: writers to a pipe don't know the length. Sound may stand in several
    /// chunks.
    /// </summary>
    public static long? Of(FileWindow file)
    {
        (long Rate, bool IsLossless)? format = null;
        long sound = 0;
        long at = 12;
        for (var chunk = 0; chunk < ChunksMax && file.At(at, 8) is { IsEmpty: false } head; chunk++)
        {
            long size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (head[..4].SequenceEqual("data"u8))
            {
                var there = file.Length - at - 8;
                size = size is 0 ? there : Math.Min(size, there);
                sound += size;
            }
            else if (head[..4].SequenceEqual("fmt "u8) && file.At(at + 8, 16) is { IsEmpty: false } fields)
            {
                format ??= FormatOf(fields);
            }

            at += 8 + size + (size & 1);
        }

        return format is not var (rate, isLossless) || rate == 0 ? null
            : isLossless ? AudioLength.OfLossless(sound * 1000 / rate, sound, rate)
            : AudioLength.OfCompressed(sound * 1000 / rate, sound);
    }

    /// <summary>The lowest of what the fields tell, each of which is left to the writer: bytes a second; 0 where none does.</summary>
    private static (long Rate, bool IsLossless) FormatOf(ReadOnlySpan<byte> fields)
    {
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(fields);
        long channels = BinaryPrimitives.ReadUInt16LittleEndian(fields[2..]);
        long samples = BinaryPrimitives.ReadUInt32LittleEndian(fields[4..]);
        long told = BinaryPrimitives.ReadUInt32LittleEndian(fields[8..]);
        long block = BinaryPrimitives.ReadUInt16LittleEndian(fields[12..]);
        long bits = BinaryPrimitives.ReadUInt16LittleEndian(fields[14..]);
        var isLossless = tag is Pcm or Float or Extensible;
        ReadOnlySpan<long> rates = isLossless ? [told, samples * block, samples * channels * ((bits + 7) / 8)] : [told];
        long lowest = 0;
        foreach (var rate in rates)
        {
            lowest = rate > 0 && (lowest == 0 || rate < lowest) ? rate : lowest;
        }

        return (lowest, isLossless);
    }

    /// <summary>Bytes of sound a second, from the file's beginning; null when it doesn't tell.</summary>
    public static long? BytesPerSecondOf(ReadOnlySpan<byte> head) =>
        head.Length >= 32 && head[..4].SequenceEqual("RIFF"u8) && head[12..16].SequenceEqual("fmt "u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(head[28..]) is > 0 and var rate
            ? rate
            : null;
}
