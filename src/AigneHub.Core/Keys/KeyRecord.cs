using System.Net;
using System.Text.Json.Serialization;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;

namespace AigneHub.Core.Keys;

/// <summary>A hub key as stored: everything but the key itself.</summary>
public sealed record KeyRecord
{
    public const string IdPrefix = "key_";

    /// <summary>Public id, <c>key_</c> + 32 hex digits; shown in lists and ledgers.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the first secret, lower-case hex; never changed: the record is stored under it.</summary>
    public required string Hash { get; init; }

    /// <summary>SHA-256 of the secret in force, once the key was rotated; null: the first one still is.</summary>
    public string? CurrentHash { get; init; }

    /// <summary>Secrets before it, newest first; some may be over.</summary>
    public IReadOnlyList<PreviousSecret> Previous { get; init; } = [];

    /// <summary>When the secret ends that the record was found by; null: with the key. Joined at the look-up, not stored.</summary>
    [JsonIgnore]
    public DateTimeOffset? SecretUntil { get; init; }

    public required string Account { get; init; }

    /// <summary>The team whose budget and limits bind its calls, too; never changed.</summary>
    public string? Team { get; init; }

    /// <summary>
    /// A label in usage sums, never changed. In <see cref="HubMode.Enterprise"/> mode the project of this name, in lower case, binds
    /// its calls, too.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>Whose own key it is: a member's id, never changed; null for keys made for applications.</summary>
    public string? Member { get; init; }

    /// <summary>
    /// The key that it was made with and lives as long as; never changed. Its calls count in that key's budget and limits, too. Null:
    /// made otherwise.
    /// </summary>
    public string? Parent { get; init; }

    public required string Name { get; init; }

    /// <summary>A member's key is one of its account; other roles hold on the whole hub.</summary>
    public required Role Role { get; init; }

    /// <summary>The key's last four characters, to recognise it by.</summary>
    public required string Hint { get; init; }

    /// <summary>Model names or <c>prefix*</c> patterns that the key may call; empty = all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Model names or <c>prefix*</c> patterns that it may not call, whatever allows them; in any case of letters.</summary>
    public IReadOnlyList<string> ModelsDenied { get; init; } = [];

    /// <summary>What it may be used for; empty = all that its role allows.</summary>
    public IReadOnlyList<KeyScope> Scopes { get; init; } = [];

    /// <summary>From where it may be used; empty = from everywhere.</summary>
    public IReadOnlyList<AddressRange> IpRanges { get; init; } = [];

    /// <summary>What the plan of its account allows; null: no plan. Joined when the key is looked up, not stored.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? PlanModels { get; init; }

    /// <summary>What an alias's conditions may ask for; compared without regard to case.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Its own budget, beside those of its account, team and project; null for none.</summary>
    public PurseTerms? Terms { get; init; }

    public RateLimits? Limits { get; init; }

    /// <summary>
    /// Whether it may spend its account's money: order, open the payer's page, set automatic top-up. Keys of other
    /// roles than members' may what their role says.
    /// </summary>
    public bool MayPay { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Whether the secret that it was found by can be used.</summary>
    public bool IsActive(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } expires || now < expires)
        && (SecretUntil is not { } until || now < until);

    /// <summary>The record as one of its secrets sees it; null when the hash is none of them, or of one that ended for ever.</summary>
    public KeyRecord? FoundBy(string hash)
    {
        if (hash == (CurrentHash ?? Hash))
        {
            return this;
        }

        foreach (var previous in Previous)
        {
            if (previous.Hash == hash)
            {
                return this with { SecretUntil = previous.Until };
            }
        }

        return null;
    }

    public bool MayBeUsedFor(KeyScope scope) => Scopes.Count == 0 || Scopes.Contains(scope);

    /// <param name="address">Null: not known, which is in no range.</param>
    public bool MayComeFrom(IPAddress? address)
    {
        if (IpRanges.Count == 0)
        {
            return true;
        }

        foreach (var range in IpRanges)
        {
            if (address is not null && range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the key may call <paramref name="model"/> (<c>provider/model</c>).</summary>
    public bool Allows(string model) => ModelPatterns.Allow(Models, model)
        && (PlanModels is null || ModelPatterns.Allow(PlanModels, model)) && !ModelPatterns.Deny(ModelsDenied, model);
}
