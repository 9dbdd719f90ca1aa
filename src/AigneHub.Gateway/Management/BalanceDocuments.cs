using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Gateway.Management;

/// <summary>What a purse stands at, all settled usage included. Amounts are whole units.</summary>
/// <param name="Owner"><c>account</c>, <c>team</c>, <c>project</c> or <c>key</c>.</param>
/// <param name="Limit">Of a budget: each period.</param>
/// <param name="Spent">In the current period of a budget; else ever.</param>
/// <param name="Remaining">What calls may still spend, those that run included; at least 0.</param>
/// <param name="Reserved">Of that, what instances have reserved for calls that run or come soon.</param>
/// <param name="Available">What can be reserved besides.</param>
/// <param name="Balance">What remains of all grants, less debt: below 0 with debt.</param>
/// <param name="Late">Of all that was ever spent: usage that came after its reservation had been given up.</param>
/// <param name="Grants">In the order in which they are spent.</param>
internal sealed record BalanceDocument(
    string Unit, string Owner, string Id, PurseKind Kind, string? Limit, PeriodDocument? Period, string Spent, string? Remaining,
    string Reserved, string? Available, string? Balance, string? Debt, string Late, IReadOnlyList<GrantDocument> Grants)
{
    public static BalanceDocument Of(PurseId purse, PurseState state, string unit)
    {
        // What an unlimited purse has no grants for is no debt of anybody.
        var isLimited = state.Kind != PurseKind.Unlimited;
        return new BalanceDocument(
            unit, PurseNames.KindOf(purse), PurseNames.OwnerOf(purse), state.Kind,
            state.Period is { } period ? Nano.ToDecimalString(period.Budget.Limit) : null, PeriodDocument.Of(state.Period),
            Nano.ToDecimalString(state.SpentInPeriod), Limited(Int128.Max(0, state.Balance)), Amounts.Text(state.Reserved),
            Limited(state.Available), Limited(state.Balance), Limited(state.Debt), Nano.ToDecimalString(state.Late),
            [.. state.Grants.Where(grant => !grant.Dead).Select(GrantDocument.Of)]);

        string? Limited(Int128 amount) => isLimited ? Amounts.Text(amount) : null;
    }
}

/// <param name="Start">Included.</param>
/// <param name="End">Not included: the next period begins.</param>
internal sealed record PeriodDocument(PeriodLength Length, string TimeZone, DateTimeOffset Start, DateTimeOffset End)
{
    public static PeriodDocument? Of(BudgetPeriod? period) =>
        period is null ? null : new(period.Budget.Length, period.Budget.Zone, period.Start, period.End);
}

/// <summary>Credit that can still be spent.</summary>
/// <param name="Id"><c>admin|…</c> with the Idempotency-Key, <c>period|…</c>, <c>payment|…</c>.</param>
/// <param name="ExpiresAt">Never when absent.</param>
internal sealed record GrantDocument(string Id, string Remaining, DateTimeOffset? ExpiresAt, int Priority)
{
    public static GrantDocument Of(Grant grant) =>
        new(grant.Id, Nano.ToDecimalString(grant.Remaining), grant.Expires, grant.Priority);
}

internal sealed record GrantList(string Unit, IReadOnlyList<GrantDocument> Items);

/// <param name="Items">The account's first, then those of team, project and key that have one.</param>
internal sealed record BalanceList(IReadOnlyList<BalanceDocument> Items);
