using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Hub.Tests.Management;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Access;

/// <summary>An account, a team and a project, and what lies in all three.</summary>
internal sealed record WalkedPlace(string Account, string Team, string Project)
{
    public static async Task<WalkedPlace> CreateAsync(Managed managed)
    {
        var place = new WalkedPlace(Managed.NewId("place"), Managed.NewId("team"), Managed.NewId("project"));
        foreach (var (kind, id) in new[] { ("accounts", place.Account), ("teams", place.Team), ("projects", place.Project) })
        {
            var (status, body, _) = await managed.SendAsync(HttpMethod.Post, kind, $$"""{"id":"{{id}}","name":"Walked"}""");
            Assert.True((int)status == 201, body.ToString());
        }

        return place;
    }

    public Scope ScopeOf(OwnerKind kind) => new(kind, kind switch
    {
        OwnerKind.Account => Account,
        OwnerKind.Team => Team,
        _ => Project,
    });

    /// <summary>A new one, so that no call of the walk meets what another has taken away; its id.</summary>
    public async Task<string> KeyAsync(IServiceProvider hub)
    {
        var secret = HubKey.Generate();
        var key = new KeyRecord
        {
            Id = $"key_{Guid.NewGuid():N}",
            Hash = HubKey.Hash(secret),
            Account = Account,
            Team = Team,
            Project = Project,
            Name = "walked",
            Role = Role.Member,
            Hint = secret[^4..],
            CreatedAt = DateTimeOffset.UtcNow,
        };
        Assert.True(await hub.GetRequiredService<IKeyStore>().CreateAsync(key, default));
        return key.Id;
    }

    /// <inheritdoc cref="KeyAsync"/>
    public async Task<string> MemberAsync(IServiceProvider hub, string issuer)
    {
        var subject = $"walked-{Guid.NewGuid():N}";
        await AddAsync(hub, new MemberRecord
        {
            Id = MemberRecord.IdOf(issuer, subject),
            Kind = MemberKind.User,
            Issuer = issuer,
            Subject = subject,
            Account = Account,
            Team = Team,
            Project = Project,
            Roles = [new RoleAssignment(Role.Member, Scope.OfAccount(Account))],
            CreatedAt = DateTimeOffset.UtcNow,
        });
        return MemberRecord.IdOf(issuer, subject);
    }

    /// <inheritdoc cref="KeyAsync"/>
    public async Task<string> InvitationAsync(IServiceProvider hub)
    {
        var id = Invitation.IdOf(Invitation.NewCode());
        await hub.GetRequiredService<IMemberStore>().AddInvitationAsync(
            new Invitation
            {
                Id = id,
                Account = Account,
                Team = Team,
                Project = Project,
                Roles = [new RoleAssignment(Role.Member, Scope.OfAccount(Account))],
                CreatedBy = "key_walked",
                CreatedAt = DateTimeOffset.UtcNow,
                ExpiresAt = DateTimeOffset.UtcNow.AddDays(1),
            },
            default);
        return id;
    }

    /// <summary>Somebody with this role alone, in the account.</summary>
    public async Task<string> SubjectAsync(IServiceProvider hub, string issuer, RoleAssignment assignment)
    {
        var subject = $"walker-{Guid.NewGuid():N}";
        await AddAsync(hub, new MemberRecord
        {
            Id = MemberRecord.IdOf(issuer, subject),
            Kind = MemberKind.User,
            Issuer = issuer,
            Subject = subject,
            Account = Account,
            Roles = [assignment],
            CreatedAt = DateTimeOffset.UtcNow,
        });
        return subject;
    }

    private static async Task AddAsync(IServiceProvider hub, MemberRecord member) =>
        Assert.True(await hub.GetRequiredService<IMemberStore>().AddAsync(member, default));
}
