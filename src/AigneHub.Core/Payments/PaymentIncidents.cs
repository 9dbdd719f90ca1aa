using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Payments;

/// <summary>Keeps what can't be booked and tells operators, once for each thing that is wrong.</summary>
public sealed class PaymentIncidents(IPaymentIncidentStore store, IIncidents incidents, TimeProvider time)
{
    private const int TriesMax = 5;
    private const string Hub = "hub";

    /// <summary>When it returns, the incident is kept.</summary>
    public async Task KeepAsync(
        string subject, string code, string detail, string? account, string? order, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var incident = new PaymentIncident(subject, code, detail, account, order, now, now);
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await store.FindAsync(subject, cancellationToken) is not { } found)
            {
                if (await store.AddAsync(incident, cancellationToken))
                {
                    Tell(incident);
                    return;
                }
            }
            else
            {
                // One that the hub has closed, because it agreed for a while, is news; one that a person has decided on is not.
                var isKnown = found.Value.Code == code && found.Value.Detail == detail && found.Value.ClosedBy != Hub;
                var next = isKnown
                    ? found.Value with { LastSeen = now }
                    : incident with { FirstSeen = found.Value.FirstSeen };
                if (await store.ReplaceAsync(next, found.ETag, cancellationToken))
                {
                    if (!isKnown)
                    {
                        Tell(incident);
                    }

                    return;
                }
            }
        }

        throw new StorageUnavailableException($"The incident of {subject} is being written by others.");
    }

    /// <summary>What was reported agrees by now.</summary>
    public async Task SettleAsync(string subject, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(subject, cancellationToken) is { Value.ClosedBy: null } found)
        {
            // Lost to another writer: the next report settles it.
            await store.ReplaceAsync(
                found.Value with { ClosedBy = Hub, Reason = "booked meanwhile", LastSeen = time.GetUtcNow() }, found.ETag,
                cancellationToken);
        }
    }

    private void Tell(PaymentIncident incident) => incidents.Report(new Incident(
        IncidentKind.PaymentDiffers, incident.Account is { } account ? PurseId.OfAccount(account) : null, incident.Subject,
        $"{incident.Code}: {incident.Detail}"));
}
