using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management;

/// <summary>What amounts are shown in.</summary>
internal static class Units
{
    public static string Name(HubMode mode) => mode == HubMode.Enterprise ? "USD" : "credits";
}

/// <param name="Unit"><c>USD</c> or <c>credits</c>: what every cost is in.</param>
/// <param name="Items">Oldest first; periods without calls are left out.</param>
internal sealed record UsageDocument(
    string Unit, DateTimeOffset From, DateTimeOffset To, UsagePeriod Interval, UsageSum Total, IReadOnlyList<UsageItem> Items);

/// <param name="Start">Begin of the hour, day or month, UTC.</param>
internal sealed record UsageItem(
    DateTimeOffset Start, string? Account, string? Team, string? Project, string? Key, string? Provider, string? Model, UsageSum Sum);

/// <param name="Cost">Whole units with up to 9 decimals; unpriced calls add nothing.</param>
/// <param name="Units">By unit kind; kinds that were not used are left out.</param>
/// <param name="Estimated">Calls whose units the hub counted, because the vendor reported none.</param>
internal sealed record UsageSum(
    long Calls, string Cost, IReadOnlyDictionary<string, long> Units, long Failed, long Cancelled, long Estimated, long Unpriced)
{
    public static UsageSum Of(UsageTotals totals)
    {
        var units = new Dictionary<string, long>();
        for (var kind = 0; kind < UnitKinds.Count; kind++)
        {
            if (totals[(UnitKind)kind] is var count and > 0)
            {
                units[UnitKinds.Name((UnitKind)kind)] = count;
            }
        }

        return new UsageSum(
            totals.Calls, Nano.ToDecimalString(totals.Cost), units, totals.Failed, totals.Cancelled, totals.Estimated, totals.Unpriced);
    }
}
