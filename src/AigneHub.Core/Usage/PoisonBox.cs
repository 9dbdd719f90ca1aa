using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Usage;

public enum PoisonDecision
{
    Done,
    NotFound,

    /// <summary>It was dropped before.</summary>
    Dropped,

    /// <summary>Somebody else has decided meanwhile: read it again.</summary>
    Conflict,
}

/// <summary>Puts usage that can't be settled aside, and carries out what an administrator decides about it.</summary>
public sealed class PoisonBox(IPoisonStore store, IUsageQueue queue, HubIds ids, IIncidents incidents, TimeProvider time)
{
    /// <summary>
    /// Sends the entry to the usage queue again. Its unit id is derived from the event (or is the unit's own), so however
    /// often it is sent, it is settled at most once per purse. If it fails again, the entry opens again.
    /// </summary>
    /// <param name="by">Who decided it, e.g. a key id.</param>
    public async Task<PoisonDecision> RequeueAsync(string id, string by, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } found)
        {
            return PoisonDecision.NotFound;
        }

        if (found.Value.Status == PoisonStatus.Dropped)
        {
            return PoisonDecision.Dropped;
        }

        var entry = found.Value;
        var message = entry.Kind == PoisonKind.Message ? Encoding.UTF8.GetBytes(entry.Content) : UsageMessage.OfUnit(entry.Content);
        await queue.SendAsync(message, ids.New().ToString("N"), cancellationToken);
        return await DecideAsync(found.ETag, entry with { Status = PoisonStatus.Requeued }, by, cancellationToken);
    }

    /// <summary>Gives the usage up for ever. The row keeps who, when and why.</summary>
    public async Task<PoisonDecision> DropAsync(string id, string by, string reason, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } found)
        {
            return PoisonDecision.NotFound;
        }

        return found.Value.Status == PoisonStatus.Dropped
            ? PoisonDecision.Dropped
            : await DecideAsync(
                found.ETag, found.Value with { Status = PoisonStatus.Dropped, DropReason = reason }, by, cancellationToken);
    }

    internal Task AddEventAsync(UsageUnit unit, RawEvent raw, string reason, string detail, CancellationToken cancellationToken)
    {
        var id = raw.Id is { } known ? known.ToString("N") : raw.OwnUnit;
        // A second, different event under the same id must not hide behind the first.
        return AddAsync(
            new PoisonEntry
            {
                Id = reason == PoisonReasons.Conflict ? $"{id}-{raw.Hash[..16]}" : id,
                Kind = PoisonKind.Event,
                Reason = reason,
                Detail = detail,
                Unit = unit.Id,
                Home = unit.Purses.Home.Value,
                Content = unit.OnlyJson(raw),
                AddedAt = time.GetUtcNow(),
            },
            requeuedAs: raw.OwnUnit,
            cancellationToken);
    }

    internal Task AddUnitAsync(string? unitId, string? home, string json, CancellationToken cancellationToken) =>
        AddAsync(
            new PoisonEntry
            {
                Id = unitId ?? UnitId.OfContent(Encoding.UTF8.GetBytes(json)),
                Kind = PoisonKind.Unit,
                Reason = PoisonReasons.GivenUp,
                Unit = unitId,
                Home = home,
                Content = json,
                AddedAt = time.GetUtcNow(),
            },
            requeuedAs: unitId,
            cancellationToken);

    internal Task AddMessageAsync(string message, string detail, CancellationToken cancellationToken) =>
        AddAsync(
            new PoisonEntry
            {
                Id = "message-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message)))[..32],
                Kind = PoisonKind.Message,
                Reason = PoisonReasons.Malformed,
                Detail = detail,
                Content = message,
                AddedAt = time.GetUtcNow(),
            },
            requeuedAs: null,
            cancellationToken);

    /// <summary>Adds it once; one that was requeued and failed again opens again, a repeat of the first delivery doesn't.</summary>
    private async Task AddAsync(PoisonEntry entry, string? requeuedAs, CancellationToken cancellationToken)
    {
        var isNew = await store.AddAsync(entry, cancellationToken);
        if (!isNew)
        {
            var found = await store.FindAsync(entry.Id, cancellationToken);
            var failedAgain = found?.Value.Status == PoisonStatus.Requeued && entry.Unit == requeuedAs;
            isNew = failedAgain && await store.UpdateAsync(entry, found!.ETag, cancellationToken);
        }

        if (isNew)
        {
            var kind = entry.Reason == PoisonReasons.Conflict ? IncidentKind.EventConflict : IncidentKind.Poisoned;
            PurseId? home = entry.Home is { } purse ? new PurseId(purse) : null;
            incidents.Report(new Incident(kind, home, entry.Id, entry.Detail ?? entry.Reason));
        }
    }

    private async Task<PoisonDecision> DecideAsync(string etag, PoisonEntry entry, string by, CancellationToken cancellationToken)
    {
        var decided = entry with { DecidedBy = by, DecidedAt = time.GetUtcNow() };
        return await store.UpdateAsync(decided, etag, cancellationToken) ? PoisonDecision.Done : PoisonDecision.Conflict;
    }
}

/// <summary>The stored codes.</summary>
internal static class PoisonReasons
{
    public const string Malformed = "malformed";
    public const string TooOld = "too_old";
    public const string InFuture = "in_future";
    public const string HourDiffers = "hour_differs";
    public const string AccountDiffers = "account_differs";
    public const string CostDiffers = "cost_differs";
    public const string Conflict = "conflict";
    public const string GivenUp = "given_up";
}
