using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.Management;

/// <summary>Who may put out whom, and what is left to those whose account, team or project is not active.</summary>
public sealed class MemberStandingTests
{
    private const string Suspend = """{"status":"suspended"}""";
    private static readonly string Boss = MemberRecord.IdOf(MemberBench.Issuer, "boss");

    /// <summary>Their roles are in no record that anybody has given them.</summary>
    [Theory]
    [InlineData("owner", "administrator@hub", false)]
    [InlineData("owner", "administrator@account:acme", false)]
    [InlineData("owner", "owner@account:acme", false)]
    [InlineData("owner", "owner@hub", true)]
    [InlineData("administrator", "administrator@hub", false)]
    [InlineData("auditor", "administrator@account:acme", false)]
    [InlineData("auditor", "administrator@hub", true)]
    [InlineData("member", "administrator@account:acme", true)]
    public async Task SuspendAndDelete_OfThoseWithRolesByToken_AreForTheirEquals(string theirs, string role, bool isAllowed)
    {
        using var bench = new MemberBench(issuer: new IssuerOptions { Groups = $"g={theirs}", Account = "acme" });
        Assert.Equal(200, (await bench.MeAsync(bench.Token("boss", "g"))).Status);
        bench.Put("chief", role);
        var suspended = await bench.PatchAsync(Boss, Suspend, bench.Token("chief"));
        Assert.True((isAllowed ? 200 : 403) == suspended.Status, suspended.Body.ToString());
        var deleted = await bench.Hub.SendAsync(
            request => bench.Hub.Members.DeleteAsync(request, Boss, default), method: "DELETE", key: bench.Token("chief"));
        Assert.True((isAllowed ? 204 : 403) == deleted.Status, deleted.Body.ToString());
    }

    [Fact]
    public async Task RolesByToken_AreThoseOfTheLastOne()
    {
        using var bench = new MemberBench(issuer: new IssuerOptions { Groups = "g=owner", Account = "acme" });
        bench.Put("boss", "member@account:acme");
        bench.Put("chief", "administrator@account:acme");
        Assert.Equal(200, (await bench.MeAsync(bench.Token("boss", "g"))).Status);
        Assert.Equal(403, (await bench.PatchAsync(Boss, Suspend, bench.Token("chief"))).Status);
        Assert.Equal(200, (await bench.MeAsync(bench.Token("boss"))).Status);
        Assert.Equal(200, (await bench.PatchAsync(Boss, Suspend, bench.Token("chief"))).Status);
    }

    [Fact]
    public async Task LastOwner_ByToken_IsNeitherSuspendedNorDeletedNorClosed()
    {
        using var bench = new MemberBench(issuer: new IssuerOptions { Groups = "g=owner", Account = "acme" }, hasAdministratorKey: false);
        var boss = bench.Token("boss", "g");
        Assert.Equal(200, (await bench.MeAsync(boss)).Status);
        var replies = new[]
        {
            await bench.PatchAsync(Boss, Suspend, boss),
            await bench.Hub.SendAsync(request => bench.Hub.Members.DeleteAsync(request, Boss, default), method: "DELETE", key: boss),
            await bench.StatusAsync("closed", key: boss),
        };
        Assert.All(replies, reply => Assert.Equal((409, "last_owner"), (reply.Status, reply["code"])));

        // One whose account is closed is none.
        bench.Put("second", "owner@hub", "other");
        Assert.Equal(200, (await bench.StatusAsync("closed", id: "other", key: boss)).Status);
        Assert.Equal(409, (await bench.PatchAsync(Boss, Suspend, boss)).Status);
        Assert.Equal(200, (await bench.StatusAsync("active", id: "other", key: boss)).Status);
        Assert.Equal(200, (await bench.PatchAsync(Boss, Suspend, boss)).Status);
    }

