using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Aigne;

/// <summary>Sums of calls in AIGNE's words.</summary>
internal static class AigneTotals
{
    private static readonly UnitKind[] Tokens =
    [
        UnitKind.Input, UnitKind.CachedInput, UnitKind.CacheWrite5m, UnitKind.CacheWrite1h, UnitKind.Output, UnitKind.Reasoning,
        UnitKind.AudioInput, UnitKind.AudioOutput, UnitKind.ImageInput, UnitKind.ImageOutput,
    ];

    /// <summary>Tokens of all kinds, each counted once, images, and seconds.</summary>
    public static long Usage(this UsageTotals totals) => TokensOf(totals) + totals[UnitKind.Image] + totals[UnitKind.Second];

    public static long TokensOf(UsageTotals totals) => Tokens.Sum(kind => totals[kind]);

    public static long Successes(this UsageTotals totals) => totals.Calls - totals.Failed;

    /// <summary>0 to 100; 100 without calls.</summary>
    public static double SuccessPercent(this UsageTotals totals) =>
        totals.Calls == 0 ? 100 : Math.Round(100.0 * totals.Successes() / totals.Calls, 2);
}
