using System.Buffers.Binary;

namespace AigneHub.Providers.Audio;

/// <summary>
/// Ogg (<see href="https://www.rfc-editor.org/rfc/rfc3533"/>) with Opus (<see href="https://www.rfc-editor.org/rfc/rfc7845"/>) or
/// Vorbis (<see href="https://xiph.org/vorbis/doc/Vorbis_I_spec.html"/>): pages say how many samples there were.
/// </summary>
internal static class OggLength
{
    private const int PageHeaderBytes = 27;
    private const int OpusRate = 48_000;
    private const int StreamsMax = 1000;
    private const long SamplesMax = 1L << 42;

    public static long? Of(FileWindow file)
    {
        var (rate, skipped) = FormatOf(file);
        if (rate == 0)
        {
            return null;
        }

        return AudioLength.OfCompressed(Math.Max(SamplesOf(file) - skipped, 0) * 1000 / rate, file.Length);
    }

    /// <summary>The highest position of each stream, one after the other: a last page may tell less than those before it.</summary>
    private static long SamplesOf(FileWindow file)
    {
        var ends = new Dictionary<uint, long>();
        for (long at = 0; file.At(at, PageHeaderBytes) is { IsEmpty: false } page;)
        {
            if (!page.StartsWith("OggS"u8))
            {
                at++;
                continue;
            }

            // A page on which no packet ends has -1.
            var position = BinaryPrimitives.ReadInt64LittleEndian(page[6..]);
            var stream = BinaryPrimitives.ReadUInt32LittleEndian(page[14..]);
            var segments = page[26];
            if (position is >= 0 and < SamplesMax && (ends.ContainsKey(stream) || ends.Count < StreamsMax))
            {
                ends[stream] = Math.Max(ends.GetValueOrDefault(stream), position);
            }

            long content = 0;
            foreach (var lacing in file.At(at + PageHeaderBytes, segments))
            {
                content += lacing;
            }

            at += PageHeaderBytes + segments + content;
        }

        return ends.Values.Sum();
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
