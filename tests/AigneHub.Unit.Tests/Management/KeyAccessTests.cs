using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Management;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.Management;

/// <summary>Roles within an account, a team or a project reach its keys alone.</summary>
public sealed class KeyAccessTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public KeyAccessTests()
    {
        _bench.AddKey("key_acme", account: "acme");
        _bench.AddKey("key_blue", account: "other", team: "blue");
        _bench.AddKey("key_green", account: "other", project: "Green");
        _bench.Stored.Put(OwnerKind.Project, "green");
        _bench.Stored.Put(OwnerKind.Project, "gold");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("account:acme", "key_acme")]
    [InlineData("account:other", "key_blue key_green")]
    [InlineData("team:blue", "key_blue")]
    [InlineData("project:green", "key_green")]
    [InlineData("hub", "key_acme key_blue key_green")]
    public async Task Check_OfARolesScope_OthersKeysAreNotThere(string scope, string expected)
    {
        foreach (var id in new[] { "key_acme", "key_blue", "key_green", "key_none" })
        {
            var isIn = expected.Split(' ').Contains(id) || (scope == "hub" && id == "key_none");
            foreach (var route in new[] { ManagementRoutes.GetKey, ManagementRoutes.UpdateKey, ManagementRoutes.KeyBalance })
            {
                Assert.Equal(isIn ? null : "key_not_found", (await _bench.Access.CheckAsync(Call(Role.Administrator, scope), route, id))?.Code);
            }

            // Who may read it is told that it may no more.
            var error = await _bench.Access.CheckAsync(Call(Role.Auditor, scope), ManagementRoutes.RevokeKey, id);
            Assert.Equal(expected.Split(' ').Contains(id) ? "forbidden" : "key_not_found", error?.Code);
        }
    }

    [Fact]
    public async Task Check_ProjectsOfAPublicHub_AreLabels()
    {
        using var bench = new ManagementBench(HubMode.Provider);
        bench.AddKey("key_green", account: "other", project: "Green");
        Assert.NotNull(await bench.Access.CheckAsync(Call(Role.Administrator, "project:green"), ManagementRoutes.GetKey, "key_green"));
    }

    [Theory]
    [InlineData("hub", "anyone", "red", "gold", null)]
    [InlineData("account:a", "a", null, null, null)]
    [InlineData("account:a", "other", null, null, "account")]
    [InlineData("account:a", "a", "red", null, "team")]
    [InlineData("account:a", "a", "own", "own", null)] // Its own key names them, too.
    [InlineData("account:a", "a", null, "gold", "project")]
    [InlineData("account:a", "a", null, "a-label", null)]
    [InlineData("team:red", "a", "red", null, null)]
    [InlineData("team:red", "a", null, null, "account")]
    [InlineData("team:red", "other", "red", null, "account")] // The other account would pay.
    [InlineData("project:gold", "a", null, "Gold", null)]
    [InlineData("project:gold", "other", null, "gold", "account")]
    public async Task CheckNew_WhomAKeyCharges_IsTheCallersToManage(string scope, string account, string? team, string? project, string? param)
    {
        var error = await _bench.Access.CheckNewAsync(Call(Role.Administrator, scope), account, team, project);
        Assert.Equal(param, error?.Param);
        Assert.Equal(param is null ? null : 403, error?.Status);
    }

    [Theory]
    [InlineData("hub", null)]
    [InlineData("account:a", null)]
    [InlineData("team:red", "mayPay")]
    public void CheckPaying_WhoCantPay_AllowsNobodyTo(string scope, string? param)
    {
        var caller = Call(Role.Administrator, scope).Caller;
        Assert.Equal(param, KeyAccess.CheckPaying(caller, "a", true)?.Param);
        Assert.Null(KeyAccess.CheckPaying(caller, "a", false));
    }

    [Fact]
    public async Task Create_AndChange_NewFieldsReadBack()
    {
        var body = """{"name":"n","modelsDenied":["sim/x*"],"scopes":["chat","audio"],"ipRanges":["10.0.0.1","2001:DB8::/32"]}""";
        var made = await _bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), body);
        Assert.Equal(201, made.Status);
        Assert.Equal("""["10.0.0.1/32","2001:db8::/32"]""", made.Body["ipRanges"]!.ToJsonString());
        var read = await _bench.SendAsync(request => _bench.Keys.GetAsync(request, made["id"], default));
        Assert.Equal("""["chat","audio"]""", read.Body["scopes"]!.ToJsonString());
        var patched = await _bench.SendAsync(
            request => _bench.Keys.UpdateAsync(request, made["id"], default), """{"scopes":[],"ipRanges":[],"modelsDenied":[]}""", read.ETag);
        Assert.Equal("[] [] []", $"{patched.Body["scopes"]!.ToJsonString()} {patched.Body["ipRanges"]!.ToJsonString()} {patched.Body["modelsDenied"]!.ToJsonString()}");
    }

    [Theory]
    [InlineData("""{"name":"n","scopes":["everything"]}""")]
    [InlineData("""{"name":"n","scopes":["chat","chat"]}""")]
    [InlineData("""{"name":"n","scopes":[0]}""")]
    [InlineData("""{"name":"n","ipRanges":["10.0.0.1/8"]}""")]
    [InlineData("""{"name":"n","ipRanges":[null]}""")]
    [InlineData("""{"name":"n","modelsDenied":["a*b"]}""")]
    public async Task Create_WhatCantBe_IsRefused(string body) =>
        Assert.Equal(400, (await _bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), body)).Status);

    /// <summary>Of account a, team and project own.</summary>
    private static ManagementCall Call(Role role, string scope)
    {
        var parts = scope.Split(':');
        var of = parts.Length == 1 ? Scope.Hub : new Scope(Enum.Parse<OwnerKind>(parts[0], ignoreCase: true), parts[1]);
        var key = RoutingSamples.Key() with { Team = "own", Project = "own" };
        var caller = RoutingSamples.Caller(key) with { Assignments = [new RoleAssignment(role, of)] };
        return new ManagementCall(new DefaultHttpContext().Request, caller, "", new AigneHub.Gateway.Bodies.BodyMemory(1), 1, default);
    }
}
