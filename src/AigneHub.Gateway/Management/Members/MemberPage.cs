using AigneHub.Core;
using AigneHub.Core.Access;

namespace AigneHub.Gateway.Management.Members;

/// <summary>What a list of members or invitations is asked for.</summary>
/// <param name="Account">Null: all accounts'.</param>
internal readonly record struct MemberPage(string? Account, int Limit, string? Continuation, HubError? Error)
{
    private const int LimitDefault = 50;
    private const int LimitMax = 200;

    /// <summary>Without <c>account</c>, all for those who may see all, else the caller's own account's.</summary>
    public static MemberPage Of(ManagementCall call)
    {
        var query = new Query(call.Request, "account", "limit", "continuation");
        var limit = query.Limit("limit", LimitDefault, LimitMax);
        var account = query.Text("account") ?? (call.Caller.May(Permission.Read) ? null : call.Caller.Account);
        var error = query.Error ?? (account is null || MemberRules.May(call.Caller, Permission.Read, account)
            ? null
            : MemberRules.Forbidden("You may not see this account's members.", "account"));
        return new MemberPage(account, limit, query.Text("continuation"), error);
    }
}
