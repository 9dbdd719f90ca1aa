using System.Buffers.Binary;

namespace AigneHub.Providers.Audio;

/// <summary>
/// Ogg (<see href="https://www.rfc-editor.org/rfc/rfc3533"/>) with Opus (<see href="https://www.rfc-editor.org/rfc/rfc7845"/>) or
/// Vorbis (<see href="https://xiph.org/vorbis/doc/Vorbis_I_spec.html"/>): the last page says how many samples there were.
/// </summary>
internal static class OggLength
{
    private const int PageHeaderBytes = 27;
    private const int OpusRate = 48_000;

    public static long? Of(FileWindow file)
    {
        var (rate, skipped) = FormatOf(file);
        if (rate == 0)
        {
            return null;
        }

        var length = (int)Math.Min(file.Length, FileWindow.BytesMax);
        var tail = file.At(file.Length - length, length);
        for (var at = tail.LastIndexOf("OggS"u8); at >= 0; at = tail[..at].LastIndexOf("OggS"u8))
        {
            // A page on which no packet ends has -1.
            if (tail.Length - at >= PageHeaderBytes && BinaryPrimitives.ReadInt64LittleEndian(tail[(at + 6)..]) is >= 0 and var samples)
            {
                return samples < long.MaxValue / 1000 ? Math.Max(samples - skipped, 0) * 1000 / rate : null;
            }
        }

        return null;
    }

    /// <summary>The rate is 0 where the content is something else.</summary>
    private static (long Rate, int Skipped) FormatOf(FileWindow file)
    {
        if (file.At(0, PageHeaderBytes) is not { IsEmpty: false } page)
        {
            return default;
        }

        var packet = file.At(PageHeaderBytes + page[26], 16);
        return packet.StartsWith("OpusHead"u8) ? (OpusRate, BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]))
            : packet.StartsWith("\u0001vorbis"u8) ? (BinaryPrimitives.ReadUInt32LittleEndian(packet[12..]), 0)
            : default;
    }
}
