namespace AigneHub.Core.Secrets;

/// <summary>Wraps data keys by a master key that is at hand, with AES-256-GCM.</summary>
public static class KeyWrap
{
    /// <summary>Bytes of a data key, and of a master key.</summary>
    public const int KeyBytes = 32;

    /// <exception cref="System.Security.Cryptography.CryptographicException">The master key has not 32 bytes.</exception>
    public static byte[] Wrap(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> dataKey) =>
        SecretBox.Seal(masterKey, dataKey, Purpose);

    /// <summary>Null when another key has wrapped it, or a byte differs.</summary>
    public static byte[]? Unwrap(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> wrapped) =>
        SecretBox.Open(masterKey, wrapped, Purpose);

    private static ReadOnlySpan<byte> Purpose => "aignehub/data-key/1"u8;
}
