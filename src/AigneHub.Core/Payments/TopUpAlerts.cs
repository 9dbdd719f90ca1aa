using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>Keeps the purse informed below which balance credit is to be bought.</summary>
public sealed class TopUpAlerts(ILedgerStore rows, PurseSync ledger, PurseRegistrar registrar, IOwnerStore owners)
{
    /// <summary>Whether the balance is below it. What the purse was told differs, as after other terms: it is told again.</summary>
    public async Task<bool> IsDueAsync(string account, long below, CancellationToken cancellationToken)
    {
        var state = (await rows.ReadPurseAsync(PurseId.OfAccount(account), 1, cancellationToken)).State?.Value;
        return state?.Alerts.TopUpBelow == below ? state.TopUpDue : await SetAsync(account, below, cancellationToken) is { TopUpDue: true };
    }

    /// <summary>The purse's state afterwards; null when others kept writing.</summary>
    /// <param name="below">Nano; null: never.</param>
    public async Task<PurseState?> SetAsync(string account, long? below, CancellationToken cancellationToken)
    {
        var purse = PurseId.OfAccount(account);
        var terms = (await owners.FindAsync(OwnerKind.Account, account, cancellationToken))?.Value.Terms;
        var state = (await rows.ReadPurseAsync(purse, 1, cancellationToken)).State?.Value
            ?? PurseState.New((await registrar.EnsureAsync(purse, cancellationToken)).Unit);
        var (kind, budget) = terms is null ? (state.Kind, state.Period?.Budget) : (terms.Kind, terms.Budget);
        var alerts = (terms?.Alerts ?? state.Alerts) with { TopUpBelow = below };
        return (await ledger.SyncAsync(purse, new SyncCommand.Configure(kind, state.Unit, budget, alerts), cancellationToken)).State;
    }
}
