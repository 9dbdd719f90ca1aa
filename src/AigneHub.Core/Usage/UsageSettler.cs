using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;

namespace AigneHub.Core.Usage;

/// <summary>
/// Turns a unit into ledger rows, exactly once per purse, whatever is repeated or reordered: inserts only, no version is
/// read, so settlers never wait for each other.
/// </summary>
public sealed class UsageSettler(ILedgerStore ledger, PurseRegistrar registrar, PoisonBox poison, TimeProvider time)
{
    /// <summary>Rows that keep repeats out are kept longer than this; an older event is never charged by settlement.</summary>
    internal static readonly TimeSpan AgeMax = TimeSpan.FromDays(30);

    /// <summary>An id from further ahead comes from a broken clock.</summary>
    internal static readonly TimeSpan AheadMax = TimeSpan.FromDays(1);

    private const int NameCharactersMax = 512;

    /// <returns>Its events that are in the ledger since now: without repeats, and without those that are in the poison table.</returns>
    internal async Task<IReadOnlyList<RawEvent>> SettleAsync(UsageUnit unit, CancellationToken cancellationToken)
    {
        var good = new List<RawEvent>(unit.Events.Count);
        foreach (var raw in unit.Events)
        {
            if (Fault(unit, raw) is var (reason, detail))
            {
                await poison.AddEventAsync(unit, raw, reason, detail, cancellationToken);
            }
            else
            {
                good.Add(raw);
            }
        }

        if (good.Count == 0)
        {
            return [];
        }

        // Registered before charged: the nightly walk must find what a crash leaves.
        await registrar.EnsureAsync(unit.Purses.Home, cancellationToken);
        foreach (var purse in unit.Purses.Others)
        {
            await registrar.EnsureAsync(purse, cancellationToken);
        }

        var (kept, isNew) = await SettleHomeAsync(unit, good, cancellationToken);
        if (kept.Count == 0)
        {
            return [];
        }

        var row = Inbox(unit, kept) with { Sums = null };
        for (var i = 1; i < unit.Purses.Count; i++)
        {
            await ledger.InsertUnitAsync(unit.Purses[i], row with { Lease = unit.Purses.LeaseAt(i) }, [], cancellationToken);
        }

        return isNew ? kept : [];
    }

    /// <summary>The events that this unit has brought into the ledger, now or before; empty when no other purse needs them.</summary>
    private async Task<(IReadOnlyList<RawEvent> Kept, bool IsNew)> SettleHomeAsync(
        UsageUnit unit, List<RawEvent> events, CancellationToken cancellationToken)
    {
        var home = unit.Purses.Home;
        var left = await WithoutRepeatsAsync(unit, events, cancellationToken);
        while (left.Count > 0)
        {
            var result = await ledger.InsertUnitAsync(
                home, Inbox(unit, left), [.. left.Select(raw => Row(unit, raw))], cancellationToken);
            if (result == InsertResult.Inserted)
            {
                return (left, true);
            }

            if (result == InsertResult.SettledBefore && unit.Purses.Others.Count == 0)
            {
                return ([], false);
            }

            var stored = await StoredAsync(home, left, cancellationToken);
            if (result == InsertResult.SettledBefore || stored.Values.Any(row => row.Unit == unit.Id))
            {
                return ([.. left.Where(raw => stored.TryGetValue(raw.Id!.Value, out var row) && row.Unit == unit.Id)], false);
            }

            if (stored.Count == 0)
            {
                throw new StorageUnavailableException("An event exists but can't be read.");
            }

            left = await WithoutStoredAsync(unit, left, stored, cancellationToken);
        }

        return ([], false);
    }

    private async Task<List<RawEvent>> WithoutRepeatsAsync(
        UsageUnit unit, List<RawEvent> events, CancellationToken cancellationToken)
    {
        var first = new Dictionary<Guid, RawEvent>(events.Count);
        foreach (var raw in events)
        {
            if (!first.TryAdd(raw.Id!.Value, raw) && first[raw.Id.Value].Hash != raw.Hash)
            {
                await ConflictAsync(unit, raw, unit.Id, cancellationToken);
            }
        }

        return [.. first.Values];
    }

