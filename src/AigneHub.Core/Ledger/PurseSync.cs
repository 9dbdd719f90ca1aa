using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

public enum SyncOutcome
{
    Done,

    /// <summary>The command was refused (folding was done).</summary>
    Refused,

    /// <summary>Others kept writing: tell the caller 503 <c>ledger_busy</c>; a repeat may succeed.</summary>
    Busy,
}

/// <param name="State">Null when busy.</param>
/// <param name="Folded">Units folded now.</param>
/// <param name="Complete">The inbox was empty afterwards.</param>
public sealed record SyncResult(SyncOutcome Outcome, PurseState? State, int Folded, bool Complete, string? Refused = null);

/// <summary>The only writer of a purse's state: read, decide, commit if nobody else has written meanwhile.</summary>
/// <param name="random">Spreads the repeats.</param>
public sealed class PurseSync(ILedgerStore ledger, PurseRegistrar registrar, Random random, TimeProvider time)
{
    internal const int ReadRowsMax = 86;
    private const int TriesMax = 8;
    private const int UnansweredMax = 2; // The store's client has tried several times before it says so.
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(40);

    public async Task<SyncResult> SyncAsync(PurseId purse, SyncCommand command, CancellationToken cancellationToken)
    {
        var unanswered = 0;
        for (var tries = 1; tries <= TriesMax; tries++)
        {
            try
            {
                if (await TryAsync(purse, command, cancellationToken) is { } result)
                {
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
        if (view.State is not null && view.Inbox.Count == 0 && command is SyncCommand.None)
        {
            return new SyncResult(SyncOutcome.Done, view.State.Value, 0, view.Complete);
        }

        var registered = await registrar.EnsureAsync(purse, cancellationToken);
        var state = view.State?.Value ?? PurseState.New(registered);
        var inbox = Fitting(purse, view.Inbox);
        while (true)
        {
            var complete = view.Complete && inbox.Count == view.Inbox.Count;
            var hours = await ReadHoursAsync(purse, inbox, cancellationToken);
            var decision = PurseDecision.Decide(purse, state, inbox, hours, command);
            var commit = new LedgerCommit(
                decision.State, view.State?.ETag, [.. inbox.Select(row => row.Unit)], decision.Hours);
            switch (await ledger.CommitAsync(purse, commit, cancellationToken))
            {
                case CommitResult.Committed:
                    var outcome = decision.Refused is null ? SyncOutcome.Done : SyncOutcome.Refused;
                    return new SyncResult(outcome, decision.State, inbox.Count, complete, decision.Refused);
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
            // Safe without a version: only a fold writes hours, always together with the state.
            if (await ledger.FindHourAsync(purse, hour, cancellationToken) is { } row)
            {
                hours[hour] = row;
            }
        }

        return hours;
    }
}
