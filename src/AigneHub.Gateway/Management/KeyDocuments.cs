using AigneHub.Core.Access;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Management;

/// <param name="Name">For people; 1 to 100 characters.</param>
/// <param name="Account">The account that pays; the first account when absent.</param>
/// <param name="Team">An existing team, whose budget and limits bind its calls, too; never changed.</param>
/// <param name="Project">A label in usage sums; the project of this name, if there is one, binds its calls, too. Never changed.</param>
/// <param name="Role"><c>member</c> (default); another one only by an owner, and never <c>owner</c>.</param>
/// <param name="Models">Names or <c>prefix*</c> patterns that the key may call; all when absent or empty.</param>
/// <param name="Tags">What the conditions of aliases may ask for.</param>
/// <param name="ExpiresAt">ISO 8601; never when absent.</param>
/// <param name="Budget">Its own, beside those of its account, team and project; none when absent.</param>
/// <param name="Limits">How fast its calls may come; any number when absent.</param>
/// <param name="MayPay">Whether it may order, open the payer's page and set automatic top-up; false when absent.</param>
/// <param name="ModelsDenied">Names or <c>prefix*</c> patterns that it may not call, whatever else allows them.</param>
/// <param name="Scopes">What it may be used for; all that its role allows when absent or empty.</param>
/// <param name="IpRanges">From where it may be used, addresses or CIDR ranges; from everywhere when absent or empty.</param>
internal sealed record CreateKeyRequest(
    string Name,
    string? Account = null,
    string? Team = null,
    string? Project = null,
    Role? Role = null,
    IReadOnlyList<string>? Models = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? ExpiresAt = null,
    BudgetDocument? Budget = null,
    RateLimitsDocument? Limits = null,
    bool? MayPay = null,
    IReadOnlyList<string>? ModelsDenied = null,
    IReadOnlyList<KeyScope>? Scopes = null,
    IReadOnlyList<string>? IpRanges = null);

/// <summary>What is absent stays as it is; null takes the budget away, <c>{}</c> the limits.</summary>
/// <param name="Reason">Why; 1 to 200 characters. Needed with a budget.</param>
internal sealed record UpdateKeyRequest(
    string? Name = null,
    IReadOnlyList<string>? Models = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? ExpiresAt = null,
    Change<BudgetDocument> Budget = default,
    RateLimitsDocument? Limits = null,
    bool? MayPay = null,
    IReadOnlyList<string>? ModelsDenied = null,
    IReadOnlyList<KeyScope>? Scopes = null,
    IReadOnlyList<string>? IpRanges = null,
    string? Reason = null);

/// <summary>What is absent is as with the calling key; account, team, project and tags always are.</summary>
/// <param name="Budget">Its own; none when absent.</param>
/// <param name="Limits">Its own; none when absent. The calling key's count its calls, too.</param>
/// <param name="MayPay">False when absent.</param>
internal sealed record CreateOwnKeyRequest(
    string Name,
    IReadOnlyList<string>? Models = null,
    DateTimeOffset? ExpiresAt = null,
    BudgetDocument? Budget = null,
    RateLimitsDocument? Limits = null,
    bool? MayPay = null,
    IReadOnlyList<string>? ModelsDenied = null,
    IReadOnlyList<KeyScope>? Scopes = null,
    IReadOnlyList<string>? IpRanges = null);

/// <summary>What is absent stays as it is. Its budget and limits are changed by who manages the account's keys.</summary>
internal sealed record UpdateOwnKeyRequest(
    string? Name = null,
    IReadOnlyList<string>? Models = null,
    DateTimeOffset? ExpiresAt = null,
    bool? MayPay = null,
    IReadOnlyList<string>? ModelsDenied = null,
    IReadOnlyList<KeyScope>? Scopes = null,
    IReadOnlyList<string>? IpRanges = null);

/// <param name="OverlapSeconds">How long the secrets before work on: 0 to 30 days; a day when absent.</param>
internal sealed record RotateKeyRequest(int? OverlapSeconds = null);

/// <param name="Hint">The last four characters of the secret in force.</param>
/// <param name="Member">Whose own it is.</param>
/// <param name="MadeWith">The id of the key that it was made with, and lives as long as.</param>
/// <param name="LastUsedAt">An hour coarse; minutes late.</param>
/// <param name="Previous">Secrets before, that still work.</param>
/// <param name="Key">The secret itself: in the answers to its creation and rotation only.</param>
internal sealed record KeyDocument(
    string Id,
    string Name,
    string Account,
    string? Team,
    string? Project,
    Role Role,
    string Hint,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> ModelsDenied,
    IReadOnlyList<KeyScope> Scopes,
    IReadOnlyList<string> IpRanges,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    string? Member,
    string? MadeWith,
    IReadOnlyList<PreviousSecretDocument>? Previous,
    BudgetDocument? Budget,
    RateLimitsDocument? Limits,
    bool MayPay,
    string? Key)
{
    public static KeyDocument Of(KeyRecord key, DateTimeOffset now, DateTimeOffset? lastUsedAt = null, string? secret = null) => new(
        key.Id, key.Name, key.Account, key.Team, key.Project, key.Role, key.Hint, key.Models, key.ModelsDenied, key.Scopes,
        [.. key.IpRanges.Select(range => range.ToString())], key.Tags, key.CreatedAt, key.ExpiresAt, key.RevokedAt, lastUsedAt, key.Member,
        key.Parent, PreviousSecretDocument.Of(key, now), BudgetDocument.Of(key.Terms), RateLimitsDocument.Of(key.Limits), key.MayPay,
        secret);
}

internal sealed record PreviousSecretDocument(string Hint, DateTimeOffset Until)
{
    /// <summary>Those that work still; null when none does.</summary>
    public static IReadOnlyList<PreviousSecretDocument>? Of(KeyRecord key, DateTimeOffset now)
    {
        var working = key.RevokedAt is null ? key.Previous.Where(previous => now < previous.Until).ToList() : [];
        return working.Count == 0 ? null : [.. working.Select(previous => new PreviousSecretDocument(previous.Hint, previous.Until))];
    }
}

internal sealed record KeyPage(IReadOnlyList<KeyDocument> Items, string? Continuation);
