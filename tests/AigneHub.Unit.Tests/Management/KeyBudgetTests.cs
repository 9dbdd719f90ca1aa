using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Unit.Tests.Management;

public sealed class KeyBudgetTests : IDisposable
{
    private const string Body = """{"name":"n","account":"shop","team":"red","budget":{"limit":"5","period":"day"},"limits":{"requestsPerMinute":9}}""";
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public KeyBudgetTests()
    {
        _bench.Stored.Put(OwnerKind.Account, "shop");
        _bench.Stored.Put(OwnerKind.Team, "red");
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Create_BudgetTeamAndAccount_ReadBackAndChangeable()
    {
        var made = await CreateAsync(Body, "k1");
        Assert.Equal((201, "shop", "red"), (made.Status, made["account"], made["team"]));
        var id = made["id"];
        Assert.Equal("""{"limit":"5","period":"day","timeZone":"UTC","hard":true,"alerts":[50,80,100]}""", Compact(made, "budget"));
        Assert.Equal((PurseKind.Hard, 5_000_000_000L), await LimitAsync(id));

        var again = await CreateAsync(Body, "k1");
        Assert.Equal((200, id, ""), (again.Status, again["id"], again["key"]));
        var other = await CreateAsync(Body.Replace("\"5\"", "\"6\"", StringComparison.Ordinal), "k1");
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other["code"]));
        Assert.Equal((PurseKind.Hard, 5_000_000_000L), await LimitAsync(id));

        var read = await _bench.SendAsync(request => _bench.Keys.GetAsync(request, id, default));
        var patched = await PatchAsync(id, """{"name":"m"}""", read.ETag);
        Assert.Equal(Compact(made, "budget"), Compact(patched, "budget"));
        Assert.Equal("reason", (await PatchAsync(id, """{"budget":null}""", patched.ETag))["param"]);
        patched = await PatchAsync(id, """{"budget":null,"reason":"x"}""", patched.ETag);
        Assert.Equal((200, ""), (patched.Status, patched["budget"]));
        Assert.Equal((PurseKind.Unlimited, null), await LimitAsync(id));
        Assert.Equal(400, (await PatchAsync(id, """{"team":"blue"}""", patched.ETag)).Status);
        Assert.Equal(412, (await PatchAsync(id, """{"name":"x"}""", read.ETag)).Status);
        Assert.Equal(428, (await PatchAsync(id, """{"name":"x"}""", "")).Status);
    }

    [Theory]
    [InlineData("""{"name":"n","account":"nobody"}""", "account_not_found")]
    [InlineData("""{"name":"n","team":"nobody"}""", "team_not_found")]
    [InlineData("""{"name":"n","budget":{"limit":"x","period":"day"}}""", "invalid_request")]
    public async Task Create_WhatCantBe_IsRefused(string body, string code)
    {
        var refused = await CreateAsync(body, null);
        Assert.Equal((400, code), (refused.Status, refused["code"]));
    }

    [Fact]
    public async Task Create_InProviderMode_KeysHaveBudgetsAndNoTeams()
    {
        using var bench = new ManagementBench(HubMode.Provider);
        bench.Stored.Put(OwnerKind.Team, "red");
        var refused = await bench.SendAsync(request => bench.Keys.CreateAsync(request, default), """{"name":"n","team":"red"}""");
        Assert.Equal((409, "mode_differs", "team"), (refused.Status, refused["code"], refused["param"]));
        var made = await bench.SendAsync(
            request => bench.Keys.CreateAsync(request, default), """{"name":"n","budget":{"limit":"5","period":"day","hard":false}}""");
        var state = await bench.Pipeline.Purses.ReadAsync(PurseId.OfKey(made["id"]), default);
        Assert.Equal((201, PurseKind.Soft, LedgerUnit.NanoCredit), (made.Status, state.Kind, state.Unit));
    }

    private static string Compact(Reply reply, string field) => reply.Body[field]!.ToJsonString();

    private Task<Reply> CreateAsync(string body, string? idempotencyKey) =>
        _bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), body, idempotencyKey: idempotencyKey);

    private Task<Reply> PatchAsync(string id, string body, string etag) =>
        _bench.SendAsync(request => _bench.Keys.UpdateAsync(request, id, default), body, etag);

    private async Task<(PurseKind, long?)> LimitAsync(string id)
    {
        var state = await _bench.Pipeline.Purses.ReadAsync(PurseId.OfKey(id), default);
        return (state.Kind, state.Period?.Budget.Limit);
    }
}
