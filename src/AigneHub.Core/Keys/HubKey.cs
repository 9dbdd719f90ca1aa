using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Core.Keys;

/// <summary>
/// The secret form of a hub key: <c>ahk_</c> + 43 base62 digits (256 random bits) + 6 base62 digits of CRC-32 over what
/// stands before, so that scanners and people can tell a mistyped key. Only its SHA-256 is stored.
/// </summary>
public static class HubKey
{
    public const string Prefix = "ahk_";
    private const int RandomBytes = 32;
    private const int RandomDigits = 43;
    private const int ChecksumDigits = 6;
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new key from the system's cryptographic generator.</summary>
    public static string Generate()
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        var body = Prefix + Base62(new System.Numerics.BigInteger(random, isUnsigned: true, isBigEndian: true), RandomDigits);
        return body + Base62(Crc32(body), ChecksumDigits);
    }

    /// <summary>Whether the text has the form and the checksum of a hub key.</summary>
    public static bool IsWellFormed(string key)
    {
        if (key.Length != Prefix.Length + RandomDigits + ChecksumDigits || !key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var body = key[..^ChecksumDigits];
        return key.AsSpan(body.Length).SequenceEqual(Base62(Crc32(body), ChecksumDigits));
    }

    /// <summary>The stored look-up value: SHA-256 of the key's UTF-8, lower-case hex (64 characters).</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Base62(System.Numerics.BigInteger value, int digits)
    {
        Span<char> text = stackalloc char[digits];
        for (var i = digits - 1; i >= 0; i--)
        {
            value = System.Numerics.BigInteger.DivRem(value, 62, out var digit);
            text[i] = Digits[(int)digit];
        }

        return new string(text);
    }

    private static uint Crc32(string text)
    {
        var crc = uint.MaxValue;
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
