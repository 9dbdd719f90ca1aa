namespace AigneHub.Gateway.Aigne;

internal sealed record AigneUsageStats(
    AigneUsageSummary Summary, IReadOnlyList<AigneDay> DailyStats, AigneModelStats ModelStats);

internal sealed record AigneUsageSummary(
    Amount TotalCredits, long TotalCalls, int ModelCount, IReadOnlyDictionary<string, AigneTypeSum> ByType);

internal sealed record AigneTypeSum(long TotalUsage, Amount TotalCredits, long TotalCalls, long SuccessCalls);

/// <param name="Date"><c>yyyy-MM-dd</c> in the caller's time zone.</param>
internal sealed record AigneDay(string Date, Amount Credits, long Tokens, long Requests);

/// <param name="List">The five that were called most.</param>
internal sealed record AigneModelStats(IReadOnlyList<AigneModelCount> List, int TotalModelCount);

internal sealed record AigneModelCount(string ProviderId, AigneProviderRef Provider, string Model, long TotalCalls);

/// <summary>Decimal texts; of an account that spends no credit only what was used.</summary>
/// <param name="EstimatedDaysRemaining">At the average of the span; 999 without any use, and without credit.</param>
internal sealed record AigneQuota(
    string Total, string Remaining, string Used, string PendingCredit, int EstimatedDaysRemaining, string DailyAvgCredits,
    string? Currency);

internal sealed record AigneProjects(IReadOnlyList<AigneProjectSum> Projects, int Total, int Page, int PageSize);

/// <param name="AvgDuration">Null, as the time of the last call: sums have no times.</param>
/// <param name="SuccessRate">0 to 100.</param>
internal sealed record AigneProjectSum(
    string AppDid, string AppName, string? AppLogo, string? AppUrl, long TotalCalls, Amount TotalCredits, double? AvgDuration,
    double SuccessRate, long? LastCallTime);

internal sealed record AigneTrends(IReadOnlyList<AigneTrend> Trends, string Granularity);

/// <param name="Timestamp">Begin, seconds since 1970.</param>
internal sealed record AigneTrend(
    long Timestamp, long Calls, long SuccessCalls, double SuccessRate, double? AvgDuration, double? AvgTtfb, Amount TotalCredits,
    long TotalUsage);

internal sealed record AigneGroupTrends(
    IReadOnlyList<AigneProjectSum> Projects, IReadOnlyList<AigneGroupTrend> Trends, string Granularity);

internal sealed record AigneGroupTrend(long Timestamp, IReadOnlyDictionary<string, AigneProjectTrend> ByProject);

internal sealed record AigneProjectTrend(
    long TotalUsage, Amount TotalCredits, long TotalCalls, long SuccessCalls, double? AvgDuration, double? AvgTtfb);
