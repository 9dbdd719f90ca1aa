using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management;

/// <param name="Id">
/// 1 to 64 lower-case letters, digits and <c>- _ .</c>; never changed. The same again is answered with what is there.
/// </param>
/// <param name="Name">For people; 1 to 100 characters.</param>
/// <param name="Email">Where notices about its budget or credit go to.</param>
/// <param name="Budget"><see cref="HubMode.Enterprise"/> mode; none when absent.</param>
/// <param name="Limits">How fast the calls of all its keys together may come; any number when absent.</param>
/// <param name="Credit">Accounts in <see cref="HubMode.Provider"/> mode: it spends what was granted to it (default).</param>
/// <param name="CaptureContent">Accounts: traces of its calls hold prompts and answers; false when absent.</param>
/// <param name="LowBalance">
/// Accounts in <see cref="HubMode.Provider"/> mode: whole credits below which somebody is told; never when absent.
/// </param>
/// <param name="Plan">
/// Accounts in <see cref="HubMode.Provider"/> mode: the id of a plan that is given to it, in force while it has no subscription.
/// </param>
internal sealed record CreateOwnerRequest(
    string Id, string Name, string? Email = null, BudgetDocument? Budget = null, RateLimitsDocument? Limits = null,
    bool? Credit = null, bool? CaptureContent = null, string? LowBalance = null, string? Plan = null);

/// <summary>
/// What is absent stays as it is; null takes the e-mail address, the budget, the low balance or the given plan away, <c>{}</c> the limits.
/// </summary>
/// <param name="Status"><c>active</c>, <c>suspended</c> or <c>closed</c>: holds on all instances within 10 s.</param>
/// <param name="Reason">
/// Why; 1 to 200 characters. Needed with budget, credit and plan. That of a status is for those who are refused, and goes with it.
/// </param>
/// <param name="Plan">The id of a plan that is given to it; a subscription that is in force goes before.</param>
internal sealed record UpdateOwnerRequest(
    string? Name = null, Change<string> Email = default, Change<BudgetDocument> Budget = default, RateLimitsDocument? Limits = null,
    bool? Credit = null, bool? CaptureContent = null, OwnerStatus? Status = null, string? Reason = null,
    Change<string> LowBalance = default, Change<string> Plan = default);

/// <param name="CaptureContent">Accounts: traces of its calls hold prompts and answers.</param>
/// <param name="Credit">Accounts in <see cref="HubMode.Provider"/> mode: false, when nothing limits it.</param>
/// <param name="LowBalance">Whole credits below which somebody is told.</param>
/// <param name="Plan">The plan in force: what the account has subscribed to, else what an administrator gave.</param>
/// <param name="GivenPlan">What an administrator gave.</param>
internal sealed record OwnerDocument(
    string Id, string Name, string? Email, BudgetDocument? Budget, RateLimitsDocument? Limits, bool? Credit, string? LowBalance,
    string? Plan, string? GivenPlan, bool? CaptureContent, OwnerStatus Status, string? StatusReason, DateTimeOffset CreatedAt)
{
    public static OwnerDocument Of(OwnerRecord owner, HubMode mode) => new(
        owner.Id, owner.Name, owner.Email, BudgetDocument.Of(owner.Terms), RateLimitsDocument.Of(owner.Limits),
        mode == HubMode.Provider && owner.Kind == OwnerKind.Account ? owner.Terms?.Kind == PurseKind.Credit : null,
        owner.Terms?.Alerts?.LowBalance is { } low ? Nano.ToDecimalString(low) : null, owner.Plan, owner.GivenPlan,
        owner.Kind == OwnerKind.Account ? owner.CaptureContent : null, owner.Status, owner.StatusReason, owner.CreatedAt);
}
