using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Fronts.Aigne;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>
/// The account's calls out of its ledger, newest first, in pages that are named by number: a search reads the newest
/// <see cref="LinesMax"/> lines of the span and says so when there are more.
/// </summary>
public sealed class AigneCallEndpoints(AigneHandler handler, LedgerReader ledger, IHubSnapshots snapshots, TimeProvider time)
{
    /// <summary>Lines that one search reads.</summary>
    private const int LinesMax = 10_000;

    private const int PageSizeMax = 100;
    private static readonly string[] Statuses = ["success", "failed", "all"];

    /// <summary><c>GET /api/user/model-calls</c></summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, async (call, caller) =>
        {
            var (found, paging, truncated, error) = await SearchAsync(call, caller, pageSize: 50);
            return error ?? await call.WriteAsync(
                new AigneCallPage(found.Count, Page(found, paging), paging, truncated), AigneApiJson.Default.AigneCallPage);
        }, cancellationToken);

    /// <summary><c>GET /api/usage/projects/calls</c></summary>
    public Task ListOfProjectAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, async (call, caller) =>
        {
            if (call.Query.Text("appDid") is null)
            {
                call.Query.Refuse("appDid", "'appDid' is missing.");
            }

            var (found, paging, truncated, error) = await SearchAsync(call, caller, pageSize: 20);
            return error ?? await call.WriteAsync(
                new AigneProjectCallPage(found.Count, Page(found, paging), paging.Page, paging.PageSize, truncated),
                AigneApiJson.Default.AigneProjectCallPage);
        }, cancellationToken);

    private async Task<(List<UsageEvent> Found, AignePaging Paging, bool Truncated, HubError? Error)> SearchAsync(
        AigneCall call, Caller caller, int pageSize)
    {
        var query = call.Query;
        var range = AigneRange.Of(query, time.GetUtcNow());
        var paging = new AignePaging(query.Number("page", 1, 1, int.MaxValue), query.Number("pageSize", pageSize, 1, PageSizeMax));
        var seconds = query.Number("minDurationSeconds", 0, 0, int.MaxValue);
        var status = query.Text("status") ?? "all";
        if (!Statuses.Contains(status))
        {
            query.Refuse("status", "'status' must be success, failed or all.");
        }

        if ((query.Error ?? CheckAllUsers(query, caller)) is { } error)
        {
            return ([], paging, false, error);
        }

        var found = new List<UsageEvent>();
        var read = 0;
        await foreach (var line in ledger.WalkAsync(caller.Account, range.From, range.To, call.CancellationToken))
        {
            if (++read > LinesMax)
            {
                return (found, paging, true, null);
            }

            if (Matches(line.Event, query, status, seconds))
            {
                found.Add(line.Event);
            }
        }

        return (found, paging, false, null);
    }

    /// <summary>A key reads its own account alone.</summary>
    private static HubError? CheckAllUsers(AigneQuery query, Caller caller) =>
        !query.Flag("allUsers") ? null
        : !caller.May(Permission.Read) ? new HubError(403, "forbidden", Blame.Caller, "This needs an administrator's key.", "allUsers")
        : new HubError(
            400, "unsupported_parameter", Blame.Caller,
            "'allUsers' is not served here. GET /api/admin/usage sums all accounts, GET /api/admin/accounts/{id}/ledger lists one's calls.",
            "allUsers");

    private static bool Matches(UsageEvent usage, AigneQuery query, string status, int seconds)
    {
        var model = query.Text("model");
        var search = query.Text("search");
        return (status == "all" || (status == "failed") == (usage.Outcome == CallOutcome.Failed))
            && usage.Timings.Total >= seconds * 1000L
            && (model is null || Has(usage.Model, model))
            && (query.Text("type") is not { } type || AigneModelType.OfCall(usage.Model) == type)
            && (query.Text("providerId") is not { } provider || ProviderOf(usage).Equals(provider, StringComparison.OrdinalIgnoreCase))
            && (query.Text("appDid") is not { } app || usage.Project == app || usage.Project == AigneProject.Mark + app)
            && (search is null || Has(usage.Model, search) || Has(usage.Id.ToString("N"), search));
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string ProviderOf(UsageEvent usage) => usage.Model.Split('/')[0];

    private List<AigneCallDocument> Page(List<UsageEvent> found, AignePaging paging) =>
        [.. paging.Of(found).Select(DocumentOf)];

    private AigneCallDocument DocumentOf(UsageEvent usage)
    {
        var provider = ProviderOf(usage);
        var name = snapshots.Current.FindProvider(provider)?.DisplayName ?? provider;
        var totals = new UsageTotals();
        totals.Add(usage);
        var id = usage.Id.ToString("N");
        return new AigneCallDocument(
            id, provider, usage.Model[Math.Min(usage.Model.Length, provider.Length + 1)..], AigneModelType.OfCall(usage.Model),
            totals.Usage(), MetricsOf(totals), usage.Cost is { } cost ? Nano.ToDecimalString(cost) : null,
            usage.Outcome == CallOutcome.Failed ? "failed" : "success", Math.Round(usage.Timings.Total / 1000.0, 1), usage.Error,
            usage.Project, usage.Account, id, HubIds.TimeOf(usage.Id).ToUnixTimeSeconds(), usage.Timings.FirstByte,
            usage.Timings.Upstream, HubIds.TimeOf(usage.Id), new AigneProviderRef(provider, provider, name),
            usage.Project is { } project ? new AigneApp(project, AigneProject.NameOf(project)) : null);
    }

    private static AigneUsageMetrics MetricsOf(UsageTotals totals) => new(
        totals[UnitKind.Input] + totals[UnitKind.AudioInput] + totals[UnitKind.ImageInput],
        totals[UnitKind.Output] + totals[UnitKind.Reasoning] + totals[UnitKind.AudioOutput] + totals[UnitKind.ImageOutput],
        AigneTotals.TokensOf(totals), totals[UnitKind.CacheWrite5m] + totals[UnitKind.CacheWrite1h], totals[UnitKind.CachedInput],
        totals[UnitKind.Image]);
}
