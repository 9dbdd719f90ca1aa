using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>What a new account is given.</summary>
/// <param name="Amount">Nano; 0: nothing.</param>
/// <param name="Days">From the account's creation until it expires; 0: never.</param>
public sealed record StarterTerms(long Amount, int Days);

public enum StarterResult
{
    Granted,

    /// <summary>The account has had it; also when another amount was in force then.</summary>
    GrantedBefore,

    /// <summary>There is none: none is set, the account is older than it lasts, or there is no such account.</summary>
    None,

    /// <summary>Not now: ask again.</summary>
    Busy,
}

/// <summary>Gives each account its starter credits, once in its life, whoever asks and however often.</summary>
public sealed class StarterCredits(StarterTerms terms, IOwnerStore owners, PurseSync ledger, ILedgerStore rows)
{
    private const string Source = "starter";

    /// <exception cref="StorageUnavailableException">Storage does not answer: ask again.</exception>
    public async Task<StarterResult> GrantAsync(string accountId, CancellationToken cancellationToken)
    {
        if (terms.Amount == 0 || await owners.FindAsync(OwnerKind.Account, accountId, cancellationToken) is not { Value: var account })
        {
            return StarterResult.None;
        }

        var purse = PurseId.OfAccount(accountId);
        var id = new OutsideId(Source, accountId);
        if (await rows.FindBookedAsync(purse, id, cancellationToken) is not null)
        {
            return StarterResult.GrantedBefore;
        }

        // By the account's own time, not by the clock: two who ask at once must ask for the same.
        DateTimeOffset? expires = terms.Days == 0 ? null : account.CreatedAt.AddDays(terms.Days);
        var result = await ledger.SyncAsync(
            purse, new SyncCommand.GrantCredit(id, terms.Amount, "starter credits", "hub", expires), cancellationToken);
        return result switch
        {
            { Outcome: SyncOutcome.Done } => StarterResult.Granted,
            { Outcome: SyncOutcome.BookedBefore } or { Refused: "outside_id_conflict" } => StarterResult.GrantedBefore,
            { Outcome: SyncOutcome.Busy } => StarterResult.Busy,
            _ => StarterResult.None,
        };
    }
}
