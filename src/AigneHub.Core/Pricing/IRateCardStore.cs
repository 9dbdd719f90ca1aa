using System.Security.Cryptography;

namespace AigneHub.Core.Pricing;

/// <summary>
/// Every rate card that was ever in force, written once under the hash of its content: where the prices on old ledger
/// lines came from. Both methods throw <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
public interface IRateCardStore
{
    /// <summary>Keeps the card; nothing happens when it is kept already.</summary>
    /// <param name="content">Any bytes, at most 900 KiB once compressed.</param>
    /// <returns>Its version, <see cref="RateCardVersion.Of"/>.</returns>
    Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The content that was put; null when there is none of this version.</summary>
    Task<byte[]?> FindAsync(string version, CancellationToken cancellationToken);
}

/// <summary>The version of a rate card is its content's hash.</summary>
public static class RateCardVersion
{
    private const int HexDigits = 32;

    /// <summary>The first 128 bits of SHA-256, lower-case hex (32 characters).</summary>
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content))[..HexDigits];
}
