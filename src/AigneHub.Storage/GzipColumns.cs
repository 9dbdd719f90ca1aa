using System.Globalization;
using System.IO.Compression;
using Azure.Data.Tables;

namespace AigneHub.Storage;

/// <summary>Compressed bytes in binary columns <c>name0</c>, <c>name1</c>, … of at most 60 KiB (a column holds 64 KiB).</summary>
internal static class GzipColumns
{
    public const int ColumnBytesMax = 60 * 1024;
    public const int UnpackedBytesMax = 32 * 1024 * 1024;

    public static byte[] Pack(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = gzip.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > UnpackedBytesMax)
            {
                throw new InvalidDataException("A compressed column holds too much.");
            }
        }

        return content.ToArray();
    }

    public static void Set(TableEntity entity, string name, byte[] packed)
    {
        for (var (offset, index) = (0, 0); offset < packed.Length; offset += ColumnBytesMax, index++)
        {
            entity[Column(name, index)] = packed[offset..Math.Min(offset + ColumnBytesMax, packed.Length)];
        }
    }

    /// <summary>Null when the entity has no such columns.</summary>
    public static byte[]? Get(TableEntity entity, string name)
    {
        if (entity.GetBinary(Column(name, 0)) is not { } first)
        {
            return null;
        }

        using var packed = new MemoryStream();
        packed.Write(first);
        for (var index = 1; entity.GetBinary(Column(name, index)) is { } next; index++)
        {
            packed.Write(next);
        }

        return packed.ToArray();
    }

    private static string Column(string name, int index) => name + index.ToString(CultureInfo.InvariantCulture);
}
