using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Management;

/// <summary>Who may make a management call.</summary>
/// <param name="Function">The function that serves it.</param>
/// <param name="Mode">Null: both modes have it.</param>
public sealed record ManagementRoute(string Function, Permission Permission, RouteScope Scope, HubMode? Mode = null)
{
    /// <summary>What a key that names scopes needs.</summary>
    public KeyScope KeyScope { get; } = (Scope, Permission) switch
    {
        (RouteScope.Own or RouteScope.Member, Permission.ReadOwn) => KeyScope.Account,
        (RouteScope.Own, Permission.ManageOwnKeys) => KeyScope.Keys,
        (RouteScope.Own, Permission.Pay) => KeyScope.Payments,
        _ => KeyScope.Management,
    };

    /// <summary>The kind of thing it is about, as the audit log has it: what follows the verb, <c>paymentIncident</c>.</summary>
    public string Target { get; } = JsonNamingPolicy.CamelCase.ConvertName(
        Function[Math.Max(0, Array.FindIndex(Function.ToCharArray(), 1, char.IsUpper))..]);
}
