using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Hub.Tests.Access;

/// <summary>Every function, called over HTTP by everybody there is, in both modes: who gets in is who the tables name.</summary>
[Collection(HubCollections.Management)]
public sealed class AccessWalkTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>
{
    private const int DenialsAMinute = 20;

    [Theory]
    [InlineData(HubMode.Enterprise)]
    [InlineData(HubMode.Provider)]
    public async Task Routes_ByRoleAndMode_LetInWhomTheTablesName(HubMode mode)
    {
        var settings = new Dictionary<string, string?>(mode == HubMode.Provider ? seller.Settings : new Dictionary<string, string?>())
        {
            // The stranger tries every door.
            ["AigneHub:Gateway:AuthenticationFailuresPerMinute"] = "0",
            ["AigneHub:Telemetry:Prometheus"] = "true",
        };
        await using var hub = await TestHub.StartAsync(azurite, settings: settings);
        List<WalkedCaller> callers = [WalkedCaller.Nobody, WalkedCaller.Stranger];
        foreach (var role in Enum.GetValues<Role>())
        {
            callers.Add(await WalkedCaller.WithKeyAsync(hub.Services, role));
        }

        callers.Add(await WalkedCaller.WithKeyAsync(hub.Services, Role.Member, mayPay: true));
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 8 };
        using var client = new HttpClient(handler) { BaseAddress = hub.Address };
        ConcurrentBag<string> wrong = [];
        var calls = from route in WalkedRoute.All from caller in callers select (route, caller);
        var count = 0;
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, stop) =>
        {
            using var request = call.route.Request(call.caller.Key);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            Interlocked.Increment(ref count);
            var (status, expected) = ((int)response.StatusCode, Expected(call.route, call.caller));
            if (expected is null && call.route.Management?.Mode is { } only && only != mode)
            {
                var text = await response.Content.ReadAsStringAsync(stop);
                if (status != 409 || !text.Contains("\"mode_differs\"", StringComparison.Ordinal))
                {
                    wrong.Add($"{call.route.Verb} {call.route.Path}: {status} {text}, though it is of {only} mode");
                }
            }

            if (expected is null ? status is 401 or 403 or >= 500 && !IsKnownFailure(status) : status != expected)
            {
                wrong.Add($"{call.route.Verb} {call.route.Path} by {call.caller.Name}: {status}, not {expected?.ToString() ?? "let in"}");
            }
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order(StringComparer.Ordinal)));
        Assert.True(count > 1_000, $"{count} calls");
        await CheckAuditAsync(hub, callers);
    }

    /// <summary>What each changing function left behind, whatever became of the call.</summary>
    private static async Task CheckAuditAsync(TestHub hub, List<WalkedCaller> callers)
    {
        var changes = WalkedRoute.All.Where(route => route is { Management: not null, IsChange: true })
            .Select(route => route.Function).Distinct().Order(StringComparer.Ordinal).ToArray();
        var entries = await EntriesAsync(hub, callers.Single(caller => caller.Name == nameof(Role.Owner)));
        Assert.NotEmpty(changes);
        Assert.Equal(changes, entries.Select(entry => entry["action"]!.ToString()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(entries, entry =>
        {
            Assert.NotEqual("unfinished", entry["outcome"]!.ToString());
            Assert.NotEmpty(entry["address"]!.ToString());
        });

        // An auditor may change nothing: all was denied, and a part of it written down.
        var denied = await EntriesAsync(hub, callers.Single(caller => caller.Name == nameof(Role.Auditor)));
        Assert.InRange(denied.Count, 1, changes.Length);
        Assert.All(denied, entry => Assert.Equal(("denied", 403), (entry["outcome"]!.ToString(), (int)entry["status"]!)));
        Assert.All(
            denied.GroupBy(entry => DateTimeOffset.Parse(entry["endedAt"]!.ToString(), null).ToUnixTimeSeconds() / 60),
            minute => Assert.InRange(minute.Count(), 1, DenialsAMinute));
    }

    private static async Task<IReadOnlyList<JsonNode>> EntriesAsync(TestHub hub, WalkedCaller caller)
    {
        var text = await hub.Client.GetStringAsync(new Uri($"/api/admin/audit?format=jsonl&actor={caller.KeyId}", UriKind.Relative));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>A status; null: whatever the call itself says, once its caller is let in.</summary>
    private static int? Expected(WalkedRoute route, WalkedCaller caller) =>
        route.Management is { } management
            ? caller.Role is null ? 401 : caller.May(management, route.Account) ? null : 403
            : OpenRoutes.All[route.Function] switch
            {
                OpenAccess.AnyKey or OpenAccess.Callers when caller.Role is null => 401,
                OpenAccess.Callers when !Roles.Allow(caller.Role!.Value, Permission.Call) => 403,
                OpenAccess.AnyToken => 401,
                OpenAccess.KeyOptional when caller == WalkedCaller.Stranger => 401,
                _ => null,
            };

    /// <summary>What a hub without vendors and a payment provider can't do.</summary>
    private static bool IsKnownFailure(int status) => status is 501 or 503;
}
