using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Accounts;

/// <summary>What the owner's record says of its purse.</summary>
/// <param name="Terms">Null: it limits nothing.</param>
/// <param name="ETag">The record's version.</param>
public sealed record PurseOwner(PurseTerms? Terms, string ETag);

/// <summary>
/// Brings purses to what the records of their owners (accounts, teams, projects, keys) say. Two rows that no transaction holds:
/// what limits more is configured before its record is written, what limits less after it, and both are compared afterwards.
/// </summary>
public sealed class OwnedPurses(
    IOwnerStore owners, IKeyStore keys, IPurseRegistry registry, PurseSync sync, PurseRegistrar registrar)
{
    private const int TriesMax = 8;
    private static readonly PurseTerms Unlimited = new(PurseKind.Unlimited);

    internal static readonly HubError Busy = new(
        503, "ledger_busy", Blame.Hub, "The purse is being changed by others at the moment. Repeat the request.",
        RetryAfter: TimeSpan.FromSeconds(2));

    /// <summary>Null when it has no owner that is stored.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    public async Task<PurseOwner?> FindOwnerAsync(PurseId purse, CancellationToken cancellationToken)
    {
        var id = PurseNames.OwnerOf(purse);
        if (PurseId.OfKey(id) == purse)
        {
            return await keys.GetAsync(id, cancellationToken) is { } key ? new PurseOwner(key.Value.Terms, key.ETag) : null;
        }

        var kind = PurseId.OfAccount(id) == purse ? OwnerKind.Account : PurseId.OfTeam(id) == purse ? OwnerKind.Team : OwnerKind.Project;
        return await owners.FindAsync(kind, id, cancellationToken) is { } owner
            ? new PurseOwner(owner.Value.Terms, owner.ETag)
            : null;
    }

    /// <summary>
    /// Before a record is written: what limits more than before holds in the purse first, so that an interruption leaves too
    /// little and not too much.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer; it may have been done.</exception>
    public async Task<HubError?> PrepareAsync(PurseId purse, PurseTerms? before, PurseTerms? after, CancellationToken cancellationToken) =>
        after is null || after == before || IsLooser(before, after) ? null : await ConfigureAsync(purse, after, cancellationToken);

    /// <summary>
    /// After a record was written, by whomever: the purse becomes what it says, until the record has not changed meanwhile. So the
    /// last one who writes a record leaves them alike, however many write.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer; it may have been done.</exception>
    public async Task<HubError?> FollowAsync(PurseId purse, CancellationToken cancellationToken)
    {
        var owner = await FindOwnerAsync(purse, cancellationToken);
        for (var tries = 0; tries < TriesMax && owner is not null; tries++)
        {
            var isUsed = owner.Terms is not null || PurseNames.IsHome(purse)
                || await registry.FindAsync(purse, cancellationToken) is not null;
            if (isUsed && await ConfigureAsync(purse, owner.Terms, cancellationToken) is { } error)
            {
                return error;
            }

            var now = await FindOwnerAsync(purse, cancellationToken);
            if (now?.ETag == owner.ETag)
            {
                return null;
            }

            owner = now;
        }

        return owner is null ? null : Busy;
    }

    /// <summary>Whether the purse was another than its owner's record says; it is as the record says then.</summary>
    /// <param name="state">As it was read or written last.</param>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    /// <exception cref="InvalidOperationException">It can't become what the record says.</exception>
    public async Task<bool> RepairAsync(PurseId purse, PurseState? state, CancellationToken cancellationToken)
    {
        if (await FindOwnerAsync(purse, cancellationToken) is not { } owner || Agrees(owner.Terms ?? Unlimited, state))
        {
            return false;
        }

        return await FollowAsync(purse, cancellationToken) is { } error
            ? throw new InvalidOperationException($"Purse {purse} is not what its owner's record says: {error.Message}")
            : true;
    }

    private async Task<HubError?> ConfigureAsync(PurseId purse, PurseTerms? terms, CancellationToken cancellationToken)
    {
        var (kind, budget, alerts) = terms ?? Unlimited;
        var result = await sync.SyncAsync(
            purse, new SyncCommand.Configure(kind, registrar.Unit, budget, alerts), cancellationToken);
        return result.Outcome switch
        {
            SyncOutcome.Done => null,
            SyncOutcome.Busy => Busy,
            _ => new HubError(400, result.Refused ?? "refused", Blame.Caller, "The ledger does not take this budget.", "budget"),
        };
    }

    private static bool Agrees(PurseTerms terms, PurseState? state) =>
        terms.Kind == (state?.Kind ?? PurseKind.Unlimited) && terms.Budget == state?.Period?.Budget
        && (terms.Alerts ?? PurseAlerts.None) == (state?.Alerts ?? PurseAlerts.None);

    /// <summary>
    /// It may let somebody spend more, at once or in the long run: a budget of another length of period gives anew at another time, so
    /// that it is looser and tighter at once.
    /// </summary>
    private static bool IsLooser(PurseTerms? before, PurseTerms after) => before is { Binds: true }
        && (!after.Binds || after.Budget?.Limit > before.Budget?.Limit
            || (before.Budget is { } was && after.Budget is { } becomes && (was.Length != becomes.Length || was.Zone != becomes.Zone)));
}
