using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>What is asked of a purse besides folding. Commands set, never add, so repeating one is harmless.</summary>
public abstract record SyncCommand
{
    private SyncCommand()
    {
    }

    /// <summary>Only fold.</summary>
    public sealed record None : SyncCommand
    {
        public static readonly None Instance = new();
    }

    /// <summary>What the purse is. The unit can't be changed.</summary>
    public sealed record Configure(PurseKind Kind, LedgerUnit Unit) : SyncCommand;
}

/// <summary>What a purse's next state is.</summary>
/// <param name="Hours">The hours that change, as they are afterwards.</param>
/// <param name="Refused">Why the command was not done (folding was); null when it was.</param>
public sealed record Decision(PurseState State, IReadOnlyList<HourRow> Hours, string? Refused);

/// <summary>The rules of a purse: pure, no clock, no I/O.</summary>
public static class PurseDecision
{
    /// <param name="hours">The stored rows of all hours in the inbox; an hour without a row is missing.</param>
    /// <exception cref="InvalidOperationException">A stored row breaks an invariant; nothing may be written.</exception>
    public static Decision Decide(
        PurseId purse, PurseState state, IReadOnlyList<InboxRow> inbox, IReadOnlyDictionary<string, HourRow> hours, SyncCommand command)
    {
        var next = state with { Spent = checked(state.Spent + CostOf(inbox)), Debt = checked(state.Debt + CostOf(inbox)) };
        var changed = PurseNames.IsHome(purse) ? FoldHours(purse, inbox, hours) : [];
        string? refused = null;
        if (command is SyncCommand.Configure configure)
        {
            if (configure.Unit == next.Unit)
            {
                next = next with { Kind = configure.Kind };
            }
            else
            {
                refused = "unit_differs";
            }
        }

        Require(next.Balances, purse, "Debt is not Spent");
        return new Decision(next, changed, refused);
    }

    private static long CostOf(IReadOnlyList<InboxRow> inbox)
    {
        var sum = 0L;
        foreach (var row in inbox)
        {
            sum = checked(sum + row.Cost);
        }

        return sum;
    }

    private static List<HourRow> FoldHours(
        PurseId purse, IReadOnlyList<InboxRow> inbox, IReadOnlyDictionary<string, HourRow> hours)
    {
        var changed = new List<HourRow>();
        foreach (var group in inbox.GroupBy(row => row.Hour, StringComparer.Ordinal))
        {
            var stored = hours.GetValueOrDefault(group.Key);
            var sums = stored?.Sums.Copy() ?? new UsageSums();
            var (cost, count) = (stored?.Cost ?? 0, stored?.Count ?? 0);
            foreach (var row in group)
            {
                var total = row.Sums?.Total() ?? new UsageTotals();
                Require(total.Cost == row.Cost && total.Calls == row.Count, purse, $"the sums of unit {row.Unit} differ from its cost");
                sums.Add(row.Sums!);
                cost = checked(cost + row.Cost);
                count = checked(count + row.Count);
            }

            var all = sums.Total();
            Require(all.Cost == cost && all.Calls == count, purse, $"the sums of hour {group.Key} differ from its cost");
            changed.Add(new HourRow(group.Key, cost, count, sums));
        }

        return changed;
    }

    private static void Require(bool holds, PurseId purse, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Purse {purse}: {otherwise}.");
        }
    }
}
