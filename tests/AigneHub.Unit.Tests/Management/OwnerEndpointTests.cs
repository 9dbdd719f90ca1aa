using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.Management;

public sealed class OwnerEndpointTests : IDisposable
{
    private const string Budget = """{"limit":"100","period":"month","timeZone":"Europe/Berlin","hard":true,"alerts":[50,90]}""";
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(OwnerKind.Account)]
    [InlineData(OwnerKind.Team)]
    [InlineData(OwnerKind.Project)]
    public async Task Create_Everything_ReadsBackAsWritten(OwnerKind kind)
    {
        var capture = kind == OwnerKind.Account ? ",\"captureContent\":true" : "";
        var body =
            $$$"""{"id":"blue.1","name":"Blue","email":"blue@example.org","budget":{{{Budget}}},"limits":{"requestsPerMinute":60}{{{capture}}}}""";
        var made = await _bench.CreateAsync(kind, body);
        Assert.Equal(201, made.Status);

        var read = await _bench.GetAsync(kind, "blue.1");
        Assert.Equal((200, made.ETag), (read.Status, read.ETag));
        Assert.True(JsonNode.DeepEquals(made.Body, read.Body));
        var fields = read.Body.AsObject();
        fields.Remove("createdAt");
        Assert.Equal("active", read["status"]);
        fields.Remove("status");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), fields), fields.ToJsonString());
        var listed = await _bench.SendAsync(request => _bench.Owners.ListAsync(request, ManagementRoutes.ListAccounts, kind, default));
        Assert.Contains(listed.Body["items"]!.AsArray(), item => item!["id"]!.ToString() == "blue.1");
        Assert.Equal((PurseKind.Hard, 100_000_000_000L), await LimitAsync(OwnerEndpointsPurse(kind, "blue.1")));
    }

    /// <summary>A field that is not kept must not look as if it were: a budget that is passed over is no budget.</summary>
    [Theory]
    [InlineData("""{"id":"a","name":"A","max_budget":5}""")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1","period":"day","reset":"x"}}""")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1","limit":"2","period":"day"}}""")]
    [InlineData("""{"id":"a","name":"A","plan":"gold"}""")]
    [InlineData("""{"id":"a","name":"A","captureContent":true}""")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":1,"period":"day"}}""")]
    [InlineData("""{"id":"a","name":"A","budget":{"period":"day"}}""")]
    public async Task Create_UnknownOrUnsavedField_IsRefusedAndNothingIsWritten(string body)
    {
        Assert.Equal(400, (await _bench.CreateAsync(OwnerKind.Team, body)).Status);
        Assert.Equal(404, (await _bench.GetAsync(OwnerKind.Team, "a")).Status);
    }

    [Theory]
    [InlineData("""{"id":"A","name":"A"}""", "id")]
    [InlineData("""{"id":"a:b","name":"A"}""", "id")]
    [InlineData("""{"id":"a","name":""}""", "name")]
    [InlineData("""{"id":"a","name":"A","email":"nobody"}""", "email")]
    [InlineData("""{"id":"a","name":"A","credit":true}""", "credit")]
    [InlineData("""{"id":"a","name":"A","limits":{"requestsPerMinute":0}}""", "limits.requestsPerMinute")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"-1","period":"day"}}""", "budget.limit")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1000000.1","period":"day"}}""", "budget.limit")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1e3","period":"day"}}""", "budget.limit")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1","period":"year"}}""", "$.budget.period")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1","period":"day","timeZone":"Mars/Olympus"}}""", "budget.timeZone")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1","period":"day","timeZone":"../../etc/passwd"}}""", "budget.timeZone")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1","period":"day","alerts":[80,50]}}""", "budget.alerts")]
    [InlineData("""{"id":"a","name":"A","budget":{"limit":"1","period":"day","alerts":[0]}}""", "budget.alerts")]
    public async Task Create_WhatCantBe_NamesTheField(string body, string param)
    {
        var refused = await _bench.CreateAsync(OwnerKind.Account, body);
        Assert.Equal((400, param), (refused.Status, refused["param"]));
    }

    [Fact]
    public async Task Create_Again_IsWhatIsThereOrAConflict()
    {
        const string Body = $$"""{"id":"a","name":"A","budget":{{Budget}}}""";
        var first = await _bench.CreateAsync(OwnerKind.Team, Body);
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        var again = await _bench.CreateAsync(OwnerKind.Team, Body);
        Assert.Equal((200, first.ETag, first["createdAt"]), (again.Status, again.ETag, again["createdAt"]));
        var other = await _bench.CreateAsync(OwnerKind.Team, Body.Replace("\"100\"", "\"200\"", StringComparison.Ordinal));
        Assert.Equal((409, "already_exists"), (other.Status, other["code"]));
        Assert.Equal((PurseKind.Hard, 100_000_000_000L), await LimitAsync(PurseId.OfTeam("a")));
    }

    /// <summary>An account of old that is there with other content gets nothing by a mistaken request.</summary>
    [Fact]
    public async Task Create_AnAccountThatIsThereOtherwise_GivesNoStarterCredits()
    {
        using var bench = new ManagementBench(HubMode.Provider, starter: 5);
        bench.Stored.Put(OwnerKind.Account, "old");
        var refused = await bench.CreateAsync(OwnerKind.Account, """{"id":"old","name":"Another","credit":true}""");
        Assert.Equal((409, "already_exists"), (refused.Status, refused["code"]));
        Assert.Equal(0, (await bench.Pipeline.Purses.ReadAsync(PurseId.OfAccount("old"), default)).Granted);
        Assert.Equal(201, (await bench.CreateAsync(OwnerKind.Account, """{"id":"new","name":"New","credit":true}""")).Status);
        Assert.Equal(5, (await bench.Pipeline.Purses.ReadAsync(PurseId.OfAccount("new"), default)).Granted);
    }

    /// <summary>The purse limits before anything names it; the same request again ends the work.</summary>
    [Fact]
    public async Task Create_InterruptedBetweenItsWrites_LeavesTheLimitAndIsRepaired()
    {
        const string Body = $$"""{"id":"a","name":"A","budget":{{Budget}}}""";
        _bench.Stored.BeforeWrite = () => throw new StorageUnavailableException("gone");
        Assert.Equal(503, (await _bench.CreateAsync(OwnerKind.Team, Body)).Status);
        Assert.Equal((PurseKind.Hard, 100_000_000_000L), await LimitAsync(PurseId.OfTeam("a")));
        Assert.Equal(404, (await _bench.GetAsync(OwnerKind.Team, "a")).Status);

        _bench.Stored.BeforeWrite = () => Task.CompletedTask;
        Assert.Equal(201, (await _bench.CreateAsync(OwnerKind.Team, Body)).Status);
    }

    [Fact]
    public async Task Update_Budget_LowersThePurseFirstAndRaisesItLast()
    {
        var etag = (await _bench.CreateAsync(OwnerKind.Team, $$"""{"id":"a","name":"A","email":"a@b.c","budget":{{Budget}}}""")).ETag;
        var purse = PurseId.OfTeam("a");
        var atWrite = new List<(PurseKind, long?)>();
        _bench.Stored.BeforeWrite = async () => atWrite.Add(await LimitAsync(purse));

        foreach (var (change, during, after) in new (string, (PurseKind, long?), (PurseKind, long?))[]
        {
            ("""{"budget":{"limit":"40","period":"month","timeZone":"Europe/Berlin"},"reason":"x"}""", (PurseKind.Hard, 40_000_000_000), (PurseKind.Hard, 40_000_000_000)),
            ("""{"budget":{"limit":"90","period":"month","timeZone":"Europe/Berlin"},"reason":"x"}""", (PurseKind.Hard, 40_000_000_000), (PurseKind.Hard, 90_000_000_000)),
            ("""{"budget":{"limit":"90","period":"day","hard":false},"reason":"x"}""", (PurseKind.Hard, 90_000_000_000), (PurseKind.Soft, 90_000_000_000)),
            ("""{"budget":null,"reason":"x"}""", (PurseKind.Soft, 90_000_000_000), (PurseKind.Unlimited, null)),
            ("""{"budget":{"limit":"1","period":"day"},"reason":"x"}""", (PurseKind.Hard, 1_000_000_000), (PurseKind.Hard, 1_000_000_000)),
        })
        {
            var updated = await _bench.PatchAsync(OwnerKind.Team, "a", change, etag);
            Assert.True(updated.Status == 200, updated.Body.ToJsonString());
            Assert.Equal((during, after), (atWrite[^1], await LimitAsync(purse)));
            Assert.Equal("a@b.c", updated["email"]);
            etag = updated.ETag;
        }

        Assert.Equal(200, (await _bench.PatchAsync(OwnerKind.Team, "a", """{"email":null,"limits":{"tokensPerMinute":5}}""", etag)).Status);
        var read = await _bench.GetAsync(OwnerKind.Team, "a");
        Assert.Equal((null, "5", "1"), (read.Body["email"], read.Body["limits"]!["tokensPerMinute"]!.ToString(), read.Body["budget"]!["limit"]!.ToString()));
        read = await _bench.PatchAsync(OwnerKind.Team, "a", """{"limits":{}}""", read.ETag);
        Assert.Null(read.Body["limits"]);
    }

    [Fact]
    public async Task Update_OfAnotherVersion_LeavesThePurseAsTheRecordSays()
    {
        var made = await _bench.CreateAsync(OwnerKind.Team, $$"""{"id":"a","name":"A","budget":{{Budget}}}""");
        Assert.Equal(428, (await _bench.PatchAsync(OwnerKind.Team, "a", """{"name":"B"}""", "")).Status);
        Assert.Equal(412, (await _bench.PatchAsync(OwnerKind.Team, "a", """{"budget":{"limit":"1","period":"day"},"reason":"x"}""", "other")).Status);
        Assert.Equal((PurseKind.Hard, 100_000_000_000L), await LimitAsync(PurseId.OfTeam("a")));

        // Somebody else writes after the purse was lowered and before the record is written.
        var once = true;
        _bench.Stored.BeforeWrite = () =>
        {
            if (once)
            {
                once = false;
                _bench.Stored.Put(OwnerKind.Team, "a", new PurseTerms(PurseKind.Hard, new Budget(70, PeriodLength.Day, "UTC")));
            }

            return Task.CompletedTask;
        };
        Assert.Equal(412, (await _bench.PatchAsync(OwnerKind.Team, "a", """{"budget":{"limit":"1","period":"month"},"reason":"x"}""", made.ETag)).Status);
        Assert.Equal((PurseKind.Hard, 70L), await LimitAsync(PurseId.OfTeam("a")));
    }

    [Fact]
    public async Task ProviderMode_AccountsHaveCredit_TeamsAndBudgetsAreRefused()
    {
        using var bench = new ManagementBench(HubMode.Provider);
        foreach (var kind in (OwnerKind[])[OwnerKind.Team, OwnerKind.Project])
        {
            var refused = await bench.CreateAsync(kind, """{"id":"a","name":"A"}""");
            Assert.Equal((409, "mode_differs"), (refused.Status, refused["code"]));
        }

        Assert.Equal("budget", (await bench.CreateAsync(OwnerKind.Account, $$"""{"id":"a","name":"A","budget":{{Budget}}}"""))["param"]);
        var made = await bench.CreateAsync(OwnerKind.Account, """{"id":"a","name":"A"}""");
        Assert.Equal((201, "true"), (made.Status, made["credit"]));
        Assert.Equal((PurseKind.Credit, null), await LimitAsync(PurseId.OfAccount("a"), bench));
        var first = await bench.GetAsync(OwnerKind.Account, "default");
        Assert.Equal("false", first["credit"]);
        Assert.Equal("true", (await bench.PatchAsync(OwnerKind.Account, "default", """{"credit":true,"reason":"x"}""", first.ETag))["credit"]);
        Assert.Equal((PurseKind.Credit, null), await LimitAsync(PurseId.OfAccount("default"), bench));
    }

    /// <summary>What somebody else keeps in the same place, the threshold of automatic top-up, stays.</summary>
    [Fact]
    public async Task LowBalance_SetChangedAndTakenAway_LeavesCreditAndTopUpAlone()
    {
        using var bench = new ManagementBench(HubMode.Provider);
        var purse = PurseId.OfAccount("a");
        var made = await bench.CreateAsync(OwnerKind.Account, """{"id":"a","name":"A","lowBalance":"5"}""");
        Assert.Equal((201, "5"), (made.Status, made["lowBalance"]));
        var stored = (await bench.Stored.FindAsync(OwnerKind.Account, "a", default))!;
        Assert.True(await bench.Stored.ReplaceAsync(
            stored.Value with { Terms = stored.Value.Terms! with { Alerts = stored.Value.Terms.Alerts! with { TopUpBelow = 7 } } }, stored.ETag,
            default));
        Assert.Equal(200, (await bench.CreateAsync(OwnerKind.Account, """{"id":"a","name":"A","lowBalance":"5"}""")).Status);

        foreach (var (change, kind, low) in new (string, PurseKind, long?)[]
        {
            ("""{"lowBalance":"6.5"}""", PurseKind.Credit, 6_500_000_000),
            ("""{"credit":true,"reason":"x"}""", PurseKind.Credit, 6_500_000_000),
            ("""{"credit":false,"reason":"x"}""", PurseKind.Unlimited, 6_500_000_000),
            ("""{"credit":true,"reason":"x"}""", PurseKind.Credit, 6_500_000_000),
            ("""{"name":"B"}""", PurseKind.Credit, 6_500_000_000),
            ("""{"lowBalance":null}""", PurseKind.Credit, null),
        })
        {
            var patched = await bench.PatchAsync(OwnerKind.Account, "a", change, (await bench.GetAsync(OwnerKind.Account, "a")).ETag);
            Assert.True(patched.Status == 200, patched.Body.ToJsonString());
            var state = await bench.Pipeline.Purses.ReadAsync(purse, default);
            Assert.Equal((change, kind, low, 7L), (change, state.Kind, state.Alerts.LowBalance, state.Alerts.TopUpBelow));
        }

        var etag = (await bench.GetAsync(OwnerKind.Account, "a")).ETag;
        foreach (var wrong in (string[])["-1", "x", "1000001"])
        {
            var refused = await bench.PatchAsync(OwnerKind.Account, "a", $$"""{"lowBalance":"{{wrong}}"}""", etag);
            Assert.Equal((400, "lowBalance"), (refused.Status, refused["param"]));
        }
    }

    /// <summary>A budget must not go with what is not there.</summary>
    [Theory]
    [InlineData("\"5\"")]
    [InlineData("null")]
    public async Task LowBalance_OfABudget_IsRefused(string value)
    {
        var made = await _bench.CreateAsync(OwnerKind.Team, $$"""{"id":"a","name":"A","budget":{{Budget}}}""");
        var refused = await _bench.PatchAsync(OwnerKind.Team, "a", $$"""{"lowBalance":{{value}}}""", made.ETag);
        Assert.Equal((400, "lowBalance"), (refused.Status, refused["param"]));
        Assert.Equal((PurseKind.Hard, 100_000_000_000L), await LimitAsync(PurseId.OfTeam("a")));
    }

    [Fact]
    public async Task Plan_GivenByAnAdministrator_IsInForceUntilTakenAway()
    {
        using var bench = NewSeller();
        var etag = (await bench.CreateAsync(OwnerKind.Account, """{"id":"a","name":"A"}""")).ETag;
        foreach (var (body, param) in new[]
        {
            ("""{"plan":"gift"}""", "reason"),
            ("""{"plan":null}""", "reason"),
            ("""{"plan":"gift","reason":" "}""", "reason"),
            ("""{"plan":"nothing","reason":"x"}""", "plan"),
        })
        {
            var refused = await bench.PatchAsync(OwnerKind.Account, "a", body, etag);
            Assert.Equal((400, param), (refused.Status, refused["param"]));
        }

        var given = await bench.PatchAsync(OwnerKind.Account, "a", """{"plan":"gift","reason":"a good customer"}""", etag);
        Assert.Equal((200, "gift", "gift", ""), (given.Status, given["plan"], given["givenPlan"], given["statusReason"]));
        Assert.Contains(bench.Audit.Rows, entry => entry.Reason == "a good customer");
        var renamed = await bench.PatchAsync(OwnerKind.Account, "a", """{"name":"B"}""", given.ETag);
        Assert.Equal("gift", renamed["plan"]);
        var taken = await bench.PatchAsync(OwnerKind.Account, "a", """{"plan":null,"reason":"no longer"}""", renamed.ETag);
        Assert.Equal((200, "", ""), (taken.Status, taken["plan"], taken["givenPlan"]));

        var made = await bench.CreateAsync(OwnerKind.Account, """{"id":"b","name":"B","plan":"gift"}""");
        Assert.Equal((201, "gift"), (made.Status, made["plan"]));
        Assert.Equal(200, (await bench.CreateAsync(OwnerKind.Account, """{"id":"b","name":"B","plan":"gift"}""")).Status);
        Assert.Equal("plan", (await bench.CreateAsync(OwnerKind.Account, """{"id":"c","name":"C","plan":"nothing"}"""))["param"]);
        Assert.Equal("plan", (await _bench.CreateAsync(OwnerKind.Team, """{"id":"c","name":"C","plan":"gift"}"""))["param"]);
    }

    /// <summary>Who pays for a plan has it; what was given meanwhile begins when the paid time is over.</summary>
    [Fact]
    public async Task Plan_GivenBesideASubscription_BeginsAfterIt()
    {
        using var bench = NewSeller();
        await bench.CreateAsync(OwnerKind.Account, """{"id":"a","name":"A"}""");
        var until = ManagementBench.Start.AddDays(3);
        await bench.Orders.AddAsync(
            new Order
            {
                Id = "ord_1",
                Account = "a",
                Kind = OrderKind.Plan,
                Provider = "stripe",
                Claim = "c",
                Product = "pro",
                Title = "Pro",
                Quantity = 1,
                Currency = "usd",
                Amount = 1,
                Credits = 1,
                CreatedAt = ManagementBench.Start,
                Status = OrderStatus.Paid,
                PaidUntil = until,
            },
            default);
        await bench.Plans.ApplyAsync("a", default);
        var before = await bench.GetAsync(OwnerKind.Account, "a");
        Assert.Equal(("pro", ""), (before["plan"], before["givenPlan"]));

        var given = await bench.PatchAsync(OwnerKind.Account, "a", """{"plan":"gift","reason":"x"}""", before.ETag);
        Assert.Equal(("pro", "gift"), (given["plan"], given["givenPlan"]));
        bench.Clock.Advance(TimeSpan.FromDays(5));
        await bench.Plans.ApplyAsync("a", default);
        Assert.Equal("gift", (await bench.GetAsync(OwnerKind.Account, "a"))["plan"]);
    }

    private static ManagementBench NewSeller()
    {
        var bench = new ManagementBench(HubMode.Provider);
        foreach (var id in (string[])["gift", "pro"])
        {
            bench.Configuration.PlanRecords.Add(id, new Plan
            {
                Id = id,
                Name = id,
                Credits = 1,
                Prices = new Dictionary<string, long>(),
                CreatedAt = ManagementBench.Start,
                UpdatedAt = ManagementBench.Start,
            });
        }

        return bench;
    }

    /// <summary>What is said of money is not what those are told who are refused for a status.</summary>
    [Fact]
    public async Task Update_OfMoney_NeedsAReasonThatIsNotTheStatuss()
    {
        using var bench = NewSeller();
        var etag = (await bench.CreateAsync(OwnerKind.Account, """{"id":"a","name":"A"}""")).ETag;
        Assert.Equal("reason", (await bench.PatchAsync(OwnerKind.Account, "a", """{"credit":false}""", etag))["param"]);
        var held = await bench.PatchAsync(OwnerKind.Account, "a", """{"status":"suspended","reason":"chargeback"}""", etag);
        Assert.Equal("chargeback", held["statusReason"]);
        var changed = await bench.PatchAsync(OwnerKind.Account, "a", """{"credit":false,"reason":"our own"}""", held.ETag);
        Assert.Equal(("chargeback", "false"), (changed["statusReason"], changed["credit"]));

        var team = (await _bench.CreateAsync(OwnerKind.Team, $$"""{"id":"a","name":"A","budget":{{Budget}}}""")).ETag;
        foreach (var body in (string[])["""{"budget":null}""", $$"""{"budget":{{Budget}}}"""])
        {
            var refused = await _bench.PatchAsync(OwnerKind.Team, "a", body, team);
            Assert.Equal((400, "reason"), (refused.Status, refused["param"]));
        }
    }

    private Task<(PurseKind Kind, long? Limit)> LimitAsync(PurseId purse) => LimitAsync(purse, _bench);

    private static async Task<(PurseKind Kind, long? Limit)> LimitAsync(PurseId purse, ManagementBench bench)
    {
        var state = await bench.Pipeline.Purses.ReadAsync(purse, default);
        return (state.Kind, state.Period?.Budget.Limit);
    }

    private static PurseId OwnerEndpointsPurse(OwnerKind kind, string id) => kind switch
    {
        OwnerKind.Account => PurseId.OfAccount(id),
        OwnerKind.Team => PurseId.OfTeam(id),
        _ => PurseId.OfProject(id),
    };
}
