using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Gateway.Identity;

/// <summary>A token as the key of a cache: its SHA-256. The token itself is given out once, so that a cache keeps none.</summary>
internal sealed class TokenText : IEquatable<TokenText>
{
    private readonly UInt128 _high;
    private readonly UInt128 _low;
    private string? _text;

    public TokenText(string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        (_high, _low) = (BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
        _text = text;
    }

    /// <exception cref="InvalidOperationException">It was taken before.</exception>
    public string Take() =>
        Interlocked.Exchange(ref _text, null) ?? throw new InvalidOperationException("The token's text was taken before.");

    public bool Equals(TokenText? other) => other is not null && (_high, _low) == (other._high, other._low);

    public override bool Equals(object? obj) => Equals(obj as TokenText);

    public override int GetHashCode() => _low.GetHashCode();
}
