using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Identity;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.Management;

/// <summary>Whom rights end with, and who comes back.</summary>
public sealed class MemberRightsTests
{
    private const string NewMember = $$"""{"issuer":"{{MemberBench.Issuer}}","subject":"stranger","account":"acme"}""";

    /// <summary>At his first sign-in a stranger would find himself in somebody else's account.</summary>
    [Theory]
    [InlineData(HubMode.Provider, "owner@account:acme", 403)]
    [InlineData(HubMode.Provider, "administrator@hub", 201)]
    [InlineData(HubMode.Enterprise, "owner@account:acme", 201)]
    public async Task Create_OfAPublicHub_IsForManagersOfTheWholeHub(HubMode mode, string role, int status)
    {
        using var bench = new MemberBench(mode);
        bench.Put("boss", role);
        var reply = await bench.Hub.SendAsync(request => bench.Hub.Members.CreateAsync(request, default), NewMember, key: bench.Token("boss"));
        Assert.True(status == reply.Status, reply.Body.ToString());
    }

    [Fact]
    public async Task SignUp_AfterItsAccountWasDeleted_IsRefused()
    {
        using var bench = new MemberBench(HubMode.Provider);
        var account = (await bench.MeAsync(bench.Token("anna")))["account"];
        Assert.Equal(MemberRecord.AccountIdOf(MemberBench.Issuer, "anna"), account);
        await bench.Hub.MemberStore.DeleteAsync(MemberRecord.IdOf(MemberBench.Issuer, "anna"), default);
        Assert.Equal(account, (await bench.MeAsync(bench.Token("anna")))["account"]);

        await bench.Hub.MemberStore.DeleteAsync(MemberRecord.IdOf(MemberBench.Issuer, "anna"), default);
        var record = (await bench.Hub.Stored.FindAsync(OwnerKind.Account, account, default))!.Value;
        bench.Hub.Stored.Put(record with { Status = OwnerStatus.Deleted });
        var refused = await bench.MeAsync(bench.Token("anna"));
        Assert.Equal((403, "not_invited"), (refused.Status, refused["code"]));
        Assert.Empty(bench.Hub.MemberStore.All);
    }

    [Fact]
    public async Task SignUp_IntoAnAccountThatOthersHaveNow_IsRefused()
    {
        using var bench = new MemberBench(HubMode.Provider);
        var account = (await bench.MeAsync(bench.Token("anna")))["account"];
        bench.Put("bo", $"owner@account:{account}", account);
        await bench.Hub.MemberStore.DeleteAsync(MemberRecord.IdOf(MemberBench.Issuer, "anna"), default);
        var refused = await bench.MeAsync(bench.Token("anna"));
        Assert.Equal((403, "not_invited"), (refused.Status, refused["code"]));
    }

    [Theory]
    [InlineData("""{"roles":[]}""", true)]
    [InlineData("""{"roles":[{"role":"auditor"}]}""", true)]
    [InlineData("""{"roles":[{"role":"administrator","scope":"account:other"}]}""", true)]
    [InlineData("""{"roles":[{"role":"administrator","scope":"account:acme"}]}""", false)]
    [InlineData("""{"roles":[{"role":"member","scope":"team:blue"}]}""", false)]
    [InlineData("""{"team":"blue"}""", false)]
    public async Task Update_ThatTakesTheLastRoleThatCalls_EndsOwnKeys(string body, bool ends)
    {
        using var bench = new MemberBench();
        var id = bench.Put("anna", "member@account:acme");
        var key = await bench.MakeKeyAsync(bench.Token("anna"));
        var child = await bench.MakeKeyAsync(key["key"]);
        Assert.Equal((201, 201), (key.Status, child.Status));

        var reply = await bench.PatchAsync(id, body, bench.Hub.AddKey("key_root", Role.Owner));

        Assert.True(reply.Status == 200, reply.Body.ToString());
        var expected = ends ? 401 : 200;
        Assert.Equal((expected, expected), ((await bench.MeAsync(key["key"])).Status, (await bench.MeAsync(child["key"])).Status));
        // For good: nobody remembers them when the role is given again.
        bench.Put("anna", "member@account:acme");
        Assert.Equal(expected, (await bench.MeAsync(key["key"])).Status);
    }

