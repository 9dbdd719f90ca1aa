using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Audit;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;
using AigneHub.Unit.Tests.Management;

namespace AigneHub.Unit.Tests.Audit;

/// <summary>The handler writes the intent before a change and the outcome after it, whatever the endpoint does.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Enterprise);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Change_ThatIsMade_LeavesIntentAndOutcome()
    {
        var reply = await _bench.CreateAsync(OwnerKind.Account, """{"id":"acme","name":"Acme"}""");

        Assert.Equal(201, reply.Status);
        Assert.Equal(2, _bench.Audit.Rows.Count);
        var (intent, end) = (_bench.Audit.Rows[0], _bench.Audit.Rows[1]);
        Assert.Equal((AuditOutcome.Unfinished, null, null), (intent.Outcome, intent.Status, intent.TargetId));
        Assert.Equal((intent.Id, AuditOutcome.Done, 201, null), (end.Id, end.Outcome, end.Status, end.Error));
        Assert.Equal(("CreateAccount", "POST", "account", "acme"), (end.Action, end.Method, end.Target, end.TargetId));
        Assert.Equal(("key_admin", "key_admin", HubAccounts.FirstId), (end.Actor.Id, end.Actor.Name, end.Actor.Account));
        Assert.Equal(["administrator@hub"], end.Actor.Roles);
        Assert.Null(end.Before);
        Assert.True(JsonNode.DeepEquals(reply.Body, JsonNode.Parse(end.After!)), end.After);
    }

    [Fact]
    public async Task Update_ThatIsMade_KeepsBeforeAndAfter()
    {
        var made = await _bench.CreateAsync(OwnerKind.Account, """{"id":"acme","name":"Acme"}""");

        await _bench.PatchAsync(OwnerKind.Account, "acme", """{"name":"Acme Ltd"}""", made.ETag);

        var end = _bench.Audit.Rows[^1];
        Assert.Equal(("UpdateAccount", "acme"), (end.Action, end.TargetId));
        Assert.Equal("Acme", JsonNode.Parse(end.Before!)!["name"]!.ToString());
        Assert.Equal("Acme Ltd", JsonNode.Parse(end.After!)!["name"]!.ToString());
    }

    [Fact]
    public async Task Refusal_OfTheEndpoint_IsWrittenWithItsCodeAndWithoutAfter()
    {
        await _bench.CreateAsync(OwnerKind.Account, """{"id":"acme","name":"Acme"}""");
        var reply = await _bench.PatchAsync(OwnerKind.Account, "acme", """{"name":"Acme Ltd"}""", "\"other\"");

        var end = _bench.Audit.Rows[^1];
        Assert.Equal(412, reply.Status);
        Assert.Equal((AuditOutcome.Refused, 412, "etag_mismatch", null), (end.Outcome, end.Status, end.Error, end.After));
    }

    [Fact]
    public async Task Body_OfARequest_IsNeverKept()
    {
        await _bench.CreateAsync(OwnerKind.Account, """{"id":"acme","name":"Acme","password":"hunter2-hunter2"}""");

        Assert.Equal(AuditOutcome.Refused, _bench.Audit.Rows[^1].Outcome);
        Assert.DoesNotContain(_bench.Audit.Rows, row => row.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_ThatIsMade_IsKeptWithoutTheKeyItself()
    {
        var reply = await _bench.SendAsync(request => _bench.Keys.CreateAsync(request, default), """{"name":"till"}""");

        var end = _bench.Audit.Rows[^1];
        var after = JsonNode.Parse(end.After!)!.AsObject();
        Assert.Equal((reply["id"], "till"), (end.TargetId, after["name"]!.ToString()));
        Assert.False(after.ContainsKey("key"));
        Assert.DoesNotContain(reply["key"], end.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revocation_OfAKey_KeepsWhatItWasLike()
    {
        _bench.AddKey("key_old");
        await _bench.SendAsync(request => _bench.Keys.RevokeAsync(request, "key_old", default), method: "DELETE");

        var end = _bench.Audit.Rows[^1];
        Assert.Equal(("RevokeKey", "key", "key_old", 204), (end.Action, end.Target, end.TargetId, end.Status));
        Assert.Null(JsonNode.Parse(end.Before!)!["revokedAt"]);
        Assert.NotNull(JsonNode.Parse(end.After!)!["revokedAt"]);
    }

    [Fact]
    public async Task Adjustment_HasItsReason()
    {
        await _bench.SendAsync(
            request => _bench.Owners.CreateAsync(request, ManagementRoutes.CreateTeam, OwnerKind.Team, default),
            """{"id":"blue","name":"Blue","budget":{"limit":"10","period":"month"}}""");
        var reply = await _bench.SendAsync(
            request => _bench.Movements.AdjustAsync(request, ManagementRoutes.AdjustTeam, PurseId.OfTeam("blue"), default),
            """{"amount":"5","reason":"more for the fair"}""", idempotencyKey: "a-1");

        var end = _bench.Audit.Rows[^1];
        Assert.Equal(201, reply.Status);
        Assert.Equal(("AdjustTeam", "team", "blue", "more for the fair"), (end.Action, end.Target, end.TargetId, end.Reason));
    }

    [Fact]
    public async Task Storage_AwayBeforeTheChange_ChangesNothing()
    {
        _bench.Audit.IsAway = true;
        var reply = await _bench.CreateAsync(OwnerKind.Account, """{"id":"acme","name":"Acme"}""");

        Assert.Equal((503, "storage_unavailable"), (reply.Status, reply["code"]));
        Assert.Null(await _bench.Stored.FindAsync(OwnerKind.Account, "acme", default));
    }

    [Fact]
    public async Task Storage_AwayAfterTheChange_LeavesAnUnfinishedEntryAndTellsWhatWasDone()
    {
        _bench.Audit.RowsLeft = 1;
        var reply = await _bench.CreateAsync(OwnerKind.Account, """{"id":"acme","name":"Acme"}""");

        Assert.Equal(201, reply.Status);
        Assert.Equal(AuditOutcome.Unfinished, Assert.Single(_bench.Audit.Rows).Outcome);
    }

    [Fact]
    public async Task Exception_OfTheEndpoint_IsAFailedEntry()
    {
        var reply = await _bench.SendAsync(request => _bench.Handler.RunAsync(
            request, ManagementRoutes.DeleteAlias, "fast", _ => throw new InvalidOperationException("A bug."), default), method: "DELETE");

        Assert.Equal(500, reply.Status);
        var end = _bench.Audit.Rows[^1];
        Assert.Equal((AuditOutcome.Failed, 500, "internal_error", "fast"), (end.Outcome, end.Status, end.Error, end.TargetId));
    }

    [Fact]
    public async Task Client_ThatLeavesMeanwhile_LeavesAFailedEntry()
    {
        await _bench.SendAsync(request =>
        {
            using var gone = new CancellationTokenSource();
            request.HttpContext.RequestAborted = gone.Token;
            return _bench.Handler.RunAsync(
                request, ManagementRoutes.DeleteAlias, "fast", async _ =>
                {
                    await gone.CancelAsync();
                    throw new OperationCanceledException(gone.Token);
                }, gone.Token);
        }, method: "DELETE");

        var end = _bench.Audit.Rows[^1];
        Assert.Equal((AuditOutcome.Failed, 499, "client_gone"), (end.Outcome, end.Status, end.Error));
    }

    [Fact]
    public async Task Reading_LeavesNothing()
    {
        await _bench.SendAsync(request => _bench.Keys.GetAsync(request, "key_admin", default), method: "GET");

        Assert.Empty(_bench.Audit.Rows);
    }

    [Fact]
    public async Task Address_OfTheConnection_IsKeptAndHeadersAreNot()
    {
        await _bench.SendAsync(request =>
        {
            request.HttpContext.Connection.RemoteIpAddress = IPAddress.Parse("198.51.100.7");
            request.Headers["X-Forwarded-For"] = "10.0.0.1";
            return _bench.Keys.RevokeAsync(request, "key_none", default);
        }, method: "DELETE");

        Assert.All(_bench.Audit.Rows, row => Assert.Equal("198.51.100.7", row.Address));
    }

    [Fact]
    public async Task Denial_OfAChange_IsOneEntryAndOfAReadingNone()
    {
        var key = _bench.AddKey("key_member");
        var denied = await _bench.SendAsync(
            request => _bench.Keys.RevokeAsync(request, "key_admin", default), key: key, method: "DELETE");
        var read = await _bench.SendAsync(request => _bench.Keys.GetAsync(request, "key_admin", default), key: key, method: "GET");
        var stranger = await _bench.SendAsync(
            request => _bench.Keys.RevokeAsync(request, "key_admin", default), key: "no key", method: "DELETE");

        Assert.Equal((403, 403, 401), (denied.Status, read.Status, stranger.Status));
        var entry = Assert.Single(_bench.Audit.Rows);
        Assert.Equal(
            (AuditOutcome.Denied, 403, "forbidden", "key_member", "RevokeKey", "key_admin"),
            (entry.Outcome, entry.Status, entry.Error, entry.Actor.Id, entry.Action, entry.TargetId));
    }

    [Fact]
    public async Task Denials_WithoutEnd_AreWrittenTwentyTimesAMinute()
    {
        var key = _bench.AddKey("key_member");
        for (var i = 0; i < 25; i++)
        {
            var reply = await DenyAsync(key);
            Assert.Equal(403, reply.Status);
        }

        Assert.Equal(20, _bench.Audit.Rows.Count);
        await DenyAsync(_bench.AddKey("key_other"));
        Assert.Equal(21, _bench.Audit.Rows.Count);
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await DenyAsync(key);
        Assert.Equal(22, _bench.Audit.Rows.Count);
    }

    [Fact]
    public async Task Denial_WhileStorageIsAway_StaysADenial()
    {
        _bench.Audit.IsAway = true;

        Assert.Equal(403, (await DenyAsync(_bench.AddKey("key_member"))).Status);
    }

    /// <summary>A key that is found somewhere is tried out: whoever looks must see it.</summary>
    [Theory]
    [InlineData("address_not_allowed")]
    [InlineData("scope_missing")]
    public async Task Denial_OfTheKeyItself_IsAnEntry(string code)
    {
        var secret = _bench.AddKey("key_bound", Role.Administrator);
        var record = (await _bench.Stored.GetAsync("key_bound", default))!.Value;
        _bench.Stored.Put(code == "scope_missing"
            ? record with { Scopes = [KeyScope.Chat] }
            : record with { IpRanges = [AddressRange.Parse("10.0.0.0/8")!] });

        var reply = await DenyAsync(secret);
        Assert.Equal((403, code), (reply.Status, reply["code"]));
        var entry = Assert.Single(_bench.Audit.Rows);
        Assert.Equal(
            (AuditOutcome.Denied, 403, code, "key_bound", "RevokeKey"),
            (entry.Outcome, entry.Status, entry.Error, entry.Actor.Id, entry.Action));
        for (var i = 0; i < 25; i++)
        {
            await DenyAsync(secret);
        }

        Assert.Equal(20, _bench.Audit.Rows.Count);
    }

    /// <summary>Refusals are written, too: without a bound anybody with a key could fill the log.</summary>
    [Fact]
    public async Task Changes_WithoutARoleOnTheHub_AreSixtyAMinute()
    {
        var (key, other) = (_bench.AddKey("key_member"), _bench.AddKey("key_other"));
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal(404, (await RevokeOwnAsync(key)).Status);
        }

        var rows = _bench.Audit.Rows.Count;
        var refused = await RevokeOwnAsync(key);
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused["code"]));
        Assert.Equal(rows, _bench.Audit.Rows.Count);
        Assert.Equal(404, (await RevokeOwnAsync(other)).Status);
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(404, (await RevokeOwnAsync(key)).Status);
        for (var i = 0; i < 70; i++)
        {
            Assert.Equal(404, (await RevokeOwnAsync(_bench.Administrator)).Status);
        }
    }

    /// <summary>Hostile ids come from routes.</summary>
    [Fact]
    public async Task Target_OfAnyLength_IsCut()
    {
        await _bench.SendAsync(request => _bench.Keys.RevokeAsync(request, new string('x', 5_000), default), method: "DELETE");

        Assert.All(_bench.Audit.Rows, row => Assert.Equal(256, row.TargetId!.Length));
    }

    [Theory]
    [InlineData("CreateAccount", "account")]
    [InlineData("ClosePaymentIncident", "paymentIncident")]
    [InlineData("SetTopUp", "topUp")]
    [InlineData("RotateSecrets", "secrets")]
    public void Target_OfARoute_IsWhatFollowsTheVerb(string function, string target) =>
        Assert.Equal(target, ManagementRoutes.All.Single(route => route.Function == function).Target);

    private Task<Reply> RevokeOwnAsync(string key) => _bench.SendAsync(
        request => _bench.OwnKeys.RevokeAsync(request, "key_none", default), key: key, method: "DELETE");

    private Task<Reply> DenyAsync(string key) => _bench.SendAsync(
        request => _bench.Keys.RevokeAsync(request, "key_admin", default), key: key, method: "DELETE");
}
