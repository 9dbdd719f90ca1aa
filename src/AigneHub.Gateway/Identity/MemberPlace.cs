using AigneHub.Core.Access;
using AigneHub.Core.Accounts;

namespace AigneHub.Gateway.Identity;

/// <summary>What calls are charged to. Null: nothing was said.</summary>
internal sealed record MemberPlace(string? Account, string? Team, string? Project)
{
    /// <summary>The first of each kind.</summary>
    public static MemberPlace Of(IEnumerable<Scope> scopes)
    {
        var all = scopes.ToArray();
        return new MemberPlace(First(all, OwnerKind.Account), First(all, OwnerKind.Team), First(all, OwnerKind.Project));
    }

    private static string? First(Scope[] scopes, OwnerKind kind)
    {
        var index = Array.FindIndex(scopes, scope => scope.Owner == kind);
        return index < 0 ? null : scopes[index].Id;
    }
}