    [Fact]
    public async Task Delete_OfAnAccountWithTheLastOwner_IsRefused()
    {
        using var bench = new MemberBench(hasAdministratorKey: false);
        bench.Put("boss", "owner@hub");
        bench.Hub.Stored.Put((await bench.Hub.Stored.FindAsync(OwnerKind.Account, "acme", default))!.Value with { Status = OwnerStatus.Closed });
        var root = bench.Hub.AddKey("key_root", Role.Owner);
        Task<Reply> DeleteAsync() => bench.Hub.SendAsync(
            request => bench.Hub.Removal.DeleteAsync(request, ManagementRoutes.DeleteAccount, OwnerKind.Account, "acme", default), key: root, method: "DELETE");
        Assert.Equal("last_owner", (await DeleteAsync())["code"]);
        Assert.NotEmpty(bench.Hub.MemberStore.All);
        bench.Put("second", "owner@hub", "other");
        Assert.Equal(204, (await DeleteAsync()).Status);
        var entry = bench.Hub.Audit.Rows.Last(one => one.Action == "DeleteAccount");
        Assert.Contains("closed", entry.Before, StringComparison.Ordinal);
        Assert.Contains("deleted", entry.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfAnAccount_EndsOwnKeysThatItsMembersHaveElsewhere()
    {
        using var bench = new MemberBench();
        bench.Put("anna", "member@account:other", "other");
        var key = await bench.MakeKeyAsync(bench.Token("anna"));
        bench.Put("anna", "member@account:acme");
        Assert.Equal(200, (await bench.StatusAsync("closed")).Status);
        var root = bench.Hub.AddKey("key_root", Role.Owner);
        Assert.Equal(204, (await bench.Hub.SendAsync(
            request => bench.Hub.Removal.DeleteAsync(request, ManagementRoutes.DeleteAccount, OwnerKind.Account, "acme", default), key: root, method: "DELETE")).Status);
        bench.Put("anna", "member@account:other", "other");
        Assert.Equal((201, 401), (key.Status, (await bench.MeAsync(key["key"])).Status));
    }

    /// <summary>Who has gone bad in an account that was suspended must not keep his roles on the hub.</summary>
    [Theory]
    [InlineData("suspended")]
    [InlineData("closed")]
    public async Task Update_OfMembersOfAnAccountThatIsNotActive_TakesRolesAndSuspends(string status)
    {
        using var bench = new MemberBench();
        var id = bench.Put("boss", "administrator@hub");
        var root = bench.Hub.AddKey("key_root", Role.Owner);
        Assert.Equal(200, (await bench.StatusAsync(status, key: root)).Status);
        Assert.Equal("account_not_found", (await bench.PatchAsync(id, """{"team":"blue"}""", root))["code"]);
        Assert.Equal(200, (await bench.PatchAsync(id, """{"roles":[]}""", root)).Status);
        Assert.Equal(200, (await bench.PatchAsync(id, Suspend, root)).Status);
    }

    [Theory]
    [InlineData("suspended", 200, "")]
    [InlineData("closed", 403, "account_closed")]
    [InlineData("deleted", 403, "account_closed")]
    public async Task HubRoles_InAnAccountThatIsNotActive_EndWithIt(string status, int expected, string code)
    {
        using var bench = new MemberBench();
        bench.Put("boss", "administrator@hub");
        var keys = new[] { bench.Token("boss"), bench.Hub.AddKey("key_boss", Role.Administrator, account: "acme") };
        var account = (await bench.Hub.Stored.FindAsync(OwnerKind.Account, "acme", default))!.Value;
        bench.Hub.Stored.Put(account with { Status = Enum.Parse<OwnerStatus>(status, ignoreCase: true) });
        foreach (var key in keys)
        {
            var reply = await bench.Hub.SendAsync(request => bench.Hub.Members.ListAsync(request, default), method: "GET", key: key);
            Assert.Equal((expected, code), (reply.Status, reply["code"]));
        }
    }

    /// <summary>To close an account is to put out everybody in it.</summary>
    [Theory]
    [InlineData("boss", "", false)]
    [InlineData("", "key_boss", false)]
    [InlineData("", "", true)]
    public async Task Close_OfAnAccountWithAdministratorsOfTheHub_IsForOwners(string member, string key, bool isAllowed)
    {
        using var bench = new MemberBench();
        _ = member.Length > 0 ? bench.Put(member, "administrator@hub") : "";
        _ = key.Length > 0 ? bench.Hub.AddKey(key, Role.Administrator, account: "acme") : "";
        var refused = await bench.StatusAsync("closed");
        Assert.Equal(isAllowed ? (200, "") : (403, "status"), (refused.Status, refused["param"]));
        Assert.Equal(200, (await bench.StatusAsync("closed", key: bench.Hub.AddKey("key_root", Role.Owner))).Status);
    }

    [Theory]
    [InlineData(OwnerKind.Team, "suspended", "team_suspended")]
    [InlineData(OwnerKind.Team, "closed", "team_closed")]
    [InlineData(OwnerKind.Project, "suspended", "project_suspended")]
    [InlineData(OwnerKind.Project, "closed", "project_closed")]
    [InlineData(OwnerKind.Account, "suspended", "account_suspended")]
    [InlineData(OwnerKind.Account, "closed", "account_closed")]
    public async Task LetIn_KeysOfWhatIsNotActive_CallNoModelsAndChangeNothing(OwnerKind kind, string status, string code)
    {
        using var bench = new MemberBench();
        bench.Hub.Stored.Put(OwnerKind.Project, "nightly");
        var key = bench.Hub.AddKey("key_app", account: "acme", team: "blue", project: "nightly");
        var id = kind switch { OwnerKind.Team => "blue", OwnerKind.Project => "nightly", _ => "acme" };
        Assert.Null((await LetInAsync(bench, key)).Error);
        Assert.Equal(200, (await bench.StatusAsync(status, kind, id)).Status);
        var (caller, error) = await LetInAsync(bench, key);
        Assert.Null(caller);
        Assert.Equal((403, code), (error!.Status, error.Code));
        Assert.Equal(status == "suspended" ? 200 : 403, (await bench.MeAsync(key)).Status);
        Assert.Equal(code, (await bench.MakeKeyAsync(key))["code"]);
        Assert.Equal(200, (await bench.StatusAsync("active", kind, id)).Status);
        Assert.Null((await LetInAsync(bench, key)).Error);
    }

    /// <summary>Whoever can make a workload anew would get starter credits anew.</summary>
    [Fact]
    public async Task SignUp_OfOtherWorkloadsOfAnIssuer_IsRefused()
    {
        using var bench = new MemberBench(
            HubMode.Provider, new IssuerOptions { Workloads = "repo:acme/app=account:acme" }, starter: 5);
        Assert.Equal(200, (await bench.MeAsync(bench.Token("repo:acme/app"))).Status);
        var refused = await bench.MeAsync(bench.Token("repo:evil/app"));
        Assert.Equal((403, "not_invited"), (refused.Status, refused["code"]));
        var account = MemberRecord.AccountIdOf(MemberBench.Issuer, "repo:evil/app");
        Assert.Equal(0, (await bench.Hub.Pipeline.Purses.ReadAsync(PurseId.OfAccount(account), default)).Granted);
    }

    /// <summary>Roles in a team, and whom his own account pays for.</summary>
    [Theory]
    [InlineData("""{"account":"acme","team":"blue","roles":[{"role":"member","scope":"team:blue"}]}""", 201)]
    [InlineData("""{"account":"acme","team":"blue","roles":[{"role":"auditor","scope":"team:blue"}]}""", 201)]
    [InlineData("""{"account":"acme","team":"blue"}""", 403)]
    [InlineData("""{"account":"acme","team":"blue","roles":[{"role":"administrator","scope":"team:blue"}]}""", 403)]
    [InlineData("""{"account":"acme","team":"red","roles":[{"role":"member","scope":"team:blue"}]}""", 403)]
    [InlineData("""{"account":"acme","team":"blue","roles":[{"role":"member","scope":"team:red"}]}""", 403)]
    [InlineData("""{"account":"acme","team":"blue","project":"p","roles":[{"role":"member","scope":"team:blue"}]}""", 403)]
    [InlineData("""{"account":"acme","roles":[{"role":"member","scope":"team:blue"}]}""", 403)]
    [InlineData("""{"account":"other","team":"blue","roles":[{"role":"member","scope":"team:blue"}]}""", 403)]
    public async Task Invite_ByATeamsAdministrator_IsIntoTheTeam(string body, int status)
    {
        using var bench = new MemberBench();
        bench.Hub.Stored.Put(OwnerKind.Team, "red");
        bench.Hub.Stored.Put(OwnerKind.Project, "p");
        bench.Put("lead", "administrator@team:blue member@account:acme");
        var lead = bench.Token("lead");
        var made = await bench.Hub.SendAsync(request => bench.Hub.Invitations.CreateAsync(request, default), body, key: lead);
        Assert.True(status == made.Status, made.Body.ToString());
        if (status == 201)
        {
            var joined = await bench.AcceptAsync(made["code"], bench.Token("anna"));
            Assert.Equal((200, "acme", "blue"), (joined.Status, joined["account"], joined["team"]));
        }
    }

    [Fact]
    public async Task List_ByATeamsAdministrator_IsOfTheTeam()
    {
        using var bench = new MemberBench();
        bench.Put("lead", "administrator@team:blue");
        bench.Put("anna", "");
        bench.Put("bo", "", "other");
        foreach (var (member, team) in new[] { ("anna", "blue"), ("bo", "red") })
        {
            var id = MemberRecord.IdOf(MemberBench.Issuer, member);
            bench.Hub.MemberStore.Put((await bench.Hub.MemberStore.FindAsync(id, default))!.Value with { Team = team });
        }

        Task<Reply> ListAsync(string? query) => bench.Hub.SendAsync(
            request => bench.Hub.Members.ListAsync(request, default), method: "GET", query: query, key: bench.Token("lead"));
        Task<Reply> GetAsync(string member) => bench.Hub.SendAsync(
            request => bench.Hub.Members.GetAsync(request, MemberRecord.IdOf(MemberBench.Issuer, member), default), method: "GET",
            key: bench.Token("lead"));
        var listed = await ListAsync("?team=blue");
        Assert.Equal("anna", Assert.Single(listed.Body["items"]!.AsArray())!["subject"]!.ToString());
        Assert.Equal((403, 403, 403), (
            (await ListAsync(null)).Status, (await ListAsync("?team=red")).Status, (await ListAsync("?account=acme")).Status));
        Assert.Equal((200, 404), ((await GetAsync("anna")).Status, (await GetAsync("bo")).Status));
        Assert.Equal(404, (await bench.PatchAsync(MemberRecord.IdOf(MemberBench.Issuer, "anna"), Suspend, bench.Token("lead"))).Status);
    }

    /// <summary>Before the endpoint is asked, so that none forgets it.</summary>
    [Theory]
    [InlineData(HubMode.Enterprise, true)]
    [InlineData(HubMode.Provider, false)]
    public async Task Routes_OfTheOtherMode_AreRefused(HubMode mode, bool isEnterprise)
    {
        using var bench = new MemberBench(mode);
        var root = bench.Hub.AddKey("key_root", Role.Owner);
        foreach (var route in ManagementRoutes.All.Where(route => route.Scope != RouteScope.Key))
        {
            var isCalled = false;
            var reply = await bench.Hub.SendAsync(
                request => bench.Hub.Handler.RunAsync(
                    request, route,
                    _ =>
                    {
                        isCalled = true;
                        return Task.FromResult<HubError?>(null);
                    },
                    default),
                method: "GET", key: root);
            var isIn = route.Mode is not { } only || only == HubMode.Enterprise == isEnterprise;
            Assert.True(isIn == isCalled, route.Function);
            Assert.Equal(isIn ? "" : "mode_differs", reply["code"]);
        }
    }

    [Fact]
    public async Task Key_WithTheScopeAccount_SeesWhoItIs()
    {
        using var bench = new MemberBench();
        async Task<Reply> WhoAsync(string scope)
        {
            var made = await bench.Hub.SendAsync(
                request => bench.Hub.Keys.CreateAsync(request, default), $$"""{"name":"n","account":"acme","scopes":["{{scope}}"]}""");
            return await bench.MeAsync(made["key"]);
        }

        Assert.Equal("key", (await WhoAsync("account"))["kind"]);
        Assert.Equal("scope_missing", (await WhoAsync("management"))["code"]);
    }

    private static async Task<(Caller? Caller, HubError? Error)> LetInAsync(MemberBench bench, string key)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + key;
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Loopback;
        return await bench.Hub.Gate.LetInAsync(http.Request, KeyScope.Chat, default);
    }
}
