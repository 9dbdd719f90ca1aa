using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>Keeps the account's record, and with it its purse, informed below which balance credit is to be bought.</summary>
public sealed class TopUpAlerts(ILedgerStore rows, OwnedPurses purses, IOwnerStore owners)
{
    private const int TriesMax = 8;

    /// <summary>Whether the balance is below it. Terms that were set anew meanwhile are told again.</summary>
    public async Task<bool> IsDueAsync(string account, long below, CancellationToken cancellationToken)
    {
        var state = await StateAsync(account, cancellationToken);
        if (state?.Alerts.TopUpBelow != below)
        {
            await SetAsync(account, below, cancellationToken);
            state = await StateAsync(account, cancellationToken);
        }

        return state is { TopUpDue: true };
    }

    /// <param name="below">Nano; null: never.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer, or others kept writing.</exception>
    public async Task SetAsync(string account, long? below, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await owners.FindAsync(OwnerKind.Account, account, cancellationToken) is not { } found)
            {
                return;
            }

            var terms = found.Value.Terms ?? new PurseTerms(PurseKind.Unlimited);
            var alerts = (terms.Alerts ?? PurseAlerts.None) with { TopUpBelow = below };
            if (terms.Alerts?.TopUpBelow == below
                || await owners.ReplaceAsync(found.Value with { Terms = terms with { Alerts = alerts } }, found.ETag, cancellationToken))
            {
                // What stands in the way is tried again by the next run.
                await purses.FollowAsync(PurseId.OfAccount(account), cancellationToken);
                return;
            }
        }

        throw new StorageUnavailableException($"The account {account} is being written by others.");
    }

    private async Task<PurseState?> StateAsync(string account, CancellationToken cancellationToken) =>
        (await rows.ReadPurseAsync(PurseId.OfAccount(account), 1, cancellationToken)).State?.Value;
}