    private async Task<List<RawEvent>> WithoutStoredAsync(
        UsageUnit unit, List<RawEvent> events, Dictionary<Guid, LedgerEvent> stored, CancellationToken cancellationToken)
    {
        var left = new List<RawEvent>(events.Count);
        foreach (var raw in events)
        {
            if (!stored.TryGetValue(raw.Id!.Value, out var row))
            {
                left.Add(raw);
            }
            else if (row.Hash != raw.Hash)
            {
                await ConflictAsync(unit, raw, row.Unit, cancellationToken);
            }
        }

        return left;
    }

    private async Task<Dictionary<Guid, LedgerEvent>> StoredAsync(
        PurseId home, List<RawEvent> events, CancellationToken cancellationToken)
    {
        var stored = new Dictionary<Guid, LedgerEvent>();
        foreach (var batch in events.Chunk(8))
        {
            var rows = await Task.WhenAll(
                batch.Select(raw => ledger.FindEventAsync(home, raw.Id!.Value, cancellationToken)));
            foreach (var row in rows)
            {
                if (row is not null)
                {
                    stored[row.Id] = row;
                }
            }
        }

        return stored;
    }

    private Task ConflictAsync(UsageUnit unit, RawEvent raw, string otherUnit, CancellationToken cancellationToken) =>
        poison.AddEventAsync(
            unit, raw, PoisonReasons.Conflict, $"Another event with this id came with unit {otherUnit}.", cancellationToken);

    private (string Reason, string Detail)? Fault(UsageUnit unit, RawEvent raw)
    {
        if (raw.Event is not { } usage)
        {
            return (PoisonReasons.Malformed, raw.Defect ?? "The event can't be read.");
        }

        if (usage.Id.Version != 7)
        {
            return (PoisonReasons.Malformed, "The id is no UUID v7.");
        }

        if (Math.Max(Math.Max(usage.Model.Length, usage.Key.Length), usage.Project?.Length ?? 0) > NameCharactersMax)
        {
            return (PoisonReasons.Malformed, "A name is too long.");
        }

        if (raw.Json.Length > UsageMessageBuilder.EventBytesMax)
        {
            return (PoisonReasons.Malformed, "The event is too long.");
        }

        var age = time.GetUtcNow() - HubIds.TimeOf(usage.Id);
        if (age > AgeMax)
        {
            return (PoisonReasons.TooOld, $"The call is {age.Days} days old.");
        }

        if (age < -AheadMax)
        {
            return (PoisonReasons.InFuture, "The call's id is from the future.");
        }

        if (HubIds.HourOf(usage.Id) != unit.Hour)
        {
            return (PoisonReasons.HourDiffers, $"The unit is of hour {unit.Hour}.");
        }

        return PurseId.OfAccount(usage.Account) != unit.Purses.Home
            ? (PoisonReasons.AccountDiffers, $"The unit's account purse is {unit.Purses.Home}.")
            : CostFault(usage);
    }

    private static (string, string)? CostFault(UsageEvent usage)
    {
        try
        {
            var cost = Cost.Of([.. usage.Lines]);
            return cost == usage.Cost
                ? null
                : (PoisonReasons.CostDiffers, $"Its lines make {Text(cost)}, it says {Text(usage.Cost)}.");
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException)
        {
            return (PoisonReasons.CostDiffers, "Units or rates are negative or too large.");
        }
    }

    private static string Text(long? cost) => cost is { } nano ? Nano.ToDecimalString(nano) : "no price";

    private static InboxRow Inbox(UsageUnit unit, IReadOnlyList<RawEvent> events)
    {
        var sums = UsageSums.Of(events.Select(raw => raw.Event!));
        return new InboxRow(unit.Id, sums.Total().Cost, events.Count, unit.Hour, sums, unit.Purses.LeaseAt(0));
    }

    private static LedgerEvent Row(UsageUnit unit, RawEvent raw) =>
        new(raw.Id!.Value, raw.Json, raw.Event!.Cost, raw.Hash, unit.Id);
}
