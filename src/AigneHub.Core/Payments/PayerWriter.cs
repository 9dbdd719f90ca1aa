using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;

namespace AigneHub.Core.Payments;

/// <summary>Makes and changes payers, also when others do at the same time.</summary>
public sealed class PayerWriter(IPayerStore payers, IOwnerStore owners, IPaymentProvider provider)
{
    private const int TriesMax = 8;

    /// <summary>The payer as it is afterwards. <paramref name="change"/> answers null to change nothing; it may run again.</summary>
    /// <returns>Null when nothing was changed.</returns>
    /// <exception cref="StorageUnavailableException">Others kept writing.</exception>
    public async Task<Payer?> ChangeAsync(string account, Func<Payer, Payer?> change, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            var found = await payers.FindAsync(account, cancellationToken);
            if (change(found?.Value ?? new Payer(account)) is not { } next)
            {
                return null;
            }

            if (found is null
                ? await payers.AddAsync(next, cancellationToken)
                : await payers.ReplaceAsync(next, found.ETag, cancellationToken))
            {
                return next;
            }
        }

        throw new StorageUnavailableException($"The payer {account} is being written by others.");
    }

    /// <summary>Does it for the payer; once more for a new one when the provider knows the stored one no more.</summary>
    /// <exception cref="PaymentProviderUnavailableException">It was not done.</exception>
    public async Task<T?> ForCustomerAsync<T>(string account, Func<string, Task<T>> work, CancellationToken cancellationToken)
        where T : class
    {
        if (await CustomerAsync(account, cancellationToken) is not { } customer)
        {
            return null;
        }

        try
        {
            return await work(customer);
        }
        catch (PaymentProviderRefusedException e) when (e.IsCustomerMissing)
        {
            await ChangeAsync(
                account, payer => payer.Customer == customer ? payer with { Customer = null, LostCustomer = customer } : null,
                cancellationToken);
        }

        return await CustomerAsync(account, cancellationToken) is { } made ? await work(made) : null;
    }

    /// <summary>The provider's id of the payer, made at the first use; null when there is no such account.</summary>
    private async Task<string?> CustomerAsync(string account, CancellationToken cancellationToken)
    {
        var stored = (await payers.FindAsync(account, cancellationToken))?.Value;
        if (stored?.Customer is { } known)
        {
            return known;
        }

        if (await owners.FindAsync(OwnerKind.Account, account, cancellationToken) is not Versioned<OwnerRecord> owner)
        {
            return null;
        }

        var made = await provider.CreateCustomerAsync(account, owner.Value.Email, stored?.LostCustomer, cancellationToken);
        var payer = await ChangeAsync(account, payer => payer with { Customer = payer.Customer ?? made }, cancellationToken);
        return payer!.Customer;
    }
}
