using System.Runtime.CompilerServices;
using AigneHub.Core;
using AigneHub.Core.Access;

namespace AigneHub.Gateway.Identity;

/// <summary>All members, page by page.</summary>
internal static class MemberWalk
{
    private const int PageSize = 200;

    /// <param name="account">Null: of all accounts.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public static async IAsyncEnumerable<MemberRecord> OfAsync(
        IMemberStore members, string? account, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await members.ListAsync(account, PageSize, continuation, cancellationToken);
            foreach (var member in page.Items)
            {
                yield return member.Value;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }
}
