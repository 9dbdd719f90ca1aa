using AigneHub.Core.Access;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Members;

[Collection(StorageCollections.Stores)]
public sealed class TableMemberStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly string _account = $"a-{Guid.NewGuid():N}";
    private ServiceProvider _hub = null!;

    private IMemberStore Store => _hub.GetRequiredService<IMemberStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Member_AddedMovedDeleted_IsListedWhereItIs()
    {
        var member = New("anna") with
        {
            Kind = MemberKind.Workload,
            Name = "Anna",
            Email = "anna@example.com",
            Team = "t",
            Project = "p",
            Roles = [new(Role.Owner, Scope.Hub), new(Role.Member, Scope.OfTeam("t"))],
            TokenRoles = [new(Role.Auditor, Scope.Hub)],
            TokenTeam = "t",
            Status = MemberStatus.Suspended,
            LastSeen = Now,
        };
        Assert.True(await Store.AddAsync(member, default));
        Assert.False(await Store.AddAsync(member with { Name = "other" }, default));
        var found = await Store.FindAsync(member.Id, default);
        RoleAssignment[] none = [];
        Assert.Equal(member with { Roles = none, TokenRoles = none }, found!.Value with { Roles = none, TokenRoles = none });
        Assert.Equal(member.Roles, found.Value.Roles);
        Assert.Equal(member.TokenRoles, found.Value.TokenRoles);

        await Store.AddAsync(New("bo"), default);
        var first = await Store.ListAsync(_account, 1, null, default);
        var second = await Store.ListAsync(_account, 1, first.Continuation, default);
        Assert.Equal(
            new[] { "anna", "bo" }.Select(subject => New(subject).Id).Order(StringComparer.Ordinal),
            first.Items.Concat(second.Items).Select(one => one.Value.Id));

        var moved = member with { Account = _account + "x" };
        Assert.True(await Store.ReplaceAsync(moved, found.ETag, default));
        Assert.False(await Store.ReplaceAsync(moved, found.ETag, default));
        Assert.Equal(New("bo").Id, Assert.Single((await Store.ListAsync(_account, 10, null, default)).Items).Value.Id);
        Assert.Equal(member.Id, Assert.Single((await Store.ListAsync(_account + "x", 10, null, default)).Items).Value.Id);
        await Store.DeleteAsync(member.Id, default);
        await Store.DeleteAsync(member.Id, default);
        Assert.Null(await Store.FindAsync(member.Id, default));
        Assert.Empty((await Store.ListAsync(_account + "x", 10, null, default)).Items);
        Assert.Null(await Store.FindAsync("no/such#id", default));
    }

    [Fact]
    public async Task Invitation_AcceptedByTwo_IsAcceptedByOne()
    {
        var code = Invitation.NewCode();
        var invitation = new Invitation
        {
            Id = Invitation.IdOf(code),
            Account = _account,
            Roles = [new(Role.Member, Scope.OfAccount(_account))],
            Email = "anna@example.com",
            CreatedBy = "key_1",
            MakersTokenRoles = [new(Role.Owner, Scope.Hub)],
            CreatedAt = Now,
            ExpiresAt = Now.AddDays(7),
        };
        Assert.True(await Store.AddInvitationAsync(invitation, default));
        var found = await Store.FindInvitationAsync(Invitation.IdOf(code), default);
        RoleAssignment[] none = [];
        Assert.Equal(invitation with { Roles = none, MakersTokenRoles = none }, found!.Value with { Roles = none, MakersTokenRoles = none });
        Assert.Equal(invitation.Roles, found.Value.Roles);
        Assert.Equal(invitation.MakersTokenRoles, found.Value.MakersTokenRoles);
        Assert.True(await Store.ReplaceInvitationAsync(invitation with { AcceptedBy = "usr_1" }, found.ETag, default));
        Assert.False(await Store.ReplaceInvitationAsync(invitation with { AcceptedBy = "usr_2" }, found.ETag, default));
        Assert.Equal("usr_1", Assert.Single((await Store.ListInvitationsAsync(_account, 10, null, default)).Items).Value.AcceptedBy);
        await Store.DeleteInvitationAsync(invitation.Id, default);
        Assert.Empty((await Store.ListInvitationsAsync(_account, 10, null, default)).Items);
    }

    private MemberRecord New(string subject) => new()
    {
        Id = MemberRecord.IdOf(_account, subject),
        Kind = MemberKind.User,
        Issuer = _account,
        Subject = subject,
        Account = _account,
        CreatedAt = Now,
    };
}
