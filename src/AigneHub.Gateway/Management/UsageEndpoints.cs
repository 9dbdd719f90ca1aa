using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Identity;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>GET /api/me/usage</c> (the caller's account) and <c>GET /api/admin/usage</c> (all accounts, or <c>?account=</c>):
/// sums by hour, day or month and any of account, team, project, key, provider, model. Current as soon as a call is settled.
/// </summary>
public sealed class UsageEndpoints(
    ManagementHandler handler, UsageReader reader, IPurseRegistry purses, IKeyStore keys, IMemberStore members,
    IHubSnapshots snapshots, TimeProvider time)
{
    private const int AccountsAtOnce = 16;
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(30);
    private static readonly TimeSpan HourlySpanMax = TimeSpan.FromDays(31);
    private static readonly string[] Groups = ["account", "team", "project", "key", "provider", "model"];

    public Task MineAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.MyUsage, async call =>
        {
            var (query, error) = Parse(call.Request, "from", "to", "interval", "groupBy");
            if (query is null)
            {
                return error;
            }

            return await WriteAsync(call, query, [call.Caller.Account]);
        }, cancellationToken);

    public Task AllAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.AllUsage, async call =>
        {
            var (query, error) = Parse(call.Request, "from", "to", "interval", "groupBy", "account");
            if (query is null)
            {
                return error;
            }

            return await WriteAsync(call, query, query.Account is { } one ? [one] : await AccountsAsync(call.CancellationToken));
        }, cancellationToken);

    private async Task<List<string>> AccountsAsync(CancellationToken cancellationToken)
    {
        var accounts = new List<string>();
        await foreach (var purse in purses.WalkAsync(cancellationToken))
        {
            if (PurseNames.IsHome(purse.Id))
            {
                accounts.Add(purse.Owner);
            }
        }

        accounts.Sort(StringComparer.Ordinal);
        return accounts;
    }

    /// <summary>
    /// Of keys and members, by id. A key's never changes: what it was charged for is its team's. Calls by token are those of the team that
    /// the member is in today.
    /// </summary>
    private async Task<IReadOnlyDictionary<string, string>> TeamsAsync(CancellationToken cancellationToken)
    {
        var teams = new Dictionary<string, string>(await keys.TeamsAsync(cancellationToken));
        await foreach (var member in MemberWalk.OfAsync(members, null, cancellationToken))
        {
            if (member.TeamNow is { } team)
            {
                teams[member.Id] = team;
            }
        }

        return teams;
    }

    private async Task<HubError?> WriteAsync(ManagementCall call, ParsedQuery query, IReadOnlyList<string> accounts)
    {
        var teams = query.Has("team") ? await TeamsAsync(call.CancellationToken) : null;
        var rows = new Dictionary<Group, UsageTotals>();
        var total = new UsageTotals();
        foreach (var batch in accounts.Chunk(AccountsAtOnce))
        {
            var reports = await Task.WhenAll(batch.Select(a => reader.ReadAsync(a, query.Usage, call.CancellationToken)));
            foreach (var (account, report) in batch.Zip(reports))
            {
                total.Add(report.Total);
                foreach (var row in report.Rows)
                {
                    var group = query.GroupOf(row, account, teams);
                    if (!rows.TryGetValue(group, out var sum))
                    {
                        rows[group] = sum = new UsageTotals();
                    }

                    sum.Add(row.Totals);
                }
            }

            if (rows.Count > UsageQuery.RowsMax || reports.Any(report => report.IsTooLong))
            {
                return Problem.BadRequest(
                    $"The report would have more than {UsageQuery.RowsMax} rows. "
                    + "Ask for a shorter span, a longer interval or fewer groups.",
                    "groupBy", "report_too_long");
            }
        }

        var items = rows.Keys.Order()
            .Select(g => new UsageItem(g.Start, g.Account, g.Team, g.Project, g.Key, g.Provider, g.Model, UsageSum.Of(rows[g])));
        await call.WriteAsync(
            new UsageDocument(
                Units.Name(snapshots.Current.Mode), query.Usage.From, query.Usage.To, query.Usage.Period, UsageSum.Of(total), [.. items]),
            ManagementJson.Default.UsageDocument);
        return null;
    }

    private (ParsedQuery? Query, HubError? Error) Parse(HttpRequest request, params ReadOnlySpan<string> known)
    {
        var query = new Query(request, known);
        var now = time.GetUtcNow();
        var to = query.Time("to", now);
        var from = query.Time("from", to - DefaultSpan);
        var period = query.Word<UsagePeriod>("interval") ?? UsagePeriod.Day;
        var groups = (query.Text("groupBy") ?? "model").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (groups.Except(Groups).FirstOrDefault() is { } unknown)
        {
            query.Refuse(Problem.BadRequest($"'groupBy' takes {string.Join(", ", Groups)}, not '{unknown}'.", "groupBy"));
        }

        if (to <= from)
        {
            query.Refuse(Problem.BadRequest("'from' must lie before 'to'.", "from"));
        }

        var longest = period == UsagePeriod.Hour ? HourlySpanMax : UsageQuery.SpanMax;
        if (to - from > longest)
        {
            query.Refuse(Problem.BadRequest($"The span may be {longest.TotalDays} days at most for this interval.", "from"));
        }

        var account = query.Text("account");
        if (account is not null && !PurseNames.IsValid(PurseId.OfAccount(account).Value))
        {
            query.Refuse(Problem.BadRequest("This is no account id.", "account"));
        }

        return query.Error is { } error
            ? (null, error)
            : (new ParsedQuery(
                new UsageQuery(
                    from, to, period, groups.Contains("model") || groups.Contains("provider"),
                    groups.Contains("key") || groups.Contains("team"), groups.Contains("project")),
                groups, account), null);
    }

    private sealed record ParsedQuery(UsageQuery Usage, IReadOnlyCollection<string> Groups, string? Account)
    {
        public bool Has(string group) => Groups.Contains(group);

        public Group GroupOf(UsageRow row, string account, IReadOnlyDictionary<string, string>? teams) => new(
            row.Start, Has("account") ? account : null, teams?.GetValueOrDefault(row.Key!), row.Project, Has("key") ? row.Key : null,
            Has("provider") ? row.Model!.Split('/')[0] : null, Has("model") ? row.Model : null);
    }

    /// <summary>What a row of the report is for; null what was not asked for.</summary>
    private readonly record struct Group(
        DateTimeOffset Start, string? Account, string? Team, string? Project, string? Key, string? Provider, string? Model)
        : IComparable<Group>
    {
        public int CompareTo(Group other)
        {
            var order = Start.CompareTo(other.Start);
            ReadOnlySpan<(string?, string?)> texts =
            [
                (Account, other.Account), (Team, other.Team), (Project, other.Project), (Key, other.Key), (Provider, other.Provider),
                (Model, other.Model),
            ];
            foreach (var (one, another) in texts)
            {
                order = order != 0 ? order : string.CompareOrdinal(one, another);
            }

            return order;
        }
    }
}
