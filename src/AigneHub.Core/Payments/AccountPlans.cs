using System.Runtime.CompilerServices;
using AigneHub.Core.Accounts;

namespace AigneHub.Core.Payments;

/// <summary>
/// Gives accounts the plans that they pay for, and takes them when the paid time is over. Then the plan that an administrator gave is in
/// force again.
/// </summary>
public sealed class AccountPlans(IOrderStore orders, IOwnerStore owners, TimeProvider time)
{
    private const int TriesMax = 8;
    private const int PageRows = 200;

    /// <exception cref="StorageUnavailableException">Storage does not answer, or others kept writing.</exception>
    public async Task ApplyAsync(string account, CancellationToken cancellationToken)
    {
        var inForce = await ReadInForceAsync(account, cancellationToken);
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await owners.FindAsync(OwnerKind.Account, account, cancellationToken) is not { } found)
            {
                return;
            }

            var plan = inForce ?? found.Value.GivenPlan;
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

    /// <summary>The newest order's plan that is in force; null for none.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<string?> ReadInForceAsync(string account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var order in OrdersAsync(account, cancellationToken))
        {
            if (order.PaidUntil is not null && order.IsInForce(now))
            {
                return order.Product;
            }
        }

        return null;
    }
}
