using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;

namespace AigneHub.Unit.Tests.Management;

/// <summary>Keys that keys make for themselves.</summary>
public sealed class OwnKeyTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Enterprise);
    private readonly string _own;

    public OwnKeyTests()
    {
        _bench.Stored.Put(OwnerKind.Account, "acme");
        _bench.Stored.Put(OwnerKind.Team, "blue");
        _own = _bench.AddKey("key_own", account: "acme", team: "blue", project: "p");
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Create_SayingNothing_InheritsAllAndPaysNothing()
    {
        Change("key_own", key => key with
        {
            Models = ["sim/*"],
            ModelsDenied = ["sim/x"],
            Scopes = [KeyScope.Chat, KeyScope.Keys],
            IpRanges = [AddressRange.Parse("127.0.0.0/8")!],
            Tags = ["gold"],
            ExpiresAt = ManagementBench.Start.AddDays(1),
            MayPay = true,
        });
        var made = await CreateAsync("""{"name":"ci"}""");
        Assert.Equal((201, "acme", "blue", "p", "member"), (made.Status, made["account"], made["team"], made["project"], made["role"]));
        Assert.Equal(
            """["sim/*"] ["sim/x"] ["chat","keys"] ["127.0.0.0/8"] ["gold"]""",
            string.Join(' ', new[] { "models", "modelsDenied", "scopes", "ipRanges", "tags" }.Select(name => made.Body[name]!.ToJsonString())));
        Assert.Equal(("false", "key_own"), (made["mayPay"], made["madeWith"]));
        Assert.Equal(ManagementBench.Start.AddDays(1), DateTimeOffset.Parse(made["expiresAt"], System.Globalization.CultureInfo.InvariantCulture));

        // It works, it sees itself alone, and it makes none.
        var self = await _bench.SendAsync(request => _bench.OwnKeys.GetAsync(request, made["id"], default), key: made["key"]);
        Assert.Equal((200, ""), (self.Status, self["key"]));
        Assert.Equal(404, (await _bench.SendAsync(request => _bench.OwnKeys.GetAsync(request, "key_own", default), key: made["key"])).Status);
        Assert.Equal(403, (await CreateAsync("""{"name":"deeper"}""", made["key"])).Status);
    }

    /// <summary>A user must not make a key that may call more models than its own.</summary>
    [Theory]
    [InlineData("""{"name":"n","models":["sim/*","openai/gpt-5"]}""", "models")]
    [InlineData("""{"name":"n","models":[]}""", "models")]
    [InlineData("""{"name":"n","models":["*"]}""", "models")]
    [InlineData("""{"name":"n","modelsDenied":[]}""", "modelsDenied")]
    [InlineData("""{"name":"n","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"n","scopes":["management"]}""", "scopes")]
    [InlineData("""{"name":"n","ipRanges":[]}""", "ipRanges")]
    [InlineData("""{"name":"n","ipRanges":["0.0.0.0/0"]}""", "ipRanges")]
    [InlineData("""{"name":"n","expiresAt":"2030-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"n","mayPay":true}""", "mayPay")]
    public async Task CreateAndUpdate_MoreThanOwn_AreRefused(string body, string param)
    {
        Change("key_own", key => key with
        {
            Models = ["sim/*"],
            ModelsDenied = ["sim/x"],
            Scopes = [KeyScope.Chat, KeyScope.Keys],
            IpRanges = [AddressRange.Parse("127.0.0.0/8")!],
            ExpiresAt = ManagementBench.Start.AddDays(1),
        });
        var refused = await CreateAsync(body);
        Assert.Equal((403, param), (refused.Status, refused["param"]));
        Assert.Equal(param == "mayPay" ? "forbidden" : "exceeds_own_rights", refused["code"]);

        var made = await CreateAsync("""{"name":"n"}""");
        var read = await _bench.SendAsync(request => _bench.OwnKeys.GetAsync(request, made["id"], default), key: _own);
        refused = await _bench.SendAsync(request => _bench.OwnKeys.UpdateAsync(request, made["id"], default), body, read.ETag, key: _own);
        Assert.Equal((403, param), (refused.Status, refused["param"]));
    }

    [Theory]
    [InlineData("""{"name":"n","account":"default"}""")]
    [InlineData("""{"name":"n","team":"red"}""")]
    [InlineData("""{"name":"n","role":"administrator"}""")]
    [InlineData("""{"name":"n","tags":["gold"]}""")]
    public async Task Create_FieldsThatAreInherited_AreUnknown(string body) => Assert.Equal(400, (await CreateAsync(body)).Status);

    [Fact]
    public async Task ListGetUpdateRevoke_OthersKeys_AreNotThere()
    {
        var other = _bench.AddKey("key_other", account: "acme", team: "blue");
        var mine = await CreateAsync("""{"name":"mine"}""");
        var theirs = await CreateAsync("""{"name":"theirs"}""", other);
        Assert.Equal(mine["id"], Assert.Single((await ListAsync()).Body["items"]!.AsArray())!["id"]!.ToString());
        foreach (var id in new[] { theirs["id"], "key_other", "key_admin", "key_none" })
        {
            Assert.Equal(404, (await _bench.SendAsync(request => _bench.OwnKeys.GetAsync(request, id, default), key: _own)).Status);
            Assert.Equal(404, (await _bench.SendAsync(request => _bench.OwnKeys.RevokeAsync(request, id, default), key: _own)).Status);
            Assert.Equal(404, (await RotateAsync(id, "{}", _own)).Status);
            Assert.Equal(404, (await _bench.SendAsync(
                request => _bench.OwnKeys.UpdateAsync(request, id, default), """{"name":"x"}""", "1", key: _own)).Status);
        }

        Assert.Equal(204, (await _bench.SendAsync(request => _bench.OwnKeys.RevokeAsync(request, mine["id"], default), key: _own)).Status);
        Assert.Equal(401, (await ListAsync(mine["key"])).Status);
        Assert.Equal(200, (await ListAsync(theirs["key"])).Status);
    }

    [Fact]
    public async Task Update_OfTheCallingKey_IsRefused()
    {
        var refused = await _bench.SendAsync(request => _bench.OwnKeys.UpdateAsync(request, "key_own", default), """{"name":"x"}""", "1", key: _own);
        Assert.Equal(403, refused.Status);
    }

    [Fact]
    public async Task Create_Budgets_DontMultiply()
    {
        Assert.Equal(201, (await CreateAsync("""{"name":"n","budget":{"limit":"5","period":"day"}}""")).Status);
        Change("key_own", key => key with { Terms = new PurseTerms(PurseKind.Hard, new Budget(1, PeriodLength.Day, "UTC")) });
        var refused = await CreateAsync("""{"name":"n","budget":{"limit":"5","period":"day"}}""");
        Assert.Equal((409, "budget_of_parent"), (refused.Status, refused["code"]));
        var made = await CreateAsync("""{"name":"n"}""");
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + made["key"];
        var caller = (await _bench.Gate.LetInAsync(http.Request, KeyScope.Chat, default)).Caller!;
        Assert.Contains("key:key_own", caller.Terms.Binding.Select(purse => purse.Value));
    }

    [Fact]
    public async Task Create_MoreThanTheSettingAllows_IsRefusedUntilOneIsRevoked()
    {
        _bench.Options.OwnKeysMax = 2;
        var first = await CreateAsync("""{"name":"1"}""");
        await CreateAsync("""{"name":"2"}""");
        var refused = await CreateAsync("""{"name":"3"}""");
        Assert.Equal((409, "too_many_keys"), (refused.Status, refused["code"]));
        await _bench.SendAsync(request => _bench.OwnKeys.RevokeAsync(request, first["id"], default), key: _own);
        Assert.Equal(201, (await CreateAsync("""{"name":"3"}""")).Status);
    }

    /// <summary>Whoever has found a key can't outlive its end by keys made with it.</summary>
    [Fact]
    public async Task RevokedOrExpiredKey_EndsThoseMadeWithIt()
    {
        var made = await CreateAsync("""{"name":"n"}""");
        Assert.Equal(200, (await ListAsync(made["key"])).Status);
        Change("key_own", key => key with { RevokedAt = ManagementBench.Start });
        Assert.Equal((401, "api_key_inactive"), ((await ListAsync(made["key"])).Status, (await ListAsync(made["key"]))["code"]));
        Change("key_own", key => key with { RevokedAt = null, ExpiresAt = ManagementBench.Start });
        Assert.Equal(401, (await ListAsync(made["key"])).Status);
        Change("key_own", key => key with { ExpiresAt = null });
        Assert.Equal(200, (await ListAsync(made["key"])).Status);
    }

    [Fact]
    public async Task RightToPay_OfTheKeyItWasMadeWith_IsFollowed()
    {
        Change("key_own", key => key with { MayPay = true });
        var made = await CreateAsync("""{"name":"n","mayPay":true}""");
        Assert.True(await MayPayAsync(made["key"]));
        Change("key_own", key => key with { MayPay = false });
        Assert.False(await MayPayAsync(made["key"]));
        Change("key_own", key => key with { MayPay = true });
        Assert.True(await MayPayAsync(made["key"]));
    }

    /// <summary>Who has found a secret may have made keys with it.</summary>
    [Fact]
    public async Task Rotate_WithoutOverlap_EndsThoseMadeWithIt()
    {
        var made = await CreateAsync("""{"name":"n"}""");
        var rotated = await RotateAsync("key_own", "{}", _own);
        Assert.Equal((200, 200), (rotated.Status, (await ListAsync(made["key"])).Status));
        rotated = await RotateAsync("key_own", """{"overlapSeconds":0}""", rotated["key"]);
        Assert.Equal((200, 401), (rotated.Status, (await ListAsync(made["key"])).Status));
        Assert.NotNull((await _bench.Stored.GetAsync(made["id"], default))!.Value.RevokedAt);
        Assert.Equal(201, (await CreateAsync("""{"name":"n"}""", rotated["key"])).Status);
    }

    /// <summary>Other instances take a secret for some seconds after its end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_WithASecretThatEndedMeanwhile_IsRefused(bool isRevoked)
    {
        _bench.Stored.AfterRead = () =>
        {
            Change("key_own", key => isRevoked ? key with { RevokedAt = ManagementBench.Start } : key with { CurrentHash = HubKey.Hash("x") });
            return Task.CompletedTask;
        };
        var refused = await CreateAsync("""{"name":"n"}""");
        Assert.Equal((409, "caller_changed"), (refused.Status, refused["code"]));
        Assert.Empty(await _bench.Stored.ListOwnAsync("key_own", default));
    }

    [Fact]
    public async Task Rotate_KeyThatWasGivenMoreSince_IsRefused()
    {
        Change("key_own", key => key with { Models = ["sim/*"] });
        var made = await CreateAsync("""{"name":"n"}""");
        Assert.Equal(200, (await RotateAsync(made["id"], "{}", _own)).Status);
        Change(made["id"], key => key with { Models = [] });
        var refused = await RotateAsync(made["id"], "{}", _own);
        Assert.Equal((403, "exceeds_own_rights"), (refused.Status, refused["code"]));
    }

    [Theory]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Billing)]
    public async Task RolesThatCallNoModels_MakeNoKeys(Role role) =>
        Assert.Equal(403, (await CreateAsync("""{"name":"n"}""", _bench.AddKey("key_role", role))).Status);

    private async Task<bool> MayPayAsync(string key)
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Headers.Authorization = "Bearer " + key;
        var caller = (await _bench.Gate.LetInAsync(http.Request, KeyScope.Payments, default)).Caller!;
        return caller.May(Permission.Pay, Scope.OfAccount("acme"));
    }

    private void Change(string id, Func<KeyRecord, KeyRecord> change) =>
        _bench.Stored.Put(change(_bench.Stored.GetAsync(id, default).Result!.Value));

    private Task<Reply> CreateAsync(string body, string? key = null) =>
        _bench.SendAsync(request => _bench.OwnKeys.CreateAsync(request, default), body, key: key ?? _own);

    private Task<Reply> ListAsync(string? key = null) =>
        _bench.SendAsync(request => _bench.OwnKeys.ListAsync(request, default), key: key ?? _own);

    private Task<Reply> RotateAsync(string id, string body, string key) =>
        _bench.SendAsync(request => _bench.OwnKeys.RotateAsync(request, id, default), body, key: key);
}
