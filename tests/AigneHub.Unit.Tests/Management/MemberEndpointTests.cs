using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Audit;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Identity;
using AigneHub.Gateway.Management;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>Members, invitations and the end of accounts, over stores in memory.</summary>
public sealed class MemberEndpointTests : IDisposable
{
    private const string Issuer = "https://id.example";
    private readonly TokenMint _mint = new(Issuer);

    [Theory]
    [InlineData("administrator", "account:acme", "acme", 201)]
    [InlineData("owner", "account:acme", "acme", 201)]
    [InlineData("member", null, "acme", 201)]
    [InlineData("auditor", "hub", "acme", 403)]
    [InlineData("owner", "hub", "acme", 403)]
    [InlineData("member", "account:other", "acme", 403)]
    [InlineData("member", null, "other", 403)]
    [InlineData("member", "team:blue", "acme", 403)]
    public async Task Create_ByAnAccountsOwner_GivesNoMoreThanItsOwn(string role, string? scope, string account, int status)
    {
        using var bench = Bench();
        Put(bench, "boss", [new(Role.Owner, Scope.OfAccount("acme"))]);
        var roles = new JsonArray(new JsonObject { ["role"] = role, ["scope"] = scope });
        if (scope is null)
        {
            roles[0]!.AsObject().Remove("scope");
        }

        var body = new JsonObject { ["issuer"] = Issuer, ["subject"] = "new", ["account"] = account, ["roles"] = roles };
        var reply = await bench.SendAsync(r => bench.Members.CreateAsync(r, default), body.ToJsonString(), key: Token(bench, "boss"));
        Assert.True(status == reply.Status, $"{reply.Status} {reply.Body}");
    }

    [Fact]
    public async Task Administrator_OfAnAccount_NeitherMakesNorUnmakesOwnersAndAdministrators()
    {
        using var bench = Bench();
        Put(bench, "chief", [new(Role.Administrator, Scope.OfAccount("acme"))]);
        var owner = Put(bench, "boss", [new(Role.Owner, Scope.OfAccount("acme"))]);
        var plain = Put(bench, "anna", [new(Role.Member, Scope.OfAccount("acme"))]);
        var chief = Token(bench, "chief");

        Assert.Equal(403, (await PatchAsync(bench, plain, """{"roles":[{"role":"administrator","scope":"account:acme"}]}""", chief)).Status);
        Assert.Equal(403, (await PatchAsync(bench, owner, """{"roles":[]}""", chief)).Status);
        Assert.Equal(403, (await PatchAsync(bench, owner, """{"status":"suspended"}""", chief)).Status);
        Assert.Equal(403, (await bench.SendAsync(r => bench.Members.DeleteAsync(r, owner, default), key: chief)).Status);
        Assert.Equal(200, (await PatchAsync(bench, plain, """{"roles":[{"role":"billing","scope":"account:acme"}]}""", chief)).Status);
        Assert.Equal(200, (await PatchAsync(bench, plain, """{"status":"suspended"}""", chief)).Status);
        Assert.Equal(204, (await bench.SendAsync(r => bench.Members.DeleteAsync(r, plain, default), key: chief)).Status);
        Assert.Equal(403, (await bench.SendAsync(r => bench.Members.ListAsync(r, default), key: chief, query: "?account=other")).Status);
        Assert.Equal(2, (await bench.SendAsync(r => bench.Members.ListAsync(r, default), key: chief)).Body["items"]!.AsArray().Count);
        Put(bench, "far", [], account: "other");
        Assert.Equal(404, (await bench.SendAsync(r => bench.Members.GetAsync(r, MemberRecord.IdOf(Issuer, "far"), default), key: chief)).Status);
    }

    [Theory]
    [InlineData(true, 204)]
    [InlineData(false, 409)]
    public async Task Delete_OfTheLastOwner_NeedsTheSettingsKey(bool hasKey, int status)
    {
        using var bench = Bench(hasAdministratorKey: hasKey);
        var owner = Put(bench, "boss", [new(Role.Owner, Scope.Hub)]);
        if (!hasKey)
        {
            var reply = await PatchAsync(bench, owner, """{"status":"suspended"}""", Token(bench, "boss"));
            Assert.Equal((409, "last_owner"), (reply.Status, reply.Body["code"]!.ToString()));
        }

        Assert.Equal(status, (await bench.SendAsync(r => bench.Members.DeleteAsync(r, owner, default), key: Token(bench, "boss"))).Status);
        Put(bench, "boss", [new(Role.Owner, Scope.Hub)]);
        Put(bench, "second", [new(Role.Owner, Scope.Hub)]);
        Assert.Equal(204, (await bench.SendAsync(r => bench.Members.DeleteAsync(r, owner, default), key: Token(bench, "boss"))).Status);
    }

