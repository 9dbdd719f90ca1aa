using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.Management;

public sealed class MovementEndpointTests : IDisposable
{
    private static readonly PurseId Shop = PurseId.OfAccount("shop");
    private readonly ManagementBench _bench = new(HubMode.Provider);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Grant_Repeated_IsBookedOnceAndOnTheStatement()
    {
        await CreateShopAsync();
        const string Body = """{"amount":"12.50","reason":"goodwill","expiresAt":"2026-12-01T00:00:00Z","priority":3}""";
        var first = await _bench.GrantAsync("shop", Body, "g-1");
        Assert.Equal(
            (201, "grant", "12.5", "admin|g-1", "goodwill", "key_admin"),
            (first.Status, first["kind"], first["amount"], first["id"], first["reason"], first["by"]));
        var again = await _bench.GrantAsync("shop", Body, "g-1");
        Assert.Equal((200, first.Body.ToJsonString()), (again.Status, again.Body.ToJsonString()));
        foreach (var other in (string[])[Body.Replace("12.50", "12.51", StringComparison.Ordinal), Body.Replace("goodwill", "bribe", StringComparison.Ordinal)])
        {
            var refused = await _bench.GrantAsync("shop", other, "g-1");
            Assert.Equal((422, "idempotency_key_reused"), (refused.Status, refused["code"]));
        }

        var grants = await _bench.SendAsync(request => _bench.Movements.ListGrantsAsync(request, ManagementRoutes.ListGrants, Shop, default));
        var grant = Assert.Single(grants.Body["items"]!.AsArray())!;
        Assert.Equal(
            ("admin|g-1", "12.5", "2026-12-01T00:00:00+00:00", "3"),
            (grant["id"]!.ToString(), grant["remaining"]!.ToString(), grant["expiresAt"]!.ToString(), grant["priority"]!.ToString()));
        Assert.Equal(("12.5", "credits"), ((await _bench.BalanceAsync(Shop))["balance"], grants["unit"]));
    }

    [Fact]
    public async Task Reversal_OfAGrant_IsDoneOnceAndMayMakeDebt()
    {
        await CreateShopAsync();
        await _bench.GrantAsync("shop", """{"amount":"10","reason":"r"}""", "g-1");
        await _bench.AdjustAsync(Shop, """{"amount":"-4","reason":"used elsewhere"}""", "a-1");

        Assert.Equal("grant_not_found", (await ReverseAsync("admin|other", """{"reason":"r"}"""))["code"]);
        Assert.Equal("grant_not_found", (await ReverseAsync("admin|a-1", """{"reason":"r"}"""))["code"]);
        Assert.Equal("grant_not_found", (await ReverseAsync("payment|x", """{"reason":"r"}"""))["code"]);
        Assert.Equal("amount", (await ReverseAsync("admin|g-1", """{"reason":"r","amount":"10.1"}"""))["param"]);
        var reversed = await ReverseAsync("admin|g-1", """{"reason":"mistake"}""");
        Assert.Equal((201, "reversal", "-10"), (reversed.Status, reversed["kind"], reversed["amount"]));
        Assert.Equal(200, (await ReverseAsync("admin|g-1", """{"reason":"mistake"}""")).Status);
        Assert.Equal("already_reversed", (await ReverseAsync("admin|g-1", """{"reason":"mistake","amount":"1"}"""))["code"]);
        var balance = await _bench.BalanceAsync(Shop);
        Assert.Equal(("-4", "4", "0"), (balance["balance"], balance["debt"], balance["remaining"]));

        var page = await _bench.SendAsync(request => _bench.Movements.ListAsync(request, ManagementRoutes.AccountMovements, Shop, default), query: "?limit=2");
        Assert.Equal(["-10", "-4"], page.Body["items"]!.AsArray().Select(item => item!["amount"]!.ToString()));
        var rest = await _bench.SendAsync(
            request => _bench.Movements.ListAsync(request, ManagementRoutes.AccountMovements, Shop, default), query: $"?limit=2&continuation={page["continuation"]}");
        Assert.Equal(("10", ""), (Assert.Single(rest.Body["items"]!.AsArray())!["amount"]!.ToString(), rest["continuation"]));
        var odd = await _bench.SendAsync(request => _bench.Movements.ListAsync(request, ManagementRoutes.AccountMovements, Shop, default), query: "?continuation=x");
        Assert.Equal((400, "continuation"), (odd.Status, odd["param"]));
    }

    [Theory]
    [InlineData("""{"amount":"0","reason":"r"}""", "k", "amount")]
    [InlineData("""{"amount":"-1","reason":"r"}""", "k", "amount")]
    [InlineData("""{"amount":"1000000.000000001","reason":"r"}""", "k", "amount")]
    [InlineData("""{"amount":"1","reason":" "}""", "k", "reason")]
    [InlineData("""{"amount":"1","reason":"r"}""", null, "Idempotency-Key")]
    [InlineData("""{"amount":"1","reason":"r"}""", "a/b", "Idempotency-Key")]
    [InlineData("""{"amount":"1","reason":"r","expiresAt":"2026-11-23T12:00:00Z"}""", "k", "expiresAt")]
    [InlineData("""{"amount":"1","reason":"r","priority":101}""", "k", "priority")]
    public async Task Grant_WhatCantBe_NamesTheField(string body, string? idempotencyKey, string param)
    {
        await CreateShopAsync();
        var refused = await _bench.GrantAsync("shop", body, idempotencyKey);
        Assert.Equal((400, param), (refused.Status, refused["param"]));
    }

    [Fact]
    public async Task Grant_WhereNothingIsSpent_IsRefused()
    {
        Assert.Equal("no_credit", (await _bench.GrantAsync("default", """{"amount":"1","reason":"r"}""", "k"))["code"]);
        Assert.Equal("account_not_found", (await _bench.GrantAsync("nobody", """{"amount":"1","reason":"r"}""", "k"))["code"]);
        using var enterprise = new ManagementBench(HubMode.Enterprise);
        Assert.Equal("mode_differs", (await enterprise.GrantAsync("default", """{"amount":"1","reason":"r"}""", "k"))["code"]);
        Assert.Equal("no_budget", (await enterprise.AdjustAsync(PurseId.OfAccount("default"), """{"amount":"1","reason":"r"}""", "k"))["code"]);
    }

    [Fact]
    public async Task Adjustment_OfABudget_EndsWithItsPeriod()
    {
        using var bench = new ManagementBench(HubMode.Enterprise);
        await bench.CreateAsync(OwnerKind.Project, """{"id":"p","name":"P","budget":{"limit":"10","period":"day"}}""");
        var project = PurseId.OfProject("p");
        Assert.Equal(201, (await bench.AdjustAsync(project, """{"amount":"50","reason":"launch day"}""", "k")).Status);
        Assert.Equal("60", (await bench.BalanceAsync(project))["remaining"]);

        bench.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("10", (await bench.BalanceAsync(project))["remaining"]);
    }

    private async Task CreateShopAsync() =>
        Assert.Equal(201, (await _bench.CreateAsync(OwnerKind.Account, """{"id":"shop","name":"Shop"}""")).Status);

    private Task<Reply> ReverseAsync(string grant, string body) =>
        _bench.SendAsync(request => _bench.Movements.ReverseAsync(request, ManagementRoutes.ReverseGrant, Shop, grant, default), body);
}
