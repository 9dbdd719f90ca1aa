using AigneHub.Core.Access;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Management;

/// <param name="Name">For people; 1 to 100 characters.</param>
/// <param name="Account">The account that pays; the first account when absent.</param>
/// <param name="Team">An existing team, whose budget and limits bind its calls, too; never changed.</param>
/// <param name="Project">A label in usage sums; the project of this name, if there is one, binds its calls, too. Never changed.</param>
/// <param name="Role"><c>member</c> (default) or <c>administrator</c>.</param>
/// <param name="Models">Names or <c>prefix*</c> patterns that the key may call; all when absent or empty.</param>
/// <param name="Tags">What the conditions of aliases may ask for.</param>
/// <param name="ExpiresAt">ISO 8601; never when absent.</param>
/// <param name="Budget">Its own, beside those of its account, team and project; none when absent.</param>
/// <param name="Limits">How fast its calls may come; any number when absent.</param>
/// <param name="MayPay">Whether it may order, open the payer's page and set automatic top-up; false when absent.</param>
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
    bool? MayPay = null);

/// <summary>What is absent stays as it is; null takes the budget away, <c>{}</c> the limits.</summary>
internal sealed record UpdateKeyRequest(
    string? Name = null,
    IReadOnlyList<string>? Models = null,
    IReadOnlyList<string>? Tags = null,
    DateTimeOffset? ExpiresAt = null,
    Change<BudgetDocument> Budget = default,
    RateLimitsDocument? Limits = null,
    bool? MayPay = null);

/// <param name="Key">The key itself: in the answer to its creation only.</param>
internal sealed record KeyDocument(
    string Id,
    string Name,
    string Account,
    string? Team,
    string? Project,
    Role Role,
    string Hint,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    BudgetDocument? Budget,
    RateLimitsDocument? Limits,
    bool MayPay,
    string? Key)
{
    public static KeyDocument Of(KeyRecord key, string? secret = null) => new(
        key.Id, key.Name, key.Account, key.Team, key.Project, key.Role, key.Hint, key.Models, key.Tags, key.CreatedAt, key.ExpiresAt,
        key.RevokedAt, BudgetDocument.Of(key.Terms), RateLimitsDocument.Of(key.Limits), key.MayPay, secret);
}

internal sealed record KeyPage(IReadOnlyList<KeyDocument> Items, string? Continuation);
