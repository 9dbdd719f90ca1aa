using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;

namespace AigneHub.Core.Accounts;

/// <summary>What is stored after an owner was to be made.</summary>
/// <param name="Owner">Null after an error, and when it was there and is gone.</param>
/// <param name="IsNew">It was made by this call.</param>
public sealed record OpenedOwner(Versioned<OwnerRecord>? Owner, bool IsNew, HubError? Error);

/// <summary>Makes accounts, teams and projects with their purses: once for an id, whoever asks and however often.</summary>
public sealed class OwnerOpening(IOwnerStore owners, OwnedPurses purses, StarterCredits starter)
{
    /// <summary>
    /// What is stored already stays as it is. An account that spends credit gets its starter credits, once in its life. A repeat brings to
    /// its end what an interruption has left.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer: ask again.</exception>
    public async Task<OpenedOwner> OpenAsync(OwnerRecord owner, CancellationToken cancellationToken)
    {
        var purse = PurseNames.Of(owner.Kind, owner.Id);
        var found = await owners.FindAsync(owner.Kind, owner.Id, cancellationToken);
        var isNew = false;
        if (found is null)
        {
            if (await purses.PrepareAsync(purse, null, owner.Terms, cancellationToken) is { } refused)
            {
                return new OpenedOwner(null, false, refused);
            }

            isNew = await owners.AddAsync(owner, cancellationToken);
            found = await owners.FindAsync(owner.Kind, owner.Id, cancellationToken);
        }

        // After others' creation the purse is again as they want it.
        if (await purses.FollowAsync(purse, cancellationToken) is { } error)
        {
            return new OpenedOwner(null, isNew, error);
        }

        // Who asks for another account than there is gets nothing for it.
        var isCredit = owner is { Kind: OwnerKind.Account, Terms.Kind: PurseKind.Credit }
            && found is not null && IsSame(found.Value, owner);
        return isCredit && await starter.GrantAsync(owner.Id, cancellationToken) == StarterResult.Busy
            ? new OpenedOwner(null, isNew, OwnedPurses.Busy)
            : new OpenedOwner(found, isNew, null);
    }

    /// <summary>Whether what is stored is what was asked for, but for what comes later in its life.</summary>
    public static bool IsSame(OwnerRecord stored, OwnerRecord asked) =>
        stored.Status != OwnerStatus.Deleted
        && stored with
        {
            CreatedAt = asked.CreatedAt,
            Plan = asked.Plan,
            Status = default,
            StatusReason = null,
            Terms = stored.Terms is { Budget: null, Alerts: { } alerts }
                ? PurseTerms.WithBalances(stored.Terms, alerts.LowBalance, topUpBelow: null)
                : stored.Terms,
        } == asked;
}
