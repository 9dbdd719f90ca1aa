namespace AigneHub.Core.Payments;

/// <summary>Changes stored orders, also when others do at the same time.</summary>
public sealed class OrderWriter(IOrderStore orders)
{
    private const int TriesMax = 8;

    /// <summary>
    /// The order as it is afterwards; null when there is none. <paramref name="change"/> may run several times, on newer versions; it
    /// answers the same object to change nothing.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Others kept writing.</exception>
    public async Task<Order?> ChangeAsync(string account, string id, Func<Order, Order> change, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await orders.FindAsync(account, id, cancellationToken) is not { } found)
            {
                return null;
            }

            var next = change(found.Value);
            if (next == found.Value || await orders.ReplaceAsync(next, found.ETag, cancellationToken))
            {
                return next;
            }
        }

        throw new StorageUnavailableException($"The order {id} is being written by others.");
    }
}
