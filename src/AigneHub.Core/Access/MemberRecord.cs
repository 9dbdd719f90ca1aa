using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace AigneHub.Core.Access;

/// <summary>Somebody who comes with tokens of an identity provider, as stored.</summary>
public sealed record MemberRecord
{
    public const string IdPrefix = "usr_";
    private const int IdHexDigits = 32;
    private const string AccountPrefix = "u-";

    /// <summary>Follows from issuer and subject: <see cref="IdOf"/>.</summary>
    public required string Id { get; init; }

    public required MemberKind Kind { get; init; }

    /// <summary>The identity provider: the tokens' <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary>Who it is there: the claim <c>sub</c>, of Microsoft Entra ID <c>oid</c>. Case matters.</summary>
    public required string Subject { get; init; }

    /// <summary>For people; as the last token said it. Null: none did.</summary>
    public string? Name { get; init; }

    public string? Email { get; init; }

    /// <summary>Who pays for its calls.</summary>
    public required string Account { get; init; }

    /// <summary>Whose budget and limits bind its calls, too; null: the one that its token's groups give it, if any.</summary>
    public string? Team { get; init; }

    /// <summary>Likewise.</summary>
    public string? Project { get; init; }

    /// <summary>Beside those that its tokens give it.</summary>
    public IReadOnlyList<RoleAssignment> Roles { get; init; } = [];

    /// <summary>
    /// Those above <see cref="Role.Member"/> that its last token gave it: who may suspend it is judged by them, too. They give it nothing.
    /// </summary>
    public IReadOnlyList<RoleAssignment> TokenRoles { get; init; } = [];

    /// <summary>The team that its last token gave it; null: none.</summary>
    public string? TokenTeam { get; init; }

    /// <summary>The one that it is in, as far as is known.</summary>
    [JsonIgnore]
    public string? TeamNow => Team ?? TokenTeam;

    public MemberStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a token of its was last taken, a day coarse; null: never.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary><c>usr_</c> + 32 hex digits of the SHA-256 of both, each with its length before it: no two pairs are alike.</summary>
    public static string IdOf(string issuer, string subject) => IdPrefix + Digest(issuer, subject);

    /// <summary>Of the account that somebody who signs up gets: <c>u-</c> + the same digits, so that there is one however often.</summary>
    public static string AccountIdOf(string issuer, string subject) => AccountPrefix + Digest(issuer, subject);

    private static string Digest(string issuer, string subject)
    {
        var (first, second) = (Encoding.UTF8.GetBytes(issuer), Encoding.UTF8.GetBytes(subject));
        var bytes = new byte[sizeof(int) + first.Length + sizeof(int) + second.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, first.Length);
        first.CopyTo(bytes, sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(sizeof(int) + first.Length), second.Length);
        second.CopyTo(bytes, (2 * sizeof(int)) + first.Length);
        return Convert.ToHexStringLower(SHA256.HashData(bytes))[..IdHexDigits];
    }
}
