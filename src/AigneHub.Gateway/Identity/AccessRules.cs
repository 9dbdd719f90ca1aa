using AigneHub.Core.Accounts;

namespace AigneHub.Gateway.Identity;

/// <summary>What an issuer's tokens give to whom: <see cref="AccessOptions"/>, read.</summary>
/// <param name="Roles">By the value of the roles' claim.</param>
/// <param name="Groups">By the value of the groups' claim.</param>
/// <param name="Workloads">By subject or client id.</param>
/// <param name="Account">Of those whom nothing else gives one.</param>
internal sealed record AccessRules(
    IReadOnlyList<string> Audiences,
    IReadOnlyDictionary<string, MappedRole> Roles,
    IReadOnlyDictionary<string, MappedRole> Groups,
    IReadOnlyDictionary<string, MemberPlace> Workloads,
    string Account,
    bool SignUp)
{
    /// <summary>Whatever a token's roles and groups are.</summary>
    public AccessRules WithoutRoles() => this with
    {
        Roles = new Dictionary<string, MappedRole>(),
        Groups = new Dictionary<string, MappedRole>(),
    };

    /// <param name="wrong">Null, or the first property that is wrong and why; the result is null then.</param>
    public static AccessRules? Of(AccessOptions options, out string? wrong)
    {
        var audiences = AccessMapping.List(options.Audiences);
        var roles = AccessMapping.Roles(options.Roles, out var wrongRoles);
        var groups = AccessMapping.Roles(options.Groups, out var wrongGroups);
        var workloads = AccessMapping.Workloads(options.Workloads, out var wrongWorkloads);
        wrong = audiences.Count == 0 ? "Audiences is missing: without it tokens made for other applications would be taken."
            : wrongRoles is not null ? $"Roles {wrongRoles}"
            : wrongGroups is not null ? $"Groups {wrongGroups}"
            : wrongWorkloads is not null ? $"Workloads {wrongWorkloads}"
            : !OwnerRecord.IsId(options.Account) ? "Account is no account's id."
            : null;
        return wrong is null
            ? new AccessRules(audiences, roles, groups, workloads, options.Account, options.SignUp ?? workloads.Count == 0)
            : null;
    }
}
