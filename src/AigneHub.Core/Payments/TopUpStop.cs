using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>
/// Switches automatic top-up off when money went back: a balance that is low for that is no reason to charge the card again.
/// </summary>
public sealed class TopUpStop(PayerWriter writer, IIncidents incidents)
{
    /// <summary>When it returns, no other charge begins until it is set anew.</summary>
    /// <exception cref="StorageUnavailableException">It may still be on.</exception>
    public async Task StopAsync(string account, string payment, string because, CancellationToken cancellationToken)
    {
        var changed = await writer.ChangeAsync(
            account,
            payer => payer.TopUp is { OffBecause: null } topUp ? payer with { TopUp = topUp with { OffBecause = because } } : null,
            cancellationToken);
        if (changed is not null)
        {
            incidents.Report(new Incident(
                IncidentKind.TopUpOff, PurseId.OfAccount(account), payment, $"Automatic top-up is off: {because}"));
        }
    }
}
