using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>GET /api/me/usage</c> (the caller's account) and <c>GET /api/admin/usage</c> (all accounts, or <c>?account=</c>):
/// sums by hour or day and any of account, model, key, project. Current as soon as a call is settled.
/// </summary>
public sealed class UsageEndpoints(
    ManagementHandler handler, UsageReader reader, IPurseRegistry purses, IHubSnapshots snapshots, TimeProvider time)
{
    private const int AccountsAtOnce = 16;
    private static readonly TimeSpan DefaultSpan = TimeSpan.FromDays(30);
    private static readonly TimeSpan HourlySpanMax = TimeSpan.FromDays(31);
    private static readonly string[] Groups = ["account", "model", "key", "project"];

    public Task MineAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, KeyRole.Member, async call =>
        {
            var (query, error) = Parse(call.Request, "from", "to", "interval", "groupBy");
            if (query is null)
            {
                return error;
            }

            await WriteAsync(call, query, [call.Caller.Account]);
            return null;
        }, cancellationToken);

    public Task AllAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, KeyRole.Administrator, async call =>
        {
            var (query, error) = Parse(call.Request, "from", "to", "interval", "groupBy", "account");
            if (query is null)
            {
                return error;
            }

            await WriteAsync(call, query, query.Account is { } one ? [one] : await AccountsAsync(call.CancellationToken));
            return null;
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

    private async Task WriteAsync(ManagementCall call, ParsedQuery query, IReadOnlyList<string> accounts)
    {
        var rows = new Dictionary<(DateTimeOffset, string?, string?, string?, string?), UsageTotals>();
        var total = new UsageTotals();
        foreach (var batch in accounts.Chunk(AccountsAtOnce))
        {
            var reports = await Task.WhenAll(batch.Select(a => reader.ReadAsync(a, query.Usage, call.CancellationToken)));
            foreach (var (account, report) in batch.Zip(reports))
            {
                total.Add(report.Total);
                foreach (var row in report.Rows)
                {
                    var group = (row.Start, query.ByAccount ? account : null, row.Model, row.Key, row.Project);
                    if (!rows.TryGetValue(group, out var sum))
                    {
                        rows[group] = sum = new UsageTotals();
                    }

                    sum.Add(row.Totals);
                }
            }
        }

        var items = rows.OrderBy(r => r.Key.Item1).ThenBy(r => r.Key.Item2, StringComparer.Ordinal)
            .ThenBy(r => r.Key.Item3, StringComparer.Ordinal).ThenBy(r => r.Key.Item4, StringComparer.Ordinal)
            .ThenBy(r => r.Key.Item5, StringComparer.Ordinal)
            .Select(r => new UsageItem(r.Key.Item1, r.Key.Item2, r.Key.Item3, r.Key.Item4, r.Key.Item5, UsageSum.Of(r.Value)));
        await call.WriteAsync(
            new UsageDocument(
                Units.Name(snapshots.Current.Mode), query.Usage.From, query.Usage.To, query.Usage.Period, UsageSum.Of(total), [.. items]),
            ManagementJson.Default.UsageDocument);
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
                new UsageQuery(from, to, period, groups.Contains("model"), groups.Contains("key"), groups.Contains("project")),
                groups.Contains("account"), account), null);
    }

    private sealed record ParsedQuery(UsageQuery Usage, bool ByAccount, string? Account);
}
