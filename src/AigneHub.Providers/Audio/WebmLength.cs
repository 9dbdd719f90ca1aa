using System.Buffers.Binary;
using System.Numerics;

namespace AigneHub.Providers.Audio;

/// <summary>
/// WebM (<see href="https://www.matroska.org/technical/elements.html"/>): the length that it tells or, as browsers record without
/// one, the time of the last block, whichever is longer.
/// </summary>
internal static class WebmLength
{
    private const int ElementsMax = 4_000_000;
    private const uint Segment = 0x18538067;
    private const uint Info = 0x1549A966;
    private const uint TimestampScale = 0x2AD7B1;
    private const uint Duration = 0x4489;
    private const uint Cluster = 0x1F43B675;
    private const uint Timestamp = 0xE7;
    private const uint SimpleBlock = 0xA3;
    private const uint BlockGroup = 0xA0;
    private const uint Block = 0xA1;
    private const uint Tracks = 0x1654AE6B;
    private const uint TrackEntry = 0xAE;
    private const uint TrackNumber = 0xD7;
    private const uint TrackType = 0x83;
    private const ulong Audio = 2;

    /// <summary>The containers are stepped into, so that those without a size need no end.</summary>
    public static long? Of(FileWindow file)
    {
        ulong scale = 1_000_000;
        ulong cluster = 0;
        ulong last = 0;
        double told = 0;
        ulong track = 0;
        ulong audio = 0; // A bit for each track of sound.
        long sound = 0;
        long at = 0;
        for (var element = 0; element < ElementsMax && TryReadHead(file, ref at, out var id, out var size); element++)
        {
            if (id is Segment or Info or Cluster or BlockGroup or Tracks or TrackEntry)
            {
                continue;
            }

            if (size is null)
            {
                break;
            }

            switch (id)
            {
                case TimestampScale:
                    scale = NumberAt(file, at, size.Value) is > 0 and var given ? given : scale;
                    break;
                case Duration when FloatAt(file, at, size.Value) is > 0 and < 1e15 and var duration:
                    told = Math.Max(told, duration);
                    break;
                case TrackNumber:
                    track = NumberAt(file, at, size.Value);
                    break;
                case TrackType when NumberAt(file, at, size.Value) == Audio && track < 64:
                    audio |= 1UL << (int)track;
                    break;
                case Timestamp:
                    cluster = NumberAt(file, at, size.Value);
                    break;
                case SimpleBlock or Block when file.At(at, 4) is { IsEmpty: false } block && (block[0] & 0x80) != 0:
                    var time = (long)Math.Min(cluster, long.MaxValue / 4) + BinaryPrimitives.ReadInt16BigEndian(block[1..]);
                    last = Math.Max(last, (ulong)Math.Max(time, 0));
                    sound += (audio >> (block[0] & 0x3F) & 1) == 1 ? Math.Min(size.Value, file.Length - at) : 0;
                    break;
            }

            at += size.Value;
        }

        var seen = (UInt128)last * scale / 1_000_000;
        var milliseconds = Math.Max(
            seen < long.MaxValue / 2 ? (long)seen : 0, (long)Math.Min(told * scale / 1e6, long.MaxValue / 2));
        return AudioLength.OfCompressed(milliseconds > 0 ? milliseconds : null, sound);
    }

    /// <param name="at">Of the head; then of the content.</param>
    /// <param name="size">Null: not known.</param>
    private static bool TryReadHead(FileWindow file, ref long at, out uint id, out long? size)
    {
        (id, size) = (0, null);
        var idBytes = WidthAt(file, at);
        var sizeBytes = WidthAt(file, at + idBytes);
        if (idBytes is 0 or > 4 || sizeBytes is 0 or > 8)
        {
            return false;
        }

        id = (uint)NumberAt(file, at, idBytes);
        at += idBytes;
        var unknown = (1UL << (7 * sizeBytes)) - 1;
        var value = NumberAt(file, at, sizeBytes) & unknown;
        at += sizeBytes;
        size = value == unknown ? null : (long)Math.Min(value, long.MaxValue / 4);
        return true;
    }

    /// <summary>Bytes of the number that begins here, told by its first bit set; 0 where the file has ended.</summary>
    private static int WidthAt(FileWindow file, long at) =>
        file.At(at, 1) is [var first] && BitOperations.LeadingZeroCount((uint)first << 24) + 1 is var width && at + width <= file.Length
            ? width
            : 0;

    private static ulong NumberAt(FileWindow file, long at, long size)
    {
        ulong value = 0;
        if (size is > 0 and <= 8)
        {
            foreach (var part in file.At(at, (int)size))
            {
                value = (value << 8) | part;
            }
        }

        return value;
    }

    private static double FloatAt(FileWindow file, long at, long size) => size switch
    {
        4 when file.At(at, 4) is { IsEmpty: false } single => BinaryPrimitives.ReadSingleBigEndian(single),
        8 when file.At(at, 8) is { IsEmpty: false } full => BinaryPrimitives.ReadDoubleBigEndian(full),
        _ => 0,
    };
}
