using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Core.Access;

/// <summary>Whoever shows its code becomes a member of an account, once. As stored: everything but the code itself.</summary>
public sealed record Invitation
{
    public const string CodePrefix = "ahi_";
    private const string IdPrefix = "inv_";
    private const int RandomBytes = 32;
    private const int IdHexDigits = 32;

    /// <summary>Follows from the code: <see cref="IdOf"/>.</summary>
    public required string Id { get; init; }

    public required string Account { get; init; }
    public string? Team { get; init; }
    public string? Project { get; init; }

    /// <summary>What the member becomes.</summary>
    public required IReadOnlyList<RoleAssignment> Roles { get; init; }

    /// <summary>Whose verified address the token must show, in any case; null: anybody who has the code.</summary>
    public string? Email { get; init; }

    /// <summary>The id of the key or member that made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>
    /// What its maker's token gave beside the record's roles: groups of the identity provider are seen in tokens alone.
    /// </summary>
    public IReadOnlyList<RoleAssignment> MakersTokenRoles { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The member; null: nobody yet.</summary>
    public string? AcceptedBy { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>A new code from the system's cryptographic generator: 256 random bits.</summary>
    public static string NewCode() => CodePrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary><c>inv_</c> + 32 hex digits of the code's SHA-256: who knows the id does not know the code.</summary>
    public static string IdOf(string code) =>
        IdPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)))[..IdHexDigits];
}
