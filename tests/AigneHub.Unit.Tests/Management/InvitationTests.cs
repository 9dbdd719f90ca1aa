using System.Text.Json.Nodes;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Audit;
using AigneHub.Gateway.Identity;

namespace AigneHub.Unit.Tests.Management;

/// <summary>What an invitation gives ends with the rights of who made it, and nobody finds a code by trying.</summary>
public sealed class InvitationTests : IDisposable
{
    private const string ToAcme = """{"account":"acme"}""";
    private readonly MemberBench _bench = new(issuer: new IssuerOptions { Groups = "chiefs=administrator@account:acme" });

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("", 200)]
    [InlineData("suspend", 403)]
    [InlineData("delete", 403)]
    [InlineData("lower", 403)]
    [InlineData("account", 403)]
    public async Task Accept_AfterItsMakerLostTheRight_IsRefused(string change, int status)
    {
        _bench.Hub.Stored.Put(OwnerKind.Account, "home");
        var maker = _bench.Put("chief", "administrator@account:acme", account: "home");
        var code = await _bench.InviteAsync(ToAcme, _bench.Token("chief"));
        switch (change)
        {
            case "suspend":
                await _bench.PatchAsync(maker, """{"status":"suspended"}""", _bench.Hub.AddKey("key_root", Role.Owner));
                break;
            case "delete":
                await _bench.Hub.MemberStore.DeleteAsync(maker, default);
                break;
            case "lower":
                _bench.Put("chief", "member@account:acme auditor@hub", account: "home");
                break;
            case "account":
                _bench.Hub.Stored.Put(
                    (await _bench.Hub.Stored.FindAsync(OwnerKind.Account, "home", default))!.Value with { Status = OwnerStatus.Closed });
                break;
        }

        var reply = await _bench.AcceptAsync(code, _bench.Token("anna"));

        Assert.True(status == reply.Status, reply.Body.ToString());
        Assert.Equal(status == 200, (await _bench.Hub.MemberStore.FindAsync(MemberRecord.IdOf(MemberBench.Issuer, "anna"), default)) is not null);
    }

    [Fact]
    public async Task Accept_RoleThatItsMakerMayNotGiveAnyMore_IsRefused()
    {
        _bench.Put("boss", "owner@account:acme");
        var code = await _bench.InviteAsync(
            """{"account":"acme","roles":[{"role":"administrator","scope":"account:acme"}]}""", _bench.Token("boss"));
        var plain = await _bench.InviteAsync(ToAcme, _bench.Token("boss"));
        _bench.Put("boss", "administrator@account:acme");
        Assert.Equal(403, (await _bench.AcceptAsync(code, _bench.Token("anna"))).Status);
        Assert.Equal(200, (await _bench.AcceptAsync(plain, _bench.Token("anna"))).Status);
    }

    /// <summary>Groups are seen in tokens alone: those count that the maker's had.</summary>
    [Fact]
    public async Task Accept_OfAMakerByGroup_HoldsUntilItIsSuspended()
    {
        var maker = _bench.Put("chief", "");
        var first = await _bench.InviteAsync(ToAcme, _bench.Token("chief", "chiefs"));
        var second = await _bench.InviteAsync(ToAcme, _bench.Token("chief", "chiefs"));
        Assert.Equal(200, (await _bench.AcceptAsync(first, _bench.Token("anna"))).Status);
        Assert.Equal(200, (await _bench.PatchAsync(maker, """{"status":"suspended"}""", _bench.Hub.AddKey("key_root", Role.Owner))).Status);
        Assert.Equal(403, (await _bench.AcceptAsync(second, _bench.Token("bo"))).Status);
    }

    [Fact]
    public async Task Accept_OfAKey_HoldsWhileTheKeyIsInForce()
    {
        var key = _bench.Hub.AddKey("key_inviter", Role.Administrator);
        var first = await _bench.InviteAsync(ToAcme, key);
        var second = await _bench.InviteAsync(ToAcme, key);
        Assert.Equal(200, (await _bench.AcceptAsync(first, _bench.Token("anna"))).Status);
        var stored = (await _bench.Hub.Stored.GetAsync("key_inviter", default))!.Value;
        _bench.Hub.Stored.Put(stored with { RevokedAt = ManagementBench.Start });
        Assert.Equal(403, (await _bench.AcceptAsync(second, _bench.Token("bo"))).Status);
    }

    [Theory]
    [InlineData(null, 403)]
    [InlineData(false, 403)]
    [InlineData(true, 200)]
    public async Task Accept_BoundToAnAddress_NeedsAVerifiedOne(bool? isVerified, int status)
    {
        var code = await _bench.InviteAsync("""{"account":"acme","email":"Anna@example.com"}""");
        var reply = await _bench.AcceptAsync(code, _bench.Token("anna", change: claims =>
            (claims["email"], claims["email_verified"]) = ("anna@example.com", isVerified)));
        Assert.Equal(status, reply.Status);
        Assert.Equal(status == 403, reply["detail"].Contains("verified", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accept_WrongCodesOrBadTokens_CountAsUnknownKeysDo(bool isToken)
    {
        // So few that none comes back while the test runs.
        using var bench = new MemberBench(failuresMax: 2);
        var code = await bench.InviteAsync(ToAcme);
        var token = bench.Token("mallory");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(isToken ? 401 : 404, (await bench.AcceptAsync(isToken ? code : "ahi_x", isToken ? token + "x" : token)).Status);
        }

        // The right one is not looked at any more, from there.
        var refused = await bench.AcceptAsync(code, token);
        Assert.Equal((429, "too_many_failed_authentications"), (refused.Status, refused["code"]));
        bench.Hub.From = System.Net.IPAddress.Parse("192.0.2.7");
        Assert.Equal(200, (await bench.AcceptAsync(code, token)).Status);
    }

    [Fact]
    public async Task Accept_WrongCodesWithoutEnd_AreWrittenTwentyTimesAMinute()
    {
        var token = _bench.Token("mallory");
        for (var i = 0; i < 25; i++)
        {
            Assert.Equal(404, (await _bench.AcceptAsync("ahi_" + i, token)).Status);
        }

        Assert.Equal(20, _bench.Hub.Audit.Rows.Count(entry => entry is { Action: "AcceptInvitation", Status: 404 }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Accept_AuditEntry_IsTheMemberBeforeAndAfterWithoutTheCode(bool isMember)
    {
        var id = isMember ? _bench.Put("anna", "member@account:other", account: "other") : MemberRecord.IdOf(MemberBench.Issuer, "anna");
        var code = await _bench.InviteAsync(ToAcme);

        Assert.Equal(200, (await _bench.AcceptAsync(code, _bench.Token("anna"))).Status);

        var entries = _bench.Hub.Audit.Rows.Where(row => row.Action == "AcceptInvitation").ToArray();
        Assert.Equal([AuditOutcome.Unfinished, AuditOutcome.Done], entries.Select(entry => entry.Outcome));
        Assert.All(entries, entry => Assert.Equal((id, "POST", "127.0.0.1"), (entry.Actor.Id, entry.Method, entry.Address)));
        var end = entries[^1];
        Assert.Equal((200, null, "member", id), (end.Status, end.Error, end.Target, end.TargetId));
        Assert.Equal(isMember ? "other" : null, end.Before is null ? null : JsonNode.Parse(end.Before)!["account"]!.ToString());
        Assert.Equal("acme", JsonNode.Parse(end.After!)!["account"]!.ToString());
        Assert.DoesNotContain(code, end.ToString(), StringComparison.Ordinal);
    }
}
