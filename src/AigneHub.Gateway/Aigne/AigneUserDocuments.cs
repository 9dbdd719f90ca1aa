using System.Text.Json.Serialization;

namespace AigneHub.Gateway.Aigne;

/// <param name="CreditBalance">Null, and so are the links: there are no credits.</param>
internal sealed record AigneUserInfo(
    AigneUser User, AigneCreditBalance? CreditBalance, string? PaymentLink, string? Currency, bool EnableCredit, string? ProfileLink,
    string? CreditPrefix);

/// <param name="Did">The account.</param>
/// <param name="FullName">Of the key.</param>
internal sealed record AigneUser(string Did, string FullName, string Email, string? Avatar, string Role);

/// <summary>Decimal texts.</summary>
internal sealed record AigneCreditBalance(string Balance, string? Currency, string Total, int GrantCount, string PendingCredit)
{
    public static AigneCreditBalance None { get; } = new("0", null, "0", 0, "0");
}

/// <summary>Grants or transactions: none, while there are no credits.</summary>
internal sealed record AigneNothing(int Count, IReadOnlyList<string> List, AignePaging Paging);

internal sealed record AignePaging(int Page, int PageSize);

/// <param name="Count">All that match, as far as <paramref name="Truncated"/> is false.</param>
/// <param name="Truncated">There may be more, older ones: the search has ended at its bound.</param>
internal sealed record AigneCallPage(int Count, IReadOnlyList<AigneCallDocument> List, AignePaging Paging, bool Truncated);

/// <summary>The same as the pages of a project have it.</summary>
internal sealed record AigneProjectCallPage(int Count, IReadOnlyList<AigneCallDocument> List, int Page, int PageSize, bool Truncated);

/// <summary>One call.</summary>
/// <param name="Model">Without its provider.</param>
/// <param name="TotalUsage">Tokens of all kinds, images, seconds.</param>
/// <param name="Credits">What it cost in the hub's unit (USD or credits), a decimal text; null without a price.</param>
/// <param name="Status"><c>success</c> or <c>failed</c>.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="CallTime">Seconds since 1970.</param>
/// <param name="Ttfb">Milliseconds to the first byte.</param>
internal sealed record AigneCallDocument(
    string Id, string ProviderId, string Model, string Type, long TotalUsage, AigneUsageMetrics UsageMetrics, string? Credits,
    string Status, double Duration, string? ErrorReason, string? AppDid, string UserDid, string RequestId, long CallTime, int? Ttfb,
    int ProviderTtfb, DateTimeOffset CreatedAt, AigneProviderRef Provider, AigneApp? AppInfo);

internal sealed record AigneUsageMetrics(
    long InputTokens, long OutputTokens, long TotalTokens, long CacheCreationInputTokens, long CacheReadInputTokens,
    [property: JsonPropertyName("numberOfImageGeneration")] long Images);

internal sealed record AigneApp(string AppDid, string AppName, string? AppLogo = null, string? AppUrl = null);
