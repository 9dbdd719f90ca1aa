using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Fronts.Aigne;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>Sums of the account's usage, current as soon as a call is settled.</summary>
public sealed class AigneUsageEndpoints(
    AigneHandler handler, UsageReader reader, PurseReader purses, IHubSnapshots snapshots, TimeProvider time)
{
    private const int ModelsShown = 5;
    private const int PageSizeMax = 100;

    /// <summary>What AIGNE says where nothing limits the use.</summary>
    private const int DaysWithoutLimit = 999;

    /// <summary><c>GET /api/user/usage-stats</c></summary>
    public Task StatsAsync(HttpRequest request, CancellationToken cancellationToken) =>
        RunAsync(
            request, (call, _, range, rows) => call.WriteAsync(Stats(range, rows), AigneApiJson.Default.AigneUsageStats),
            cancellationToken);

    /// <summary><c>GET /api/usage/quota</c></summary>
    public Task QuotaAsync(HttpRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, QuotaAsync, cancellationToken);

    /// <summary><c>GET /api/usage/projects</c></summary>
    public Task ProjectsAsync(HttpRequest request, CancellationToken cancellationToken) => RunAsync(request, async (call, _, _, rows) =>
    {
        var page = call.Query.Number("page", 1, 1, int.MaxValue);
        var size = call.Query.Number("pageSize", 20, 1, PageSizeMax);
        var byCost = call.Query.Text("sortBy") == "totalCredits";
        var all = Projects(rows);
        var ordered = byCost ? all.OrderBy(project => project.TotalCredits.Nanos) : all.OrderBy(project => project.TotalCalls);
        var list = call.Query.Text("sortOrder") == "asc" ? ordered.ToList() : ordered.Reverse().ToList();
        return call.Query.Error ?? await call.WriteAsync(
            new AigneProjects(
                [.. list.Skip((int)Math.Min(int.MaxValue, (page - 1L) * size)).Take(size)], list.Count, page, size),
            AigneApiJson.Default.AigneProjects);
    }, cancellationToken);

    /// <summary><c>GET /api/usage/trends</c>, <c>GET /api/usage/projects/trends?appDid=</c></summary>
    public Task TrendsAsync(HttpRequest request, CancellationToken cancellationToken) => RunAsync(request, (call, _, range, rows) =>
    {
        var app = call.Query.Text("appDid");
        var buckets = rows.Where(row => app is null || IdOf(row.Project) == app || IdOf(row.Project) == AigneProject.Mark + app)
            .GroupBy(row => range.BucketOf(row.Start)).OrderBy(bucket => bucket.Key);
        return call.WriteAsync(new AigneTrends([.. buckets.Select(TrendOf)], range.Granularity), AigneApiJson.Default.AigneTrends);
    }, cancellationToken);

    /// <summary><c>GET /api/usage/projects/group-trends</c></summary>
    public Task GroupTrendsAsync(HttpRequest request, CancellationToken cancellationToken) => RunAsync(request, (call, _, range, rows) =>
    {
        var buckets = rows.GroupBy(row => range.BucketOf(row.Start)).OrderBy(bucket => bucket.Key).Select(bucket => new AigneGroupTrend(
            bucket.Key.ToUnixTimeSeconds(), bucket.GroupBy(row => IdOf(row.Project)).ToDictionary(group => group.Key, ProjectTrendOf)));
        return call.WriteAsync(
            new AigneGroupTrends(Projects(rows), [.. buckets], range.Granularity), AigneApiJson.Default.AigneGroupTrends);
    }, cancellationToken);

    private Task RunAsync(
        HttpRequest request, Func<AigneCall, Caller, AigneRange, IReadOnlyList<UsageRow>, Task<HubError?>> endpoint,
        CancellationToken cancellationToken) => handler.RunAsync(request, async (call, caller) =>
        {
            var range = AigneRange.Of(call.Query, time.GetUtcNow());
            if (call.Query.Error is { } error)
            {
                return error;
            }

            var query = new UsageQuery(range.From, range.To, UsagePeriod.Hour, ByModel: true, ByProject: true);
            var report = await reader.ReadAsync(caller.Account, query, call.CancellationToken);
            return report.IsTooLong
                ? new HubError(
                    400, "report_too_long", Blame.Caller, "There is too much usage for one report. Ask for a shorter span.", "startTime")
                : await endpoint(call, caller, range, report.Rows);
        }, cancellationToken);

    private async Task<HubError?> QuotaAsync(AigneCall call, Caller caller, AigneRange range, IReadOnlyList<UsageRow> rows)
    {
        var used = Sum(rows).Cost;
        var average = used / Math.Max(1, (long)Math.Ceiling((range.To - range.From).TotalDays));
        var state = caller.SpendsCredit
            ? await purses.ReadAsync(caller.Terms.Purses.Home, call.CancellationToken)
            : null;
        var balance = state is null ? AigneCreditBalance.None : AigneCreditBalance.Of(state);
        var left = state is null || average == 0
            ? DaysWithoutLimit
            : (int)Int128.Clamp(state.Balance / average, 1, DaysWithoutLimit);
        return await call.WriteAsync(
            new AigneQuota(
                balance.Total, balance.Balance, Nano.ToDecimalString(used), balance.PendingCredit, left, Nano.ToDecimalString(average),
                balance.Currency),
            AigneApiJson.Default.AigneQuota);
    }

    private AigneUsageStats Stats(AigneRange range, IReadOnlyList<UsageRow> rows)
    {
        var total = Sum(rows);
        var models = rows.GroupBy(row => row.Model!).Select(group => (Model: group.Key, Totals: Sum(group)))
            .OrderByDescending(model => model.Totals.Calls).ThenBy(model => model.Model, StringComparer.Ordinal).ToList();
        var types = rows.GroupBy(row => AigneModelType.OfCall(row.Model!)).ToDictionary(group => group.Key, group =>
        {
            var sum = Sum(group);
            return new AigneTypeSum(sum.Usage(), new Amount(sum.Cost), sum.Calls, sum.Successes());
        });
        var days = rows.GroupBy(row => range.DateOf(row.Start)).OrderBy(day => day.Key, StringComparer.Ordinal).Select(day =>
        {
            var sum = Sum(day);
            return new AigneDay(day.Key, new Amount(sum.Cost), AigneTotals.TokensOf(sum), sum.Calls);
        });
        return new AigneUsageStats(
            new AigneUsageSummary(new Amount(total.Cost), total.Calls, models.Count, types), [.. days],
            new AigneModelStats([.. models.Take(ModelsShown).Select(model => CountOf(model.Model, model.Totals.Calls))], models.Count));
    }

    private AigneModelCount CountOf(string model, long calls)
    {
        var provider = model.Split('/')[0];
        var name = snapshots.Current.FindProvider(provider)?.DisplayName ?? provider;
        return new AigneModelCount(
            provider, new AigneProviderRef(provider, provider, name), model[Math.Min(model.Length, provider.Length + 1)..], calls);
    }

    private static List<AigneProjectSum> Projects(IReadOnlyList<UsageRow> rows) =>
        [.. rows.GroupBy(row => IdOf(row.Project)).Select(ProjectOf)];

    private static AigneProjectSum ProjectOf(IGrouping<string, UsageRow> rows)
    {
        var sum = Sum(rows);
        return new AigneProjectSum(
            rows.Key, AigneProject.NameOf(rows.Key), null, null, sum.Calls, new Amount(sum.Cost), null, sum.SuccessPercent(), null);
    }

    private static AigneTrend TrendOf(IGrouping<DateTimeOffset, UsageRow> bucket)
    {
        var sum = Sum(bucket);
        return new AigneTrend(
            bucket.Key.ToUnixTimeSeconds(), sum.Calls, sum.Successes(), sum.SuccessPercent(), null, null, new Amount(sum.Cost),
            sum.Usage());
    }

    private static AigneProjectTrend ProjectTrendOf(IEnumerable<UsageRow> rows)
    {
        var sum = Sum(rows);
        return new AigneProjectTrend(sum.Usage(), new Amount(sum.Cost), sum.Calls, sum.Successes(), null, null);
    }

    private static string IdOf(string? project) => project ?? "";

    private static UsageTotals Sum(IEnumerable<UsageRow> rows)
    {
        var sum = new UsageTotals();
        foreach (var row in rows)
        {
            sum.Add(row.Totals);
        }

        return sum;
    }
}
