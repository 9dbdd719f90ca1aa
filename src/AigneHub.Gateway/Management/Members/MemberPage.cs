using AigneHub.Core;
using AigneHub.Core.Access;

namespace AigneHub.Gateway.Management.Members;

/// <summary>What a list of members or invitations is asked for.</summary>
/// <param name="Account">Null: all accounts'.</param>
/// <param name="Team">Null: all teams', and those of none; likewise the project.</param>
internal sealed record MemberPage(
    string? Account, string? Team, string? Project, int Limit, string? Continuation, HubError? Error)
{
    private const int LimitDefault = 50;
    private const int LimitMax = 200;

    /// <summary>
    /// Without <c>account</c>, all for those who may see all, and of a team or project for those who may see it; else the caller's own
    /// account's. A page of a team or project may have fewer than were asked for.
    /// </summary>
    public static MemberPage Of(ManagementCall call)
    {
        var query = new Query(call.Request, "account", "team", "project", "limit", "continuation");
        var limit = query.Limit("limit", LimitDefault, LimitMax);
        var (account, team, project) = (query.Text("account"), query.Text("team"), query.Text("project"));
        var seesAll = call.Caller.May(Permission.Read) || MemberRules.MayBelow(call.Caller, Permission.Read, team, project);
        account ??= seesAll ? null : call.Caller.Account;
        var error = query.Error ?? (seesAll || MemberRules.May(call.Caller, Permission.Read, account!)
            ? null
            : MemberRules.Forbidden("You may not see this account's members. Ask for a 'team' or 'project' of yours.", "account"));
        return new MemberPage(account, team, project, limit, query.Text("continuation"), error);
    }

    public bool Has(string? team, string? project) => (Team is null || team == Team) && (Project is null || project == Project);
}
