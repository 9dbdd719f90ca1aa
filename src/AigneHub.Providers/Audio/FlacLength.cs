using System.Buffers.Binary;

namespace AigneHub.Providers.Audio;

/// <summary>FLAC's STREAMINFO: https://www.rfc-editor.org/rfc/rfc9639#section-8.2</summary>
internal static class FlacLength
{
    public static long? Of(FileWindow file)
    {
        // 4 bytes of mark, 4 of the block's header, 10 of sizes; then 20 bits of rate, 8 of format, 36 of samples.
        var info = file.At(18, 8);
        if (info.IsEmpty || (file.At(4, 1)[0] & 0x7F) != 0)
        {
            return null;
        }

        var packed = BinaryPrimitives.ReadUInt64BigEndian(info);
        var rate = (long)(packed >> 44);
        var samples = (long)(packed & 0xF_FFFF_FFFF);
        var channels = (long)((packed >> 41) & 7) + 1;
        var bits = (long)((packed >> 36) & 31) + 1;
        return AudioLength.OfLossless(
            rate > 0 && samples > 0 ? samples * 1000 / rate : null, file.Length, rate * channels * ((bits + 7) / 8));
    }
}
