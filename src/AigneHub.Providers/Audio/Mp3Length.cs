namespace AigneHub.Providers.Audio;

/// <summary>
/// MP3: every frame is counted, so that variable bit rates and what an encoder says of itself make no difference
/// (tags: <see href="https://id3.org/id3v2.4.0-structure"/>).
/// </summary>
internal static class Mp3Length
{
    /// <summary>Bytes between the tags and the first frame that are no frame, as files cut from a stream have.</summary>
    private const int JunkBytesMax = 8 * 1024;

    public static long? Of(FileWindow file)
    {
        long at = TagBytes(file);
        var sound = Math.Max(0, file.Length - at);
        long microseconds = 0;
        var junk = 0;
        while (file.At(at, Mp3Frame.HeadBytes) is { IsEmpty: false } head)
        {
            if (Mp3Frame.TryRead(head) is { } frame)
            {
                microseconds += frame.Samples * 1_000_000L / frame.SampleRate;
                at += frame.Bytes;
            }
            else
            {
                at++;
                if (microseconds == 0 && ++junk > JunkBytesMax)
                {
                    return null;
                }
            }
        }

        // One frame may stand before something else.
        return AudioLength.OfCompressed(microseconds > 0 ? microseconds / 1000 : null, sound);
    }

    /// <summary>Bits a second, by the second frame: the first may be the encoder's own notes. Null when there are no two.</summary>
    /// <param name="head">The file's beginning.</param>
    public static int? BitsPerSecondOf(ReadOnlySpan<byte> head)
    {
        for (var at = 0; at + Mp3Frame.HeadBytes <= head.Length; at++)
        {
            if (Mp3Frame.TryRead(head[at..]) is { } frame && at + frame.Bytes < head.Length
                && Mp3Frame.TryRead(head[(at + frame.Bytes)..]) is { } next)
            {
                return next.BitsPerSecond;
            }
        }

        return null;
    }

    private static int TagBytes(FileWindow file) =>
        file.At(0, 10) is { IsEmpty: false } head && head.StartsWith("ID3"u8)
            ? 10 + ((head[6] & 0x7F) << 21) + ((head[7] & 0x7F) << 14) + ((head[8] & 0x7F) << 7) + (head[9] & 0x7F)
            : 0;
}
