using AigneHub.Providers.Upstream;

namespace AigneHub.Providers.Audio;

/// <summary>
/// How long a recording is, read from its container: WAV, MP3, MP4 (M4A), Ogg (Opus, Vorbis), FLAC, WebM. The file is read in
/// stretches and never decoded; whatever stands in it, the time taken is bounded by its size. What a header tells is the caller's
/// word: where two sources disagree the longer holds, and no file is shorter than its bytes at a high bit rate.
/// </summary>
internal static class AudioLength
{
    /// <summary>Of a file that tells nothing: as if it had 128 kbit/s.</summary>
    private const int UnknownBytesPerSecond = 16_000;

    /// <summary>512 kbit/s: the most that Opus, and anybody for speech in AAC or Vorbis, spends.</summary>
    private const long CompressedBytesPerSecondMax = 64_000;

    /// <summary>192 kHz, stereo, 24 bits.</summary>
    private const long LosslessBytesPerSecondMax = 1_152_000;

    private const long SecondsMax = 7 * 24 * 3600;

    /// <summary>Whole seconds, rounded up; at least 1.</summary>
    public static long SecondsOf(PayloadPiece file)
    {
        var milliseconds = MillisecondsOf(file) ?? file.Length * 1000 / UnknownBytesPerSecond;
        return Math.Clamp((milliseconds + 999) / 1000, 1, SecondsMax);
    }

    /// <param name="told">Milliseconds; null: it isn't told.</param>
    /// <param name="bytes">Of the sound.</param>
    public static long? OfCompressed(long? told, long bytes) =>
        told is { } milliseconds ? Math.Max(milliseconds, bytes * 1000 / CompressedBytesPerSecondMax) : null;

    /// <param name="told">Milliseconds; null: it isn't told.</param>
    /// <param name="bytes">Of the sound.</param>
    /// <param name="bytesPerSecond">As samples, by the file's own format; 0: not told.</param>
    public static long? OfLossless(long? told, long bytes, long bytesPerSecond) => told is { } milliseconds
        ? Math.Max(milliseconds, bytes * 1000 / Math.Min(bytesPerSecond > 0 ? bytesPerSecond : long.MaxValue, LosslessBytesPerSecondMax))
        : null;

    /// <summary>Null when the container is not known or does not tell.</summary>
    public static long? MillisecondsOf(PayloadPiece file)
    {
        try
        {
            using var window = new FileWindow(file);
            var head = window.At(0, 12);
            var milliseconds = head.IsEmpty ? null
                : head[..4].SequenceEqual("RIFF"u8) && head[8..].SequenceEqual("WAVE"u8) ? WavLength.Of(window)
                : head[..4].SequenceEqual("fLaC"u8) ? FlacLength.Of(window)
                : head[..4].SequenceEqual("OggS"u8) ? OggLength.Of(window)
                : head[4..8].SequenceEqual("ftyp"u8) ? Mp4Length.Of(window)
                : head[..4].SequenceEqual<byte>([0x1A, 0x45, 0xDF, 0xA3]) ? WebmLength.Of(window)
                : Mp3Length.Of(window);
            return milliseconds is > 0 and <= SecondsMax * 1000 ? milliseconds : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
