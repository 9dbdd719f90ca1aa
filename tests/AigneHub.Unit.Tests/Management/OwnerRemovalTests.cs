using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.Management;

/// <summary>The end of teams and projects; that of accounts is among the tests of members.</summary>
public sealed class OwnerRemovalTests : IDisposable
{
    private const string Id = "ann.1";
    private const string Budget = """{"limit":"100","period":"month"}""";
    private readonly MemberBench _bench = new();
    private readonly string _root;

    public OwnerRemovalTests() => _root = _bench.Hub.AddKey("key_root", Role.Owner);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(OwnerKind.Team)]
    [InlineData(OwnerKind.Project)]
    public async Task Export_OfWhatIsClosed_HasWhatNamesItAndNoSecret(OwnerKind kind)
    {
        var (secret, member) = await FillAsync(kind);
        var code = await _bench.InviteAsync($$"""{"account":"other","{{Word(kind)}}":"{{Id}}"}""");
        await _bench.InviteAsync("""{"account":"other"}""");
        var purse = PurseNames.Of(kind, Id);
        Assert.Equal(201, (await _bench.Hub.AdjustAsync(purse, """{"amount":"2.5","reason":"a gift"}""", "gift")).Status);
        Assert.Equal(200, (await _bench.StatusAsync("closed", kind, Id)).Status);

        var export = await ExportAsync(kind);

        Assert.True(export.Status == 200, export.Body.ToString());
        Assert.Equal(
            ("closed", "ann@example.org"),
            (export.Body[Word(kind)]!["status"]!.ToString(), export.Body[Word(kind)]!["email"]!.ToString()));
        Assert.Equal(member, Assert.Single(export.Body["members"]!.AsArray())!["id"]!.ToString());
        Assert.Equal("key_in", Assert.Single(export.Body["keys"]!.AsArray())!["id"]!.ToString());
        Assert.Equal(Invitation.IdOf(code), Assert.Single(export.Body["invitations"]!.AsArray())!["id"]!.ToString());
        Assert.Equal((Word(kind), "102.5"), (export.Body["balance"]!["owner"]!.ToString(), export.Body["balance"]!["remaining"]!.ToString()));
        Assert.Contains("a gift", export.Body["movements"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.All(
            (string[])[secret, HubKey.Hash(secret), code],
            one => Assert.DoesNotContain(one, export.Body.ToJsonString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OwnerKind.Team, "active")]
    [InlineData(OwnerKind.Team, "suspended")]
    [InlineData(OwnerKind.Project, "active")]
    [InlineData(OwnerKind.Project, "suspended")]
    public async Task Delete_OfWhatIsNotClosed_IsRefusedAndChangesNothing(OwnerKind kind, string status)
    {
        await FillAsync(kind);
        Assert.Equal(200, (await _bench.StatusAsync(status, kind, Id)).Status);
        var refused = await DeleteAsync(kind);
        Assert.Equal((409, Word(kind) + "_not_closed"), (refused.Status, refused["code"]));
        Assert.Equal("Ann's own", (await _bench.Hub.Stored.FindAsync(kind, Id, default))!.Value.Name);
        Assert.Null((await _bench.Hub.Stored.GetAsync("key_in", default))!.Value.RevokedAt);
    }

    [Theory]
    [InlineData(OwnerKind.Team)]
    [InlineData(OwnerKind.Project)]
    public async Task Delete_OfWhatIsClosed_KeepsItsIdAndItsHistoryAlone(OwnerKind kind)
    {
        var (secret, member) = await FillAsync(kind);
        var other = _bench.Hub.AddKey("key_out", account: "other", team: "blue", project: "elsewhere");
        await _bench.InviteAsync($$"""{"account":"other","{{Word(kind)}}":"{{Id}}"}""");
        Assert.Equal(200, (await _bench.MeAsync(secret)).Status);
        Assert.Equal(200, (await _bench.StatusAsync("closed", kind, Id)).Status);

        Assert.Equal(204, (await DeleteAsync(kind)).Status);
        Assert.Equal(204, (await DeleteAsync(kind)).Status);

        var left = (await _bench.Hub.Stored.FindAsync(kind, Id, default))!.Value;
        Assert.Equal(("Deleted", null, OwnerStatus.Deleted), (left.Name, left.Email, left.Status));
        Assert.NotNull(left.Terms);
        var export = await ExportAsync(kind);
        Assert.Equal(member, Assert.Single(export.Body["members"]!.AsArray())!["id"]!.ToString());
        Assert.Empty(export.Body["invitations"]!.AsArray());
        Assert.DoesNotContain("ann@example.org", export.Body.ToJsonString(), StringComparison.Ordinal);

        // Nobody gets its id, and nobody opens it again.
        Assert.Equal(409, (await _bench.Hub.CreateAsync(kind, Body)).Status);
        Assert.Equal(409, (await _bench.Hub.CreateAsync(kind, $$"""{"id":"{{Id}}","name":"Deleted","budget":{{Budget}}}""")).Status);
        var opened = await _bench.StatusAsync("active", kind, Id);
        Assert.Equal((409, Word(kind) + "_deleted"), (opened.Status, opened["code"]));

        // What names it is refused: as a label without a budget it would be let through.
        Assert.Equal((401, "api_key_inactive"), await MeAsync(secret));
        var late = _bench.Hub.AddKey(
            "key_late", team: kind == OwnerKind.Team ? Id : null, project: kind == OwnerKind.Project ? Id.ToUpperInvariant() : null);
        Assert.Equal((403, Word(kind) + "_closed"), await MeAsync(late));
        Assert.Equal((403, Word(kind) + "_closed"), await MeAsync(_bench.Token("bob")));
        Assert.Equal(200, (await _bench.MeAsync(other)).Status);
        Assert.Equal(
            400,
            (await _bench.Hub.SendAsync(
                request => _bench.Hub.Invitations.CreateAsync(request, default), $$"""{"{{Word(kind)}}":"{{Id}}"}""")).Status);

        // The hub's auditors read on.
        var auditor = _bench.Hub.AddKey("key_auditor", Role.Auditor);
        var purse = PurseNames.Of(kind, Id);
        Assert.Equal(200, (await _bench.Hub.SendAsync(
            request => _bench.Hub.Balances.OfAsync(request, Route(kind, ManagementRoutes.TeamBalance, ManagementRoutes.ProjectBalance), purse, default),
            key: auditor, method: "GET")).Status);
    }

    [Fact]
    public async Task Create_OfAKeyForADeletedTeam_IsRefused()
    {
        await FillAsync(OwnerKind.Team);
        await _bench.StatusAsync("closed", OwnerKind.Team, Id);
        Assert.Equal(204, (await DeleteAsync(OwnerKind.Team)).Status);
        var made = await _bench.Hub.SendAsync(
            request => _bench.Hub.Keys.CreateAsync(request, default), $$"""{"name":"k","team":"{{Id}}"}""");
        Assert.Equal((400, "team_not_found"), (made.Status, made["code"]));
    }

    /// <summary>An administrator closes it; what can't be undone is an owner's.</summary>
    [Theory]
    [InlineData(OwnerKind.Team)]
    [InlineData(OwnerKind.Project)]
    public async Task Delete_ByAnAdministrator_IsRefused(OwnerKind kind)
    {
        await FillAsync(kind);
        Assert.Equal(200, (await _bench.StatusAsync("closed", kind, Id)).Status);
        Assert.Equal(403, (await DeleteAsync(kind, _bench.Hub.Administrator)).Status);
        Assert.Equal(OwnerStatus.Closed, (await _bench.Hub.Stored.FindAsync(kind, Id, default))!.Value.Status);
    }

    private static string Body => $$"""{"id":"{{Id}}","name":"Ann's own","email":"ann@example.org","budget":{{Budget}}}""";

    /// <summary>Makes it, with a key of another account and a member in it.</summary>
    private async Task<(string Secret, string Member)> FillAsync(OwnerKind kind)
    {
        Assert.Equal(201, (await _bench.Hub.CreateAsync(kind, Body)).Status);
        var (team, project) = kind == OwnerKind.Team ? (Id, (string?)null) : (null, Id);
        var member = _bench.Put("bob", "member@account:acme");
        _bench.Hub.MemberStore.Put((await _bench.Hub.MemberStore.FindAsync(member, default))!.Value with { Team = team, Project = project });
        _bench.Put("eve", "member@account:acme");
        // Labels are the project's in any case.
        return (_bench.Hub.AddKey("key_in", account: "other", team: team, project: project?.ToUpperInvariant()), member);
    }

    private async Task<(int Status, string Code)> MeAsync(string key)
    {
        var reply = await _bench.MeAsync(key);
        return (reply.Status, reply["code"]);
    }

    private Task<Reply> ExportAsync(OwnerKind kind) => _bench.Hub.SendAsync(
        request => _bench.Hub.Removal.ExportAsync(
            request, Route(kind, ManagementRoutes.ExportTeam, ManagementRoutes.ExportProject), kind, Id, default),
        method: "GET");

    private Task<Reply> DeleteAsync(OwnerKind kind, string? key = null) => _bench.Hub.SendAsync(
        request => _bench.Hub.Removal.DeleteAsync(
            request, Route(kind, ManagementRoutes.DeleteTeam, ManagementRoutes.DeleteProject), kind, Id, default),
        key: key ?? _root, method: "DELETE");

    private static ManagementRoute Route(OwnerKind kind, ManagementRoute team, ManagementRoute project) =>
        kind == OwnerKind.Team ? team : project;

    private static string Word(OwnerKind kind) => kind.ToString().ToLowerInvariant();
}