    [Fact]
    public async Task Invitation_Accepted_JoinsOnceAndExpires()
    {
        using var bench = Bench();
        var stranger = await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: Token(bench, "anna"));
        Assert.Equal((403, "not_invited"), (stranger.Status, stranger.Body["code"]!.ToString()));
        await bench.SendAsync(r => bench.Members.DeleteAsync(r, "mem_x", default), key: Token(bench, "anna"), method: "DELETE");
        var denied = bench.Audit.Rows[^1];
        Assert.Equal(
            (AuditOutcome.Denied, "not_invited", "DeleteMember", MemberRecord.IdOf(Issuer, "anna")),
            (denied.Outcome, denied.Error, denied.Action, denied.Actor.Id));

        var made = await bench.SendAsync(
            r => bench.Invitations.CreateAsync(r, default), """{"account":"acme","team":"blue","email":"Anna@example.com"}""", key: Token(bench, "root", hub: true));
        Assert.True(made.Status == 201, made.Body.ToString());
        var code = made.Body["code"]!.ToString();
        var id = made.Body["id"]!.ToString();
        var listed = await bench.SendAsync(r => bench.Invitations.ListAsync(r, default), key: Token(bench, "root", hub: true));
        Assert.DoesNotContain(code, listed.Body.ToJsonString(), StringComparison.Ordinal);