    [Fact]
    public async Task Delete_OfAMemberThatComesBackByAGroup_EndsItsOwnKeys()
    {
        using var bench = new MemberBench(issuer: new IssuerOptions { Groups = "staff=member", Account = "acme" });
        var key = await bench.MakeKeyAsync(bench.Token("anna", "staff"));
        Assert.Equal((201, 200), (key.Status, (await bench.MeAsync(key["key"])).Status));
        Assert.Equal(204, (await bench.DeleteAsync(MemberRecord.IdOf(MemberBench.Issuer, "anna"))).Status);
        Assert.Equal(200, (await bench.MeAsync(bench.Token("anna", "staff"))).Status);
        Assert.Equal(401, (await bench.MeAsync(key["key"])).Status);
    }

    /// <summary>What an instance knows of its callers is some seconds old.</summary>
    [Theory]
    [InlineData("roles")]
    [InlineData("suspended")]
    [InlineData("deleted")]
    public async Task CreateOwnKey_OfAMemberThatWasChangedMeanwhile_IsRefused(string change)
    {
        using var bench = new MemberBench();
        var id = bench.Put("anna", "member@account:acme");
        bench.Hub.Stored.AfterRead = () =>
        {
            var member = bench.Hub.MemberStore.All.Single();
            bench.Hub.MemberStore.Put(
                change == "suspended" ? member with { Status = MemberStatus.Suspended } : member with { Roles = [] });
            return change == "deleted" ? bench.Hub.MemberStore.DeleteAsync(id, default) : Task.CompletedTask;
        };
        var refused = await bench.MakeKeyAsync(bench.Token("anna"));
        Assert.Equal((409, "caller_changed"), (refused.Status, refused["code"]));
        Assert.Empty(await bench.Hub.Stored.ListOwnAsync(id, default));
    }

    /// <summary>Who manages a team must not get at another account's money by the secret of one of its keys.</summary>
    [Fact]
    public async Task RotateAndUpdate_ByATeamsManager_AreForItsOwnAccountsKeys()
    {
        using var bench = new MemberBench();
        bench.Put("chief", "administrator@team:blue");
        bench.Hub.AddKey("key_theirs", account: "other", team: "blue");
        bench.Hub.AddKey("key_wide", account: "acme");
        bench.Hub.AddKey("key_ours", account: "acme", team: "blue");
        bench.Hub.AddKey("key_pays", account: "acme", team: "blue");
        bench.Hub.Stored.Put((await bench.Hub.Stored.GetAsync("key_pays", default))!.Value with { MayPay = true });

        foreach (var (id, status) in new[] { ("key_theirs", 403), ("key_wide", 404), ("key_ours", 200), ("key_pays", 403) })
        {
            var etag = (await bench.Hub.Stored.GetAsync(id, default))!.ETag;
            var updated = await bench.Hub.SendAsync(
                request => bench.Hub.Keys.UpdateAsync(request, id, default), """{"ipRanges":[]}""", etag, key: bench.Token("chief"));
            var rotated = await bench.Hub.SendAsync(
                request => bench.Hub.Keys.RotateAsync(request, id, default), "{}", key: bench.Token("chief"));
            Assert.True((status, status) == (updated.Status, rotated.Status), $"{id}: {updated.Body} {rotated.Body}");
        }
    }

    [Fact]
    public async Task Export_MoreThanAFewAtOnce_AreToldToComeLater()
    {
        using var bench = new MemberBench();
        bench.Hub.AddKey("key_till", account: "acme");
        var go = new TaskCompletionSource();
        var reads = 0;
        // Of each call the first read is the caller's account, the second one the account that is exported.
        bench.Hub.Stored.AfterRead = () => ++reads % 2 == 0 ? go.Task : Task.CompletedTask;
        Task<Reply> Export() => bench.Hub.SendAsync(request => bench.Hub.Removal.ExportAsync(request, ManagementRoutes.ExportAccount, OwnerKind.Account, "acme", default), method: "GET");
        var running = Enumerable.Range(0, 3).Select(_ => Export()).ToArray();

        var late = await Export().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((503, "too_many_exports"), (late.Status, late["code"]));
        Assert.All(running, one => Assert.False(one.IsCompleted));
        bench.Hub.Stored.AfterRead = () => Task.CompletedTask;
        go.SetResult();
        Assert.All(await Task.WhenAll(running), one => Assert.Equal("key_till", one.Body["keys"]!.AsArray().Single()!["id"]!.ToString()));
        Assert.Equal(200, (await Export()).Status);
    }
}
