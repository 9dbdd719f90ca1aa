namespace AigneHub.Providers.Audio;

/// <summary>The head of an MPEG audio frame, layers I to III (ISO/IEC 11172-3 and 13818-3).</summary>
internal readonly record struct Mp3Frame(int Samples, int SampleRate, int BitsPerSecond, int Bytes)
{
    public const int HeadBytes = 4;

    private static readonly int[][] Kilobits =
    [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];

    private static readonly int[] SampleRates = [44_100, 48_000, 32_000];

    /// <summary>Null when it is none.</summary>
    public static Mp3Frame? TryRead(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadBytes || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0)
        {
            return null;
        }

        var version = (head[1] >> 3) & 3; // 0: 2.5, 2: 2, 3: 1
        var layer = 4 - ((head[1] >> 1) & 3); // 4 is none
        var bitrate = head[2] >> 4;
        var rate = (head[2] >> 2) & 3;
        if (version == 1 || layer == 4 || bitrate is 0 or 15 || rate == 3)
        {
            return null;
        }

        var isFirst = version == 3;
        var kilobits = Kilobits[isFirst ? layer - 1 : layer == 1 ? 3 : 4][bitrate];
        var sampleRate = SampleRates[rate] >> (isFirst ? 0 : version == 2 ? 1 : 2);
        var samples = layer == 1 ? 384 : layer == 3 && !isFirst ? 576 : 1152;
        var padding = (head[2] >> 1) & 1;
        var bytes = layer == 1
            ? ((12 * kilobits * 1000 / sampleRate) + padding) * 4
            : (samples / 8 * kilobits * 1000 / sampleRate) + padding;
        return new Mp3Frame(samples, sampleRate, kilobits * 1000, bytes);
    }
}
