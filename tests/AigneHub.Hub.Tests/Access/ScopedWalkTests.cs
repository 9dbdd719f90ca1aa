using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Management;
using AigneHub.Hub.Tests.Identity;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Hub.Tests.Access;

/// <summary>
/// The calls about accounts, teams, projects, keys, members and invitations, made over HTTP by everybody who has a role in one
/// account, team or project alone: on what lies there, and on others'.
/// </summary>
[Collection(HubCollections.Management)]
public sealed class ScopedWalkTests(AzuriteFixture azurite)
{
    private static readonly string[] Walked =
    [
        "api/me", "api/admin/accounts", "api/admin/teams", "api/admin/projects", "api/admin/keys", "api/admin/members",
        "api/admin/invitations",
    ];

    [Fact]
    public async Task Routes_ByRolesOfOneScope_ReachThatScopeAlone()
    {
        await using var issuer = await FakeIssuer.StartAsync("id");
        var mint = issuer["id"];
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>
        {
            ["AigneHub:Identity:Issuers:id:Issuer"] = mint.Issuer,
            ["AigneHub:Identity:Issuers:id:Audiences"] = mint.Audience,
        });
        var managed = new Managed(hub);
        var (own, other) = (await WalkedPlace.CreateAsync(managed), await WalkedPlace.CreateAsync(managed));
        List<ScopedCaller> callers = [];
        foreach (var role in Enum.GetValues<Role>())
        {
            foreach (var kind in Enum.GetValues<OwnerKind>())
            {
                var assignment = new RoleAssignment(role, own.ScopeOf(kind));
                var token = mint.Token(await own.SubjectAsync(hub.Services, mint.Issuer, assignment), DateTimeOffset.UtcNow);
                SecretWatch.Plant(token);
                callers.Add(new ScopedCaller(assignment, token, own));
            }
        }

        var routes = from function in FunctionTable.Local
                     where Walked.Any(start => function.Http?.Route?.StartsWith(start, StringComparison.Ordinal) is true)
                     let management = ManagementRoutes.All.Single(route => route.Function == function.Name)
                     where management.Mode is not HubMode.Provider
                     let verb = new HttpMethod(function.Http!.Methods![0].ToUpperInvariant())
                     select (Management: management, Verb: verb, Route: function.Http.Route!);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 8 };
        using var client = new HttpClient(handler) { BaseAddress = hub.Address };
        ConcurrentBag<string> wrong = [];
        var (count, letIn) = (0, 0);
        var calls = from route in routes from caller in callers from place in new[] { own, other } select (route, caller, place);
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, stop) =>
        {
            var (management, verb, template) = call.route;
            var hasId = template.Contains('{', StringComparison.Ordinal);
            var id = hasId ? await IdAsync(hub.Services, mint.Issuer, management, call.place) : null;
            using var request = new HttpRequestMessage(verb, PathOf(template, id, management, call.caller, call.place));
            request.Headers.Authorization = new("Bearer", call.caller.Token);
            if (verb != HttpMethod.Get && verb != HttpMethod.Delete)
            {
                var body = BodyOf(management, mint.Issuer, call.caller, call.place);
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            }

            using var response = await client.SendAsync(request, stop);
            var (status, text) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync(stop));
            var isBusy = text.Contains("\"too_many_exports\"", StringComparison.Ordinal);
            var expected = call.caller.Expected(management, hasId, call.place == own);
            Interlocked.Increment(ref count);
            if (expected is null)
            {
                Interlocked.Increment(ref letIn);
            }

            if (expected is null ? status is 401 or 403 or 429 || (status >= 500 && !isBusy) || IsHidden(management, status) : status != expected)
            {
                wrong.Add(
                    $"{verb} {request.RequestUri} by {call.caller.Assignment}: {status}, not {expected?.ToString() ?? "let in"}: "
                    + text);
            }
        });
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order(StringComparer.Ordinal)));
        Assert.True(count > 1_000 && letIn > 100, $"{count} calls, {letIn} let in");
    }

    /// <summary>Of things that are there, as of those of the walk.</summary>
    private static bool IsHidden(ManagementRoute route, int status) =>
        status == 404 && route.Scope is RouteScope.Key or RouteScope.Member && route.Function is not "KeyBalance";

    private static async Task<string> IdAsync(IServiceProvider hub, string issuer, ManagementRoute route, WalkedPlace place) =>
        route.Scope switch
        {
            RouteScope.Key => await place.KeyAsync(hub),
            RouteScope.Member when route.Function == nameof(ManagementRoutes.DeleteInvitation) => await place.InvitationAsync(hub),
            RouteScope.Member => await place.MemberAsync(hub, issuer),
            RouteScope.Team => place.Team,
            RouteScope.Project => place.Project,
            _ => place.Account,
        };

    /// <summary>Lists are asked for what lies in the caller's scope, or in the other place's.</summary>
    private static string PathOf(string template, string? id, ManagementRoute route, ScopedCaller caller, WalkedPlace place)
    {
        var path = "/" + string.Join('/', template.Split('/').Select(part => part.StartsWith('{') ? id : part));
        if (route.Function is not ("ListMembers" or "ListInvitations"))
        {
            return path;
        }

        var scope = place.ScopeOf(caller.Assignment.Scope.Owner!.Value);
        return $"{path}?{scope.Owner!.ToString()!.ToLowerInvariant()}={scope.Id}";
    }

    /// <summary>What a call makes, it makes in the caller's scope, or in the other place.</summary>
    private static string BodyOf(ManagementRoute route, string issuer, ScopedCaller caller, WalkedPlace place)
    {
        var body = new JsonObject();
        if (route.Function is "CreateKey" or "CreateMember" or "CreateInvitation")
        {
            body["account"] = place.Account;
            var scope = place.ScopeOf(caller.Assignment.Scope.Owner!.Value);
            body[scope.Owner!.ToString()!.ToLowerInvariant()] = scope.Id;
            if (route.Function == "CreateInvitation")
            {
                body["roles"] = new JsonArray(new JsonObject { ["role"] = "member", ["scope"] = scope.ToString() });
            }
        }

        if (route.Function is "CreateKey" or "CreateMyKey")
        {
            body["name"] = "walked";
        }

        if (route.Function == "CreateMember")
        {
            (body["issuer"], body["subject"]) = (issuer, $"made-{Guid.NewGuid():N}");
        }

        return body.ToJsonString();
    }
}
