using AigneHub.Core;
using AigneHub.Core.Access;

namespace AigneHub.Gateway.Management;

/// <summary>Who may make a management call.</summary>
/// <param name="Function">The function that serves it.</param>
/// <param name="Mode">Null: both modes have it.</param>
public sealed record ManagementRoute(string Function, Permission Permission, RouteScope Scope, HubMode? Mode = null);
