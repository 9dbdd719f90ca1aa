namespace AigneHub.Core.Access;

/// <summary>Somebody has a role within a scope, and in all that is below it: the hub is above everything.</summary>
public sealed record RoleAssignment(Role Role, Scope Scope)
{
    /// <summary>Whether it gives the permission in one of the scopes that a thing lies in.</summary>
    public bool Allows(Permission permission, ReadOnlySpan<Scope> scopes) =>
        Roles.Allow(Role, permission) && (Scope == Scope.Hub || scopes.Contains(Scope));
}
