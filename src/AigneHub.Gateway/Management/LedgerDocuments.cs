using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Gateway.Management;

/// <param name="Unit"><c>USD</c> or <c>credits</c>.</param>
internal sealed record LedgerPage(string Unit, IReadOnlyList<LedgerLineDocument> Items, string? Continuation);

/// <summary>One call.</summary>
/// <param name="Id">The call's request id.</param>
/// <param name="Time">When it was admitted.</param>
/// <param name="Cost">Whole units with up to 9 decimals; absent when the model has no price.</param>
/// <param name="RateVersion">The rate card that was in force.</param>
/// <param name="SettlementUnit">The unit of settlement that brought the line.</param>
internal sealed record LedgerLineDocument(
    string Id, DateTimeOffset Time, string Model, string Key, string? Project, string Api, CallOutcome Outcome, string? Error,
    bool Streamed, string? Cost, bool Estimated, IReadOnlyList<PriceLineDocument> Lines, string RateVersion,
    IReadOnlyList<AttemptDocument> Attempts, TimingsDocument Milliseconds, string SettlementUnit)
{
    public static LedgerLineDocument Of(LedgerLine line)
    {
        var usage = line.Event;
        return new LedgerLineDocument(
            usage.Id.ToString("N"), HubIds.TimeOf(usage.Id), usage.Model, usage.Key, usage.Project, usage.Front, usage.Outcome,
            usage.Error, usage.Streamed, usage.Cost is { } cost ? Nano.ToDecimalString(cost) : null, usage.Estimated,
            [.. usage.Lines.Select(PriceLineDocument.Of)], usage.RateVersion,
            [.. usage.Attempts.Select(a => new AttemptDocument($"{a.Provider}/{a.Model}", a.Status, a.Failure, a.Milliseconds))],
            new TimingsDocument(usage.Timings.FirstByte, usage.Timings.Total, usage.Timings.Upstream), line.Unit);
    }
}

/// <param name="PricePerMillion">Whole units per 1,000,000, up to 9 decimals; absent when there is no price.</param>
/// <param name="Form">The quality and size that the price is for, e.g. <c>hd:1024x1792</c>; absent where it goes by neither.</param>
internal sealed record PriceLineDocument(string Kind, long Units, string? PricePerMillion, string? Form)
{
    public static PriceLineDocument Of(PriceLine line) =>
        new(UnitKinds.Name(line.Kind), line.Units, line.Rate is { } rate ? Nano.ToDecimalString(rate) : null, line.Form);
}

/// <param name="Status">The vendor's HTTP status; 0 when none came.</param>
internal sealed record AttemptDocument(string Model, int Status, string? Failure, int Milliseconds);

internal sealed record TimingsDocument(int? FirstByte, int Total, int Upstream);

/// <param name="Agrees">True: every sum equals what its finer rows make.</param>
internal sealed record AuditDocument(string Purse, bool Agrees, int HoursChecked, IReadOnlyList<AuditFinding> Findings)
{
    public static AuditDocument Of(AuditReport report) => new(report.Purse.Value, report.Agrees, report.HoursChecked, report.Findings);
}
