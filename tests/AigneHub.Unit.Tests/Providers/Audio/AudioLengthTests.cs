using System.Buffers.Binary;
using System.Text;
using AigneHub.Providers.Audio;
using AigneHub.Providers.Upstream;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Unit.Tests.Providers.Audio;

/// <summary>Files of 1.5 seconds, made with FFmpeg: https://ffmpeg.org/ffmpeg.html</summary>
public sealed class AudioLengthTests
{
    [Theory]
    [InlineData("tone.mp3")]
    [InlineData("tone-vbr.mp3")]
    [InlineData("tone.m4a")]
    [InlineData("tone-opus.ogg")]
    [InlineData("silence-vorbis.ogg")]
    [InlineData("silence.flac")]
    [InlineData("tone.webm")]
    [InlineData("tone-live.webm")]
    public void Milliseconds_OfEveryContainer_AreTold(string name)
    {
        // Encoders of lossy formats add up to a frame at either end.
        Assert.InRange(AudioLength.MillisecondsOf(Sample(name)) ?? 0, 1460, 1730);
        Assert.Equal(2, AudioLength.SecondsOf(Sample(name)));
    }

    [Fact]
    public void Milliseconds_OfWav_AreThoseOfItsBytes()
    {
        Assert.Equal(1500, AudioLength.MillisecondsOf(Wav(24_000, 24_000)));
        // A header that tells less than there is, or more, or nothing as writers to a pipe do.
        Assert.Equal(1000, AudioLength.MillisecondsOf(Wav(24_000, 16_000)));
        Assert.Equal(1500, AudioLength.MillisecondsOf(Wav(24_000, uint.MaxValue)));
        Assert.Equal(1500, AudioLength.MillisecondsOf(Wav(24_000, 0)));
    }

    /// <summary>A second, or nothing, is told of 1.5: the bytes, or what else the file says, hold.</summary>
    [Theory]
    [InlineData("tone.m4a", "mvhd", 20, 4)]
    [InlineData("tone-opus.ogg", "OggS", 6, 8)]
    [InlineData("tone-vbr.mp3", null, 0, 0)]
    [InlineData("tone.webm", "\u0044\u0089\u0088", 3, 8)]
    public void Milliseconds_OfForgedHeaders_AreNotLess(string name, string? mark, int at, int bytes)
    {
        var file = File.ReadAllBytes(Path.Combine(Folder, name));
        if (mark is not null)
        {
            // The last page of Ogg; of the others there is one. It is not zero, which would be no length.
            var field = file.AsSpan().LastIndexOf(Encoding.Latin1.GetBytes(mark)) + at;
            file.AsSpan(field, bytes).Clear();
            file[name.EndsWith("ogg", StringComparison.Ordinal) ? field : field + bytes - 1] = 1;
            if (name.EndsWith("webm", StringComparison.Ordinal))
            {
                BinaryPrimitives.WriteDoubleBigEndian(file.AsSpan(field), 1);
            }
        }

        Assert.InRange(AudioLength.MillisecondsOf((ReadOnlyMemory<byte>)file) ?? 0, 900, 1730);
    }

    [Fact]
    public void Milliseconds_NothingIsShorterThanItsBytes()
    {
        // A megabyte: 16 s at 512 kbit/s.
        var megabyte = new byte[1_024_000];
        var mp3 = File.ReadAllBytes(Path.Combine(Folder, "tone.mp3"));
        Assert.Equal(17, AudioLength.SecondsOf((ReadOnlyMemory<byte>)(byte[])[.. mp3.AsSpan(0, 1000), .. megabyte]));
        var ogg = File.ReadAllBytes(Path.Combine(Folder, "tone-opus.ogg"));
        Assert.Equal(17, AudioLength.SecondsOf((ReadOnlyMemory<byte>)(byte[])[.. ogg, .. megabyte]));

        // Mono, 16 bits, at the file's rate; one sample is told.
        var flac = File.ReadAllBytes(Path.Combine(Folder, "silence.flac"));
        flac.AsSpan(22, 4).Clear();
        flac[21] &= 0xF0;
        flac[25] = 1;
        var rate = (flac[18] << 12) | (flac[19] << 4) | (flac[20] >> 4);
        Assert.InRange(
            AudioLength.SecondsOf((ReadOnlyMemory<byte>)(byte[])[.. flac, .. megabyte]), 1_024_000 / (rate * 4), (1_100_000 / (rate * 2)) + 1);
    }

