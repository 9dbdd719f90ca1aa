using System.Buffers.Binary;
using System.Text;

namespace AigneHub.Providers.Audio;

/// <summary>
/// MP4 and M4A: the headers of the movie and of its sound, and the bytes that its sound has, of ISO/IEC 14496-12 (<see
/// href="https://developer.apple.com/documentation/quicktime-file-format/movie_header_atom"/>).
/// </summary>
internal static class Mp4Length
{
    private const int BoxesMax = 10_000;
    private const int SizesPerStep = 4096;

    /// <summary>Null when the movie's header doesn't tell.</summary>
    public static long? Of(FileWindow file)
    {
        long? told = null;
        long? media = null;
        long sound = 0;
        var (isSound, isLossless) = (false, false);
        long at = 0;
        for (var box = 0; box < BoxesMax && file.At(at, 8) is { IsEmpty: false } head; box++)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = Encoding.Latin1.GetString(head[4..]);
            var headBytes = 8;
            if (size == 1 && file.At(at + 8, 8) is { IsEmpty: false } large)
            {
                headBytes = 16;
                size = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(large), long.MaxValue / 2);
            }

            if (size < headBytes)
            {
                // 0: it reaches to the end.
                break;
            }

            var content = at + headBytes;
            switch (type)
            {
                case "moov" or "trak" or "mdia" or "minf" or "stbl":
                    at = content;
                    continue;
                case "mvhd":
                    told = HeaderOf(file, content);
                    break;
                case "mdhd":
                    media = HeaderOf(file, content);
                    break;
                case "hdlr":
                    isSound = file.At(content + 8, 4).SequenceEqual("soun"u8);
                    told = isSound && media > told ? media : told;
                    break;
                case "stsd" when isSound:
                    isLossless |= file.At(content + 12, 4).SequenceEqual("alac"u8);
                    break;
                case "stsz" when isSound:
                    sound += SizesOf(file, content);
                    break;
            }

            at += size;
        }

        // Fragments have their sizes elsewhere.
        sound = sound > 0 ? Math.Min(sound, file.Length) : file.Length;
        return isLossless ? AudioLength.OfLossless(told, sound, 0) : AudioLength.OfCompressed(told, sound);
    }

    private static long? HeaderOf(FileWindow file, long at)
    {
        if (file.At(at, 32) is not { IsEmpty: false } header)
        {
            return null;
        }

        var isLong = header[0] == 1;
        var scale = BinaryPrimitives.ReadUInt32BigEndian(header[(isLong ? 20 : 12)..]);
        var duration = isLong
            ? BinaryPrimitives.ReadUInt64BigEndian(header[24..])
            : BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        return scale > 0 && duration is > 0 and < long.MaxValue / 1000 ? (long)duration * 1000 / scale : null;
    }

    /// <summary>The bytes of all samples of a track, which its box of sizes tells.</summary>
    private static long SizesOf(FileWindow file, long at)
    {
        if (file.At(at, 12) is not { IsEmpty: false } head)
        {
            return 0;
        }

        long each = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
        long count = BinaryPrimitives.ReadUInt32BigEndian(head[8..]);
        if (each > 0)
        {
            return each * count;
        }

        long sum = 0;
        count = Math.Min(count, (file.Length - at - 12) / 4);
        for (long done = 0; done < count; done += SizesPerStep)
        {
            var sizes = file.At(at + 12 + (done * 4), (int)Math.Min(SizesPerStep, count - done) * 4);
            for (var i = 0; i + 4 <= sizes.Length; i += 4)
            {
                sum += BinaryPrimitives.ReadUInt32BigEndian(sizes[i..]);
            }
        }

        return sum;
    }
}
