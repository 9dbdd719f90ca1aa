using System.Buffers;
using System.Collections.Immutable;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management;

/// <summary>How much may be spent in how long.</summary>
/// <param name="Limit">Whole units a period: up to a million a day, ten million a week or month.</param>
/// <param name="Period"><c>day</c>, <c>week</c> (from Monday on) or <c>month</c>.</param>
/// <param name="TimeZone">IANA name of the zone in which periods begin; <c>UTC</c> when absent.</param>
/// <param name="Hard">Calls that it can't carry are refused (default); else it notifies alone.</param>
/// <param name="Alerts">Percents of the limit at which somebody is told, ascending; 50, 80, 100 when absent.</param>
internal sealed record BudgetDocument(
    string Limit, PeriodLength Period, string? TimeZone = null, bool? Hard = null, IReadOnlyList<int>? Alerts = null)
{
    private const int ZoneCharsMax = 64;
    private const int AlertsMax = 10;
    private const int PercentMax = 1_000;
    private const string DefaultZone = "UTC";
    private static readonly ImmutableArray<int> DefaultAlerts = [50, 80, 100];

    // A zone's name becomes a path on some systems.
    private static readonly SearchValues<char> ZoneChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_-+");

    public static BudgetDocument? Of(PurseTerms? terms) => terms?.Budget is { } budget
        ? new(
            Nano.ToDecimalString(budget.Limit), budget.Length, budget.Zone, terms.Kind == PurseKind.Hard, terms.Alerts?.Percents)
        : null;

    /// <summary>Null when nothing is wrong.</summary>
    public static HubError? Check(BudgetDocument? document) => document is null ? null
        : !Nano.TryParse(document.Limit, out var limit) || limit > LimitMax(document.Period)
            ? Problem.BadRequest(
                "'budget.limit' is a decimal text of whole units with at most 9 decimals, such as \"100.00\", "
                + $"up to {Nano.ToDecimalString(LimitMax(document.Period))} a {Word(document.Period)}.", "budget.limit")
        : !IsZone(document.TimeZone ?? DefaultZone)
            ? Problem.BadRequest(
                "'budget.timeZone' is the IANA name of a time zone that the hub knows, such as Europe/Berlin.", "budget.timeZone")
        : document.Alerts is { } alerts && !AreAlerts(alerts)
            ? Problem.BadRequest(
                $"'budget.alerts' takes at most {AlertsMax} whole percents of the limit, ascending, from 1 to {PercentMax}.",
                "budget.alerts")
        : null;

    /// <summary>What to store of a document without fault.</summary>
    public PurseTerms ToTerms() => new(
        Hard ?? true ? PurseKind.Hard : PurseKind.Soft,
        new Budget(Nano.TryParse(Limit, out var limit) ? limit : 0, Period, TimeZone ?? DefaultZone),
        new PurseAlerts(Alerts is null ? DefaultAlerts : [.. Alerts]));

    private static long LimitMax(PeriodLength period) => SyncCommand.AmountMax * (period == PeriodLength.Day ? 1 : 10);

    private static string Word(PeriodLength period) => period.ToString().ToLowerInvariant();

    private static bool IsZone(string zone) =>
        zone.Length is > 0 and <= ZoneCharsMax && !zone.AsSpan().ContainsAnyExcept(ZoneChars) && zone[0] != '/'
        && new Budget(0, PeriodLength.Day, zone).HasKnownZone;

    private static bool AreAlerts(IReadOnlyList<int> alerts) =>
        alerts.Count <= AlertsMax && alerts.All(percent => percent is >= 1 and <= PercentMax)
        && alerts.Zip(alerts.Skip(1)).All(pair => pair.First < pair.Second);
}