        Assert.Equal(404, (await AcceptAsync(bench, "anna", code + "x")).Status);
        Assert.Equal(403, (await AcceptAsync(bench, "anna", code)).Status);
        Assert.Equal(401, (await bench.SendAsync(r => bench.Invitations.AcceptAsync(r, default), Body(code))).Status);
        var joined = await AcceptAsync(bench, "anna", code, "anna@example.com");
        Assert.Equal((200, "acme", "blue"), (joined.Status, joined.Body["account"]!.ToString(), joined.Body["team"]!.ToString()));
        Assert.Equal(200, (await AcceptAsync(bench, "anna", code, "anna@example.com")).Status);
        Assert.Equal(404, (await AcceptAsync(bench, "bo", code, "anna@example.com")).Status);
        var me = await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: Token(bench, "anna"));
        Assert.Equal(("user", "acme", "blue"), (me.Body["kind"]!.ToString(), me.Body["account"]!.ToString(), me.Body["team"]!.ToString()));

        var late = (await bench.SendAsync(r => bench.Invitations.CreateAsync(r, default), """{"account":"acme"}""")).Body["code"]!.ToString();
        bench.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(404, (await AcceptAsync(bench, "bo", late)).Status);
        Assert.Equal(204, (await bench.SendAsync(r => bench.Invitations.DeleteAsync(r, id, default))).Status);
    }

    [Fact]
    public async Task Invitation_AcceptedAgainAfterItsRolesWereTaken_GivesNothing()
    {
        using var bench = Bench();
        var made = await bench.SendAsync(r => bench.Invitations.CreateAsync(r, default), """{"account":"acme"}""");
        var code = made.Body["code"]!.ToString();
        Assert.Equal(200, (await AcceptAsync(bench, "anna", code)).Status);
        var id = MemberRecord.IdOf(Issuer, "anna");
        Assert.Equal(200, (await PatchAsync(bench, id, """{"roles":[]}""", Token(bench, "root", hub: true))).Status);
        var again = await AcceptAsync(bench, "anna", code);
        Assert.Equal((200, 0), (again.Status, again.Body["roles"]!.AsArray().Count));
        Assert.Empty((await bench.MemberStore.FindAsync(id, default))!.Value.Roles);

        Assert.Equal(204, (await bench.SendAsync(r => bench.Members.DeleteAsync(r, id, default), key: Token(bench, "root", hub: true))).Status);
        bench.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(404, (await AcceptAsync(bench, "anna", code)).Status);
    }

    [Fact]
    public async Task Invitation_ToAPower_NeedsIt()
    {
        using var bench = Bench();
        Put(bench, "chief", [new(Role.Administrator, Scope.OfAccount("acme"))]);
        const string Owner = """{"account":"acme","roles":[{"role":"owner","scope":"account:acme"}]}""";
        Assert.Equal(403, (await bench.SendAsync(r => bench.Invitations.CreateAsync(r, default), Owner, key: Token(bench, "chief"))).Status);
        Assert.Equal(201, (await bench.SendAsync(r => bench.Invitations.CreateAsync(r, default), """{"account":"acme"}""", key: Token(bench, "chief"))).Status);
        Put(bench, "anna", [new(Role.Member, Scope.OfAccount("acme"))]);
        Assert.Equal(403, (await bench.SendAsync(r => bench.Invitations.CreateAsync(r, default), """{"account":"acme"}""", key: Token(bench, "anna"))).Status);
    }

    /// <summary>What is given to a token by its groups holds as long as the token says so.</summary>
    [Fact]
    public async Task Groups_OfATokenGiveRoles_AndTakeThemWithTheNext()
    {
        using var bench = Bench(new IssuerOptions { Groups = "g-admins=administrator;g-blue=member@team:blue" });
        var first = await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: Token(bench, "anna", groups: "g-blue"));
        Assert.Equal((200, "default", "blue"), (first.Status, first.Body["account"]!.ToString(), first.Body["team"]!.ToString()));
        Assert.Equal(403, (await bench.SendAsync(r => bench.Members.ListAsync(r, default), key: Token(bench, "anna", groups: "g-blue"))).Status);
        Assert.Equal(200, (await bench.SendAsync(r => bench.Members.ListAsync(r, default), key: Token(bench, "anna", groups: "g-admins"))).Status);
        var none = await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: Token(bench, "anna"));
        Assert.Equal((403, "no_role"), (none.Status, none.Body["code"]!.ToString()));
        var overage = await bench.SendAsync(
            r => bench.Members.MeAsync(r, default), key: Token(bench, "bo", change: claims => claims["hasgroups"] = true));
        Assert.Equal((403, "groups_overage"), (overage.Status, overage.Body["code"]!.ToString()));
        Assert.Empty(bench.MemberStore.All.SelectMany(member => member.Roles));
    }

    [Fact]
    public async Task KeysOfAMember_DieWithIt()
    {
        using var bench = Bench();
        var id = Put(bench, "anna", [new(Role.Member, Scope.OfAccount("acme"))]);
        var secret = HubKey.Generate();
        bench.Stored.Put(new KeyRecord
        {
            Id = "key_own",
            Hash = HubKey.Hash(secret),
            Account = "acme",
            Member = id,
            Name = "own",
            Role = Role.Member,
            Hint = "",
            CreatedAt = default,
        });
        Assert.Equal(200, (await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: secret)).Status);
        await PatchAsync(bench, id, """{"status":"suspended"}""");
        Assert.Equal(401, (await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: secret)).Status);
        var token = await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: Token(bench, "anna"));
        Assert.Equal((403, "member_suspended"), (token.Status, token.Body["code"]!.ToString()));
        await PatchAsync(bench, id, """{"status":"active"}""");
        Assert.Equal(200, (await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: secret)).Status);
        await bench.SendAsync(r => bench.Members.DeleteAsync(r, id, default));
        Assert.Equal(401, (await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: secret)).Status);
    }

    [Fact]
    public async Task Account_SuspendedClosedExportedDeleted_KeepsItsHistoryAlone()
    {
        using var bench = Bench();
        Put(bench, "boss", [new(Role.Owner, Scope.OfAccount("acme"))]);
        var boss = Token(bench, "boss");
        var key = bench.AddKey("key_till", account: "acme");
        Assert.Equal(409, (await StatusAsync(bench, HubAccounts.FirstId, "suspended")).Status);
        Assert.Equal(200, (await StatusAsync(bench, "acme", "suspended", "unpaid")).Status);

        // Its people read, and change nothing; the hub's administrators do both.
        Assert.Equal(200, (await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: boss)).Status);
        var refused = await bench.SendAsync(r => bench.Members.CreateAsync(r, default), "{}", key: boss);
        Assert.Equal((403, "account_suspended"), (refused.Status, refused.Body["code"]!.ToString()));
        Assert.Contains("unpaid", refused.Body["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(409, (await RemoveAsync(bench, "acme")).Status);

        Assert.Equal(200, (await StatusAsync(bench, "acme", "closed")).Status);
        Assert.Equal("account_closed", (await bench.SendAsync(r => bench.Members.MeAsync(r, default), key: key)).Body["code"]!.ToString());
        Assert.Equal(403, (await bench.SendAsync(r => bench.Removal.ExportAsync(r, ManagementRoutes.ExportAccount, OwnerKind.Account, "acme", default), key: boss)).Status);
        var export = await bench.SendAsync(r => bench.Removal.ExportAsync(r, ManagementRoutes.ExportAccount, OwnerKind.Account, "acme", default));
        Assert.Equal(200, export.Status);
        Assert.Equal(("closed", "boss", "key_till"), (
            export.Body["account"]!["status"]!.ToString(), export.Body["members"]![0]!["subject"]!.ToString(), export.Body["keys"]![0]!["id"]!.ToString()));
        Assert.DoesNotContain(HubKey.Hash(key), export.Body.ToJsonString(), StringComparison.Ordinal);

        Assert.Equal(204, (await RemoveAsync(bench, "acme")).Status);
        Assert.Equal(204, (await RemoveAsync(bench, "acme")).Status);
        Assert.Empty(bench.MemberStore.All);
        var owner = (await bench.Stored.FindAsync(OwnerKind.Account, "acme", default))!.Value;
        Assert.Equal(("Deleted", OwnerStatus.Deleted, null), (owner.Name, owner.Status, owner.Email));
        Assert.NotNull((await bench.Stored.GetAsync("key_till", default))!.Value.RevokedAt);
        Assert.Equal(409, (await StatusAsync(bench, "acme", "active")).Status);
        Assert.Equal(409, (await bench.CreateAsync(OwnerKind.Account, """{"id":"acme","name":"Acme"}""")).Status);
    }

    public void Dispose() => _mint.Dispose();

    private ManagementBench Bench(IssuerOptions? issuer = null, bool hasAdministratorKey = true)
    {
        var bench = new ManagementBench(HubMode.Enterprise, mint: _mint, issuer: issuer, hasAdministratorKey: hasAdministratorKey);
        bench.Stored.Put(OwnerKind.Account, "acme");
        bench.Stored.Put(OwnerKind.Account, "other");
        bench.Stored.Put(OwnerKind.Team, "blue");
        return bench;
    }

    private static string Put(ManagementBench bench, string subject, RoleAssignment[] roles, string account = "acme")
    {
        var id = MemberRecord.IdOf(Issuer, subject);
        bench.MemberStore.Put(new MemberRecord
        {
            Id = id,
            Kind = MemberKind.User,
            Issuer = Issuer,
            Subject = subject,
            Account = account,
            Roles = roles,
            CreatedAt = ManagementBench.Start,
            LastSeen = ManagementBench.Start,
        });
        return id;
    }

    private string Token(ManagementBench bench, string subject, bool hub = false, string? groups = null, Action<JsonObject>? change = null)
    {
        if (hub)
        {
            Put(bench, subject, [new(Role.Administrator, Scope.Hub)]);
        }

        return _mint.Token(subject, bench.Clock.GetUtcNow(), claims =>
        {
            claims["groups"] = groups;
            change?.Invoke(claims);
        });
    }

    private static async Task<Reply> PatchAsync(ManagementBench bench, string id, string body, string? key = null) =>
        await bench.SendAsync(
            r => bench.Members.UpdateAsync(r, id, default), body, (await bench.MemberStore.FindAsync(id, default))!.ETag, key: key);

    private Task<Reply> AcceptAsync(ManagementBench bench, string subject, string code, string? email = null) => bench.SendAsync(
        r => bench.Invitations.AcceptAsync(r, default), Body(code), key: Token(bench, subject, change: claims => (claims["email"], claims["email_verified"]) = (email, email is null ? null : true)));

    private static string Body(string code) => new JsonObject { ["code"] = code }.ToJsonString();

    private static async Task<Reply> StatusAsync(ManagementBench bench, string account, string status, string? reason = null)
    {
        var etag = (await bench.Stored.FindAsync(OwnerKind.Account, account, default))!.ETag;
        var body = new JsonObject { ["status"] = status };
        if (reason is not null)
        {
            body["reason"] = reason;
        }

        return await bench.PatchAsync(OwnerKind.Account, account, body.ToJsonString(), etag);
    }

    private static Task<Reply> RemoveAsync(ManagementBench bench, string account) =>
        bench.SendAsync(r => bench.Removal.DeleteAsync(r, ManagementRoutes.DeleteAccount, OwnerKind.Account, account, default), key: bench.AddKey("key_root", Role.Owner));
}
