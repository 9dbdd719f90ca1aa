namespace AigneHub.Core.Accounts;

/// <summary>An account, a team or a project as stored.</summary>
public sealed record OwnerRecord
{
    public const int EmailCharactersMax = 254;
    private const int IdCharactersMax = 64;

    public required OwnerKind Kind { get; init; }

    /// <summary>Unique among its kind, never changed: <see cref="IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Where notices about its purse go to; null: to the hub's own addresses alone.</summary>
    public string? Email { get; init; }

    /// <summary>Null: an account's calls are counted and not limited; a team's or project's are not counted.</summary>
    public PurseTerms? Terms { get; init; }

    public RateLimits? Limits { get; init; }

    /// <summary>Of an account: the plan in force, its subscription's, else <see cref="GivenPlan"/>; null for none.</summary>
    public string? Plan { get; init; }

    /// <summary>Of an account: the plan that an administrator gave, in force while no subscription is; null for none.</summary>
    public string? GivenPlan { get; init; }

    /// <summary>Of an account: spans of its calls hold what was asked and answered.</summary>
    public bool CaptureContent { get; init; }

    public OwnerStatus Status { get; init; }

    /// <summary>Why it has its status, for people; null: nothing was said.</summary>
    public string? StatusReason { get; init; }

    /// <summary>
    /// 1 to 64 lower-case letters, digits and <c>- _ .</c>, the first one a letter or digit: ids are parts of purses' ids.
    /// </summary>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= IdCharactersMax && char.IsAsciiLetterOrDigit(id[0])
        && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    /// <summary>Whether notices can be sent to it: at most 254 visible ASCII characters, one <c>@</c> among them.</summary>
    public static bool IsEmail(string email) =>
        email.Length <= EmailCharactersMax && email.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < email.Length - 1
        && at == email.LastIndexOf('@') && !email.AsSpan().ContainsAnyExceptInRange('!', '~') && !email.AsSpan().ContainsAny(",;<>\"");
}
