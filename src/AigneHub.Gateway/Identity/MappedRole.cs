using AigneHub.Core.Access;

namespace AigneHub.Gateway.Identity;

/// <param name="Scope">Null: a member's is its account, others' the whole hub.</param>
internal sealed record MappedRole(Role Role, Scope? Scope)
{
    public RoleAssignment For(string account) => new(Role, Scope ?? DefaultScope(account));

    private Scope DefaultScope(string account) =>
        Role == Role.Member ? Core.Access.Scope.OfAccount(account) : Core.Access.Scope.Hub;
}
