using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Identity;
using AigneHub.Gateway.Management;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>A bench with an identity provider, the accounts acme and other, and the team blue.</summary>
internal sealed class MemberBench : IDisposable
{
    public const string Issuer = "https://id.example";
    private readonly TokenMint _mint = new(Issuer);

    public MemberBench(HubMode mode = HubMode.Enterprise, IssuerOptions? issuer = null, int failuresMax = 0, bool hasAdministratorKey = true,
        long starter = 0)
    {
        Hub = new ManagementBench(mode, starter, mint: _mint, issuer: issuer, failuresMax: failuresMax, hasAdministratorKey: hasAdministratorKey);
        Hub.Stored.Put(OwnerKind.Account, "acme");
        Hub.Stored.Put(OwnerKind.Account, "other");
        Hub.Stored.Put(OwnerKind.Team, "blue");
    }

    public ManagementBench Hub { get; }

    /// <summary>Puts a member and returns its id.</summary>
    /// <param name="roles">Such as <c>administrator@account:acme</c>, separated by spaces.</param>
    public string Put(string subject, string roles, string account = "acme")
    {
        var id = MemberRecord.IdOf(Issuer, subject);
        Hub.MemberStore.Put(new MemberRecord
        {
            Id = id,
            Kind = MemberKind.User,
            Issuer = Issuer,
            Subject = subject,
            Account = account,
            Roles = [.. roles.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(RoleOf)],
            CreatedAt = ManagementBench.Start,
            LastSeen = ManagementBench.Start,
        });
        return id;
    }

    public string Token(string subject, string? groups = null, Action<JsonObject>? change = null) =>
        _mint.Token(subject, Hub.Clock.GetUtcNow(), claims =>
        {
            claims["groups"] = groups;
            change?.Invoke(claims);
        });

    public Task<Reply> MeAsync(string key) => Hub.SendAsync(request => Hub.Members.MeAsync(request, default), key: key);

    public async Task<Reply> PatchAsync(string id, string body, string? key = null) => await Hub.SendAsync(
        request => Hub.Members.UpdateAsync(request, id, default), body, (await Hub.MemberStore.FindAsync(id, default))!.ETag, key: key);

    public Task<Reply> DeleteAsync(string id) => Hub.SendAsync(request => Hub.Members.DeleteAsync(request, id, default));

    public async Task<Reply> StatusAsync(string status, OwnerKind kind = OwnerKind.Account, string id = "acme", string? key = null) =>
        await Hub.SendAsync(
            request => Hub.Owners.UpdateAsync(
                request, kind == OwnerKind.Account ? ManagementRoutes.UpdateAccount : ManagementRoutes.UpdateTeam, kind, id, default),
            $$"""{"status":"{{status}}"}""", (await Hub.Stored.FindAsync(kind, id, default))!.ETag, key: key);

    public async Task<string> InviteAsync(string body, string? key = null)
    {
        var made = await Hub.SendAsync(request => Hub.Invitations.CreateAsync(request, default), body, key: key);
        Assert.True(made.Status == 201, made.Body.ToString());
        return made["code"];
    }

    public Task<Reply> AcceptAsync(string code, string token) => Hub.SendAsync(
        request => Hub.Invitations.AcceptAsync(request, default), new JsonObject { ["code"] = code }.ToJsonString(), key: token);

    /// <summary>A key of the caller's own.</summary>
    public async Task<Reply> MakeKeyAsync(string token) =>
        await Hub.SendAsync(request => Hub.OwnKeys.CreateAsync(request, default), """{"name":"own"}""", key: token);

    public void Dispose()
    {
        Hub.Dispose();
        _mint.Dispose();
    }

    private static RoleAssignment RoleOf(string text)
    {
        var parts = text.Split('@');
        Assert.True(Scope.TryParse(parts[1], out var scope), text);
        return new RoleAssignment(Enum.Parse<Role>(parts[0], ignoreCase: true), scope);
    }
}
