using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Management;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Access;

/// <summary>Somebody who walks all routes.</summary>
/// <param name="Role">Null: has no key.</param>
internal sealed record WalkedCaller(string Name, Role? Role, string? Key, string? KeyId, bool MayPay = false)
{
    public const string Account = HubAccounts.FirstId;

    public static WalkedCaller Nobody { get; } = new("nobody", null, null, null);

    /// <summary>A stranger with a key that looks good.</summary>
    public static WalkedCaller Stranger { get; } = new("stranger", null, HubKey.Generate(), null);

    /// <summary>A new key, past the API: it would not let everybody make every key.</summary>
    public static async Task<WalkedCaller> WithKeyAsync(IServiceProvider hub, Role role, bool mayPay = false)
    {
        var secret = HubKey.Generate();
        var key = new KeyRecord
        {
            Id = $"key_{Guid.NewGuid():N}",
            Hash = HubKey.Hash(secret),
            Account = Account,
            Name = $"walker {role}",
            Role = role,
            Hint = secret[^4..],
            MayPay = mayPay,
            CreatedAt = DateTimeOffset.UtcNow,
        };
        Assert.True(await hub.GetRequiredService<IKeyStore>().CreateAsync(key, default));
        return new WalkedCaller(mayPay ? $"{role} that may pay" : role.ToString(), role, secret, key.Id, mayPay);
    }

    /// <summary>What the tables say, put in other words than the code's.</summary>
    /// <param name="account">What the route's id names, where it names an account.</param>
    public bool May(ManagementRoute route, string? account)
    {
        if (Role is not { } role)
        {
            return false;
        }

        var isOwn = route.Scope == RouteScope.Own || (route.Scope == RouteScope.Account && account == Account);
        var reaches = role != Core.Access.Role.Member || isOwn || route.Scope is RouteScope.Key or RouteScope.Member;
        return (Roles.Allow(role, route.Permission) && reaches) || (MayPay && route.Permission == Permission.Pay && isOwn);
    }
}