    [Fact]
    public void Milliseconds_OfWav_AreThoseOfItsFormat()
    {
        // 24,000 bytes of mono, 16 bits, 8 kHz, with a header that tells 16 MB a second.
        var forged = WavBytes(24_000, 24_000);
        forged[20] = 1;
        forged[22] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(forged.AsSpan(24), 8000);
        BinaryPrimitives.WriteInt32LittleEndian(forged.AsSpan(28), 16_000_000);
        forged[32] = 2;
        forged[34] = 16;
        Assert.Equal(1500, AudioLength.MillisecondsOf((ReadOnlyMemory<byte>)forged));

        // The blocks' size may be forged, too.
        forged[33] = 0x7F;
        Assert.Equal(1500, AudioLength.MillisecondsOf((ReadOnlyMemory<byte>)forged));

        // Sound in two chunks.
        var second = (byte[])[.. "data"u8, 0x80, 0x3E, 0, 0, .. new byte[16_000]];
        Assert.Equal(2500, AudioLength.MillisecondsOf((ReadOnlyMemory<byte>)(byte[])[.. forged, .. second]));
    }

    [Fact]
    public void Seconds_OfWhatTellsNothing_AreThoseOfItsSize()
    {
        Assert.Null(AudioLength.MillisecondsOf((ReadOnlyMemory<byte>)new byte[100_000]));
        Assert.Equal(7, AudioLength.SecondsOf((ReadOnlyMemory<byte>)new byte[100_000]));
        Assert.Equal(1, AudioLength.SecondsOf(ReadOnlyMemory<byte>.Empty));
        Assert.Null(AudioLength.MillisecondsOf(Sample("tone-fragmented.mp4")));
    }

    [Fact]
    public void Seconds_OfFilesThatWereCutOrSpoiled_NeverThrow()
    {
        var random = new Random(7);
        foreach (var path in Directory.GetFiles(Folder))
        {
            var bytes = File.ReadAllBytes(path);
            for (var length = 0; length < bytes.Length; length += 1 + (length / 60))
            {
                Assert.InRange(AudioLength.SecondsOf((ReadOnlyMemory<byte>)bytes.AsMemory(0, length)), 1, 7 * 24 * 3600);
            }

            for (var round = 0; round < 200; round++)
            {
                var spoiled = bytes.ToArray();
                for (var i = 0; i < 8; i++)
                {
                    spoiled[random.Next(Math.Min(spoiled.Length, 400))] = (byte)random.Next(256);
                }

                Assert.InRange(AudioLength.SecondsOf((ReadOnlyMemory<byte>)spoiled), 1, 7 * 24 * 3600);
            }
        }
    }

    [Theory]
    [InlineData("tone.mp3", "audio/mpeg", true)]
    [InlineData("tone-opus.ogg", "audio/ogg", false)]
    public void Spoken_WhereTheRateIsConstant_IsToldByTheBytes(string name, string mediaType, bool isTold)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name));
        var spoken = new SpokenLength(mediaType);
        spoken.Add(bytes.AsSpan(0, 7));
        spoken.Add(bytes.AsSpan(7));

        Assert.Equal(isTold ? bytes.Length * 1000L / 1000 : null, spoken.Milliseconds);
    }

    [Fact]
    public void Spoken_OfRawSamplesAndWav_IsToldByTheBytes()
    {
        var raw = new SpokenLength("audio/pcm");
        raw.Add(new byte[24_000]);
        var wav = new SpokenLength("audio/wav");
        wav.Add(WavBytes(32_000, uint.MaxValue));

        Assert.Equal(500, raw.Milliseconds);
        Assert.Equal(2002, wav.Milliseconds);
        Assert.Null(new SpokenLength("audio/mpeg").Milliseconds);
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "AigneHub.Unit.Tests", "Providers", "Audio", "Samples");

    private static PayloadPiece Sample(string name) => (ReadOnlyMemory<byte>)File.ReadAllBytes(Path.Combine(Folder, name));

    private static PayloadPiece Wav(int bytes, uint told) => (ReadOnlyMemory<byte>)WavBytes(bytes, told);

    /// <summary>Mono, 16 bits, 8 kHz: 16,000 bytes a second.</summary>
    private static byte[] WavBytes(int bytes, uint told)
    {
        var file = new byte[44 + bytes];
        "RIFF"u8.CopyTo(file);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        file[16] = 16;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), 16_000);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), told);
        return file;
    }
}
