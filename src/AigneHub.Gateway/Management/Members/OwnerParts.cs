using System.Runtime.CompilerServices;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Gateway.Identity;

namespace AigneHub.Gateway.Management.Members;

/// <summary>Who belongs to an account, or is in a team or project; not who has a role on it alone.</summary>
internal static class OwnerParts
{
    private const int PageSize = 200;

    /// <exception cref="Core.StorageUnavailableException">Storage does not answer.</exception>
    public static IAsyncEnumerable<MemberRecord> MembersAsync(
        IMemberStore members, OwnerKind kind, string id, CancellationToken cancellationToken)
    {
        var all = MemberWalk.OfAsync(members, AccountOf(kind, id), cancellationToken);
        return kind == OwnerKind.Account ? all : all.Where(one => (kind == OwnerKind.Team ? one.TeamNow : one.Project) == id);
    }

    /// <summary>Those that lead there, accepted and expired ones included.</summary>
    /// <exception cref="Core.StorageUnavailableException">Storage does not answer.</exception>
    public static IAsyncEnumerable<Invitation> InvitationsAsync(
        IMemberStore members, OwnerKind kind, string id, CancellationToken cancellationToken)
    {
        var all = InvitationsAsync(members, AccountOf(kind, id), cancellationToken);
        return kind == OwnerKind.Account ? all : all.Where(one => (kind == OwnerKind.Team ? one.Team : one.Project) == id);
    }

    /// <summary>Null: teams and projects have people of all accounts.</summary>
    private static string? AccountOf(OwnerKind kind, string id) => kind == OwnerKind.Account ? id : null;

    private static async IAsyncEnumerable<Invitation> InvitationsAsync(
        IMemberStore members, string? account, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await members.ListInvitationsAsync(account, PageSize, continuation, cancellationToken);
            foreach (var invitation in page.Items)
            {
                yield return invitation.Value;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }
}
