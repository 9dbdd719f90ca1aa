using System.Text.Json.Serialization;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Management;

namespace AigneHub.Gateway.Aigne;

/// <param name="CreditBalance">Null, and so is the link, where the account spends no credit.</param>
/// <param name="CreditPrefix">A currency's sign, or null: credits have none. Clients refuse an empty text.</param>
internal sealed record AigneUserInfo(
    AigneUser User, AigneCreditBalance? CreditBalance, string? PaymentLink, string? Currency, bool EnableCredit, string? ProfileLink,
    string? CreditPrefix);

/// <param name="Did">The account.</param>
/// <param name="FullName">Of the key.</param>
internal sealed record AigneUser(string Did, string FullName, string Email, string? Avatar, string Role);

/// <summary>Decimal texts in whole credits.</summary>
/// <param name="Balance">What can be spent; at least 0.</param>
/// <param name="Total">What was granted, less what was reversed and has expired.</param>
/// <param name="PendingCredit">Debt, which the next grant pays.</param>
internal sealed record AigneCreditBalance(string Balance, string? Currency, string Total, int GrantCount, string PendingCredit)
{
    public const string Credits = "credits";

    public static AigneCreditBalance None { get; } = new("0", null, "0", 0, "0");

    public static AigneCreditBalance Of(PurseState state) => new(
        Amounts.Text(Int128.Max(0, state.Balance)), Credits,
        Amounts.Text(Int128.Max(0, (Int128)state.Granted - state.Reversed - state.Expired)),
        state.Grants.Count(grant => !grant.Dead), Nano.ToDecimalString(state.Debt));
}

/// <param name="Truncated">There may be more, older ones: the search has ended at its bound.</param>
internal sealed record AigneGrantPage(int Count, IReadOnlyList<AigneGrant> List, AignePaging Paging, bool Truncated);

/// <summary>
/// https://www.arcblock.io/en/docs/payment-kit-sdk/api-reference-credit-grants-381920/; amounts are decimal texts in whole credits.
/// </summary>
/// <param name="Category"><c>paid</c> or <c>promotional</c>.</param>
/// <param name="Status"><c>granted</c>, <c>depleted</c>, <c>expired</c> or <c>voided</c>.</param>
/// <param name="ExpiresAt">Seconds since 1970; null: never, or nothing is left of it.</param>
internal sealed record AigneGrant(
    string Id,
    string Name,
    string Category,
    string Status,
    string Amount,
    [property: JsonPropertyName("remaining_amount")] string RemainingAmount,
    [property: JsonPropertyName("customer_id")] string CustomerId,
    [property: JsonPropertyName("effective_at")] long EffectiveAt,
    [property: JsonPropertyName("expires_at")] long? ExpiresAt,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt);

/// <param name="Truncated">There may be more, older ones: the search has ended at its bound.</param>
internal sealed record AigneTransactionPage(int Count, IReadOnlyList<AigneTransaction> List, AignePaging Paging, bool Truncated);

/// <summary>
/// A call that was charged. https://www.arcblock.io/en/docs/payment-kit-sdk/api-reference-credit-transactions-381920/
/// </summary>
/// <param name="Amount">Whole credits, below 0.</param>
internal sealed record AigneTransaction(
    string Id,
    string Type,
    string Amount,
    string Description,
    [property: JsonPropertyName("customer_id")] string CustomerId,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt);

internal sealed record AignePaging(int Page, int PageSize)
{
    /// <summary>The page of a list.</summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyCollection<T> all) =>
        [.. all.Skip((int)Math.Min(int.MaxValue, (Page - 1L) * PageSize)).Take(PageSize)];
}

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
