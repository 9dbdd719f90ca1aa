namespace AigneHub.Providers.Audio;

/// <summary>
/// How long the audio of an answer is that goes by, where its format has a constant rate: WAV, MP3, raw samples. Not
/// thread-safe.
/// </summary>
public sealed class SpokenLength
{
    /// <summary>Samples of 16 bits at 24 kHz (<see href="https://platform.openai.com/docs/guides/text-to-speech"/>).</summary>
    private const int RawBytesPerSecond = 48_000;

    private readonly byte[] _head = new byte[4096];
    private readonly bool _isRaw;
    private int _headBytes;
    private long _bytes;

    /// <param name="mediaType">The answer's.</param>
    public SpokenLength(string? mediaType) =>
        _isRaw = mediaType is not null && (mediaType.StartsWith("audio/pcm", StringComparison.OrdinalIgnoreCase)
            || mediaType.StartsWith("audio/L16", StringComparison.OrdinalIgnoreCase));

    /// <summary>So far; null when the format does not tell.</summary>
    public long? Milliseconds
    {
        get
        {
            var head = _head.AsSpan(0, _headBytes);
            var bytesPerSecond = _isRaw ? RawBytesPerSecond
                : WavLength.BytesPerSecondOf(head) ?? Mp3Length.BitsPerSecondOf(head) / 8;
            return bytesPerSecond > 0 ? _bytes * 1000 / bytesPerSecond : null;
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Min(bytes.Length, _head.Length - _headBytes);
        bytes[..kept].CopyTo(_head.AsSpan(_headBytes));
        _headBytes += kept;
        _bytes += bytes.Length;
    }
}
