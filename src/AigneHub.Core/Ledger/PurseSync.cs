using AigneHub.Core.Notices;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

public enum SyncOutcome
{
    Done,

    /// <summary>Nothing was folded now: a lease's heartbeat will.</summary>
    LeftToLeases,

    /// <summary>The command's outside id is booked already, with the same content: nothing was done now.</summary>
    BookedBefore,

    /// <summary>The command was refused (folding was done).</summary>
    Refused,

    /// <summary>Others kept writing: tell the caller 503 <c>ledger_busy</c>; a repeat may succeed.</summary>
    Busy,
}

/// <param name="State">Null when busy.</param>
/// <param name="Folded">Units folded now.</param>
/// <param name="Complete">The inbox was empty afterwards.</param>
/// <param name="Refused">Why, in snake case.</param>
public sealed record SyncResult(SyncOutcome Outcome, PurseState? State, int Folded, bool Complete, string? Refused = null)
{
    /// <summary>The answer to <see cref="SyncCommand.UseLease"/>.</summary>
    public LeaseAnswer? Lease { get; init; }
}

/// <summary>The only writer of a purse's state: read, decide, commit if nobody else has written meanwhile.</summary>
/// <param name="notices">Told after every Sync what its state has for it: what nobody has kept is told again by the next one.</param>
/// <param name="random">Spreads the repeats.</param>
public sealed class PurseSync(
    ILedgerStore ledger, PurseRegistrar registrar, LeaseTimes times, INotices notices, IIncidents incidents, Random random,
    TimeProvider time)
{
    internal const int ReadRowsMax = 86;
    private const int InboxRowsToWait = ReadRowsMax / 2;
    private const int TriesMax = 8;

    /// <summary>By so much the clocks of storage's own machines may.</summary>
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    private const int UnansweredMax = 2; // The store's client has tried several times before it says so.
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(40);

    /// <exception cref="StorageUnavailableException">Storage does not answer; the command may have been done.</exception>
    /// <exception cref="PurseUnitDiffersException">The purse is kept in another unit.</exception>
    /// <exception cref="InvalidOperationException">A stored row breaks an invariant; nothing was written.</exception>
    public async Task<SyncResult> SyncAsync(PurseId purse, SyncCommand command, CancellationToken cancellationToken)
    {
        var unanswered = 0;
        for (var tries = 1; tries <= TriesMax; tries++)
        {
            try
            {
                if (await TryAsync(purse, command, cancellationToken) is { } result)
                {
                    if (result.State is { Notices.IsEmpty: false } state)
                    {
                        notices.Tell(purse, state.Unit, state.Notices);
                    }

                    return result;
                }
            }
            catch (StorageUnavailableException) when (++unanswered < UnansweredMax)
            {
                // The commit may have been done: the next read shows it.
            }

            await Task.Delay(PauseMax * (random.NextDouble() * tries), time, cancellationToken);
        }

        return new SyncResult(SyncOutcome.Busy, null, 0, false);
    }

    private async Task<SyncResult?> TryAsync(PurseId purse, SyncCommand command, CancellationToken cancellationToken)
    {
        var view = await ledger.ReadPurseAsync(purse, ReadRowsMax, cancellationToken);
        if (view.State is { } stored && command is SyncCommand.None none && !IsDue(stored.Value, view.ReadAt))
        {
            if (view.Inbox.Count == 0)
            {
                return new SyncResult(SyncOutcome.Done, stored.Value, 0, view.Complete);
            }

            if (none.MayWait && view.Inbox.Count < InboxRowsToWait
                && stored.Value.Leases.Any(lease => !lease.Closing && lease.UsableUntil > view.ReadAt))
            {
                return new SyncResult(SyncOutcome.LeftToLeases, stored.Value, 0, false);
            }
        }

        // Safe without a version: only a Sync writes these rows, always together with the state.
        if (command is SyncCommand.Move move
            && await ledger.FindBookedAsync(purse, move.OutsideId, cancellationToken) is { } booked)
        {
            return BookedBefore(purse, move, booked, view);
        }

        var payment = command is SyncCommand.SetPayment set
            ? await ledger.FindPaymentAsync(purse, set.Payment.Id, cancellationToken)
            : null;
        var expired = payment is null
            ? 0
            : await ExpiredOfAsync(purse, payment, (SyncCommand.SetPayment)command, view.ReadAt, cancellationToken);
        var registered = await registrar.EnsureAsync(purse, cancellationToken);
        var state = view.State?.Value ?? PurseState.New(registered.Unit);
        var inbox = Fitting(purse, view.Inbox);
        var hours = await ReadHoursAsync(purse, inbox, cancellationToken);
        while (true)
        {
            var complete = view.Complete && inbox.Count == view.Inbox.Count;
            var facts = new PurseFacts(purse, state, inbox, hours, complete, view.ReadAt) { Payment = payment, Expired = expired };
            var decision = PurseDecision.Decide(facts, command, times);
            var excess = decision.RowsWith(inbox.Count) - ILedgerStore.TransactionRowsMax;
            if (excess > 0)
            {
                // At most 64 grants end and a command books a few movements: without inbox rows it always fits.
                if (inbox.Count == 0)
                {
                    throw new InvalidOperationException($"Purse {purse}: a decision does not fit a transaction.");
                }

                inbox = [.. inbox.Take(Math.Max(0, inbox.Count - excess))];
                continue;
            }

            var changes = inbox.Count > 0 || decision.State != view.State?.Value || decision.Payment != payment;
            switch (changes
                ? await ledger.CommitAsync(purse, Commit(decision, view, inbox), cancellationToken)
                : CommitResult.Committed)
            {
                case CommitResult.Committed:
                    Report(purse, view.State?.Value.Period, decision);
                    return Result(decision, inbox.Count, complete);
                case CommitResult.TooLarge when inbox.Count > 1:
                    inbox = [.. inbox.Take(inbox.Count / 2)];
                    break;
                case CommitResult.TooLarge:
                    throw new InvalidOperationException($"Purse {purse}: one unit does not fit a transaction.");
                default:
                    return null;
            }
        }
    }

    /// <summary>What of a payment's grant has expired; asked for when some of it is to be taken back after its time alone.</summary>
    private async Task<long> ExpiredOfAsync(
        PurseId purse, PaymentRow booked, SyncCommand.SetPayment set, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!(booked.Payment.Expires <= now) || booked.Payment.Merge(set.Payment).Entitled >= booked.Net)
        {
            return 0;
        }

        var expired = 0L;
        await foreach (var movement in ledger.ReadMovementsAsync(purse, null, cancellationToken))
        {
            if (movement.At < booked.Payment.Expires - ClocksDiffer)
            {
                break;
            }

            expired += movement.Kind == MovementKind.Expiry && movement.GrantId == booked.Payment.GrantId ? movement.Amount : 0;
        }

        return expired;
    }

    /// <summary>Whether time alone changes the state.</summary>
    private bool IsDue(PurseState state, DateTimeOffset now) =>
        state.Period?.End <= now || state.Grants.Any(grant => !grant.Dead && grant.Expires <= now)
        || state.Leases.Any(lease => now > lease.UsableUntil + times.Grace);

    private static SyncResult Result(Decision decision, int folded, bool complete) =>
        new(decision.Refused is null ? SyncOutcome.Done : SyncOutcome.Refused, decision.State, folded, complete, decision.Refused)
        {
            Lease = decision.Lease,
        };

    private static LedgerCommit Commit(Decision decision, PurseView view, IReadOnlyList<InboxRow> inbox) =>
        new(decision.State, view.State?.ETag, [.. inbox.Select(row => row.Unit)], decision.Hours)
        {
            Movements = decision.Movements,
            Booked = decision.Booked,
            Payment = decision.Payment,
        };

    private SyncResult BookedBefore(PurseId purse, SyncCommand.Move move, BookedId booked, PurseView view)
    {
        if (booked.Hash == move.Hash)
        {
            return new SyncResult(SyncOutcome.BookedBefore, view.State?.Value, 0, false);
        }

        incidents.Report(new Incident(
            IncidentKind.MovementConflict, purse, move.OutsideId.ToString(),
            $"It was booked with other content as movement {booked.MoneySeq}; nothing was booked now."));
        return new SyncResult(SyncOutcome.Refused, view.State?.Value, 0, false, "outside_id_conflict");
    }

    private void Report(PurseId purse, BudgetPeriod? before, Decision decision)
    {
        if (decision.State.Period is { Budget: { HasKnownZone: false } budget } period && period != before)
        {
            incidents.Report(new Incident(
                IncidentKind.ZoneUnknown, purse, budget.Zone, "The budget's time zone is not known here: its period is one of UTC."));
        }

        if (decision.Refused == CommandRules.PaymentDiffers)
        {
            incidents.Report(new Incident(
                IncidentKind.MovementConflict, purse, null, "A payment was reported with another order, price or credits than before."));
        }

        foreach (var lease in decision.Reclaimed)
        {
            incidents.Report(new Incident(
                IncidentKind.LeaseReclaimed, purse, lease.Id,
                $"Its instance is dead; up to {Pricing.Nano.ToDecimalString(lease.Unfolded)} was perhaps used and not charged."));
        }
    }

    /// <summary>As many rows as one transaction holds: the state, a delete each, an upsert for each hour.</summary>
    private static IReadOnlyList<InboxRow> Fitting(PurseId purse, IReadOnlyList<InboxRow> inbox)
    {
        if (!PurseNames.IsHome(purse))
        {
            return inbox;
        }

        var hours = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < inbox.Count; i++)
        {
            hours.Add(inbox[i].Hour);
            if (1 + (i + 1) + hours.Count > ILedgerStore.TransactionRowsMax)
            {
                return [.. inbox.Take(i)];
            }
        }

        return inbox;
    }

    private async Task<Dictionary<string, HourRow>> ReadHoursAsync(
        PurseId purse, IReadOnlyList<InboxRow> inbox, CancellationToken cancellationToken)
    {
        var hours = new Dictionary<string, HourRow>(StringComparer.Ordinal);
        if (!PurseNames.IsHome(purse))
        {
            return hours;
        }

        foreach (var hour in inbox.Select(row => row.Hour).Distinct(StringComparer.Ordinal))
        {
            if (await ledger.FindHourAsync(purse, hour, cancellationToken) is { } row)
            {
                hours[hour] = row;
            }
        }

        return hours;
    }
}
