using System.Buffers.Binary;

namespace AigneHub.Providers.Audio;

/// <summary>
/// MP4 and M4A: the movie header of ISO/IEC 14496-12 (<see
/// href="https://developer.apple.com/documentation/quicktime-file-format/movie_header_atom"/>).
/// </summary>
internal static class Mp4Length
{
    private const int BoxesMax = 10_000;

    public static long? Of(FileWindow file)
    {
        long at = 0;
        for (var box = 0; box < BoxesMax && file.At(at, 8) is { IsEmpty: false } head; box++)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            var isMovie = head[4..].SequenceEqual("moov"u8);
            if (head[4..].SequenceEqual("mvhd"u8))
            {
                return HeaderOf(file, at + 8);
            }

            var headBytes = 8;
            if (size == 1 && file.At(at + 8, 8) is { IsEmpty: false } large)
            {
                headBytes = 16;
                size = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(large), long.MaxValue / 2);
            }

            if (size < headBytes)
            {
                // 0: it reaches to the end.
                return null;
            }

            at += isMovie ? headBytes : size;
        }

        return null;
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
}
