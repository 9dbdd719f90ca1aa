using System.Runtime.CompilerServices;
using AigneHub.Core.Accounts;

namespace AigneHub.Core.Payments;

/// <summary>
/// Gives accounts the plans that they pay for, and takes them when the paid time is over. A plan that an administrator gave stays, unless
/// the account has subscribed to the same.
/// </summary>
public sealed class AccountPlans(IOrderStore orders, IOwnerStore owners, TimeProvider time)
{
    private const int TriesMax = 8;
    private const int PageRows = 200;

    /// <exception cref="StorageUnavailableException">Storage does not answer, or others kept writing.</exception>
    public async Task ApplyAsync(string account, CancellationToken cancellationToken)
    {
        var (inForce, paid) = await ReadAsync(account, cancellationToken);
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await owners.FindAsync(OwnerKind.Account, account, cancellationToken) is not { } found)
            {
                return;
            }

            var plan = inForce ?? (found.Value.Plan is { } current && paid.Contains(current) ? null : found.Value.Plan);
            if (plan == found.Value.Plan
                || await owners.ReplaceAsync(found.Value with { Plan = plan }, found.ETag, cancellationToken))
            {
                return;
            }
        }

        throw new StorageUnavailableException($"The account {account} is being written by others.");
    }

    /// <summary>The account's orders of plans, newest first.</summary>
    public async IAsyncEnumerable<Order> OrdersAsync(string account, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await orders.ListAsync(account, PageRows, continuation, cancellationToken);
            foreach (var order in page.Items.Where(order => order.Kind == OrderKind.Plan))
            {
                yield return order;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    /// <summary>The newest order's plan that is in force, and all that were ever paid for.</summary>
    private async Task<(string? InForce, HashSet<string> Paid)> ReadAsync(string account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        string? inForce = null;
        var paid = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var order in OrdersAsync(account, cancellationToken))
        {
            if (order.PaidUntil is not null)
            {
                paid.Add(order.Product);
                inForce ??= order.IsInForce(now) ? order.Product : null;
            }
        }

        return (inForce, paid);
    }
}
