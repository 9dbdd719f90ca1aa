using System.Collections.Immutable;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>What a decision is made from.</summary>
/// <param name="Hours">The stored rows of all hours in the inbox; an hour without a row is missing.</param>
/// <param name="Complete">No unit is settled besides those of the inbox.</param>
/// <param name="Now">By the store's clock.</param>
public sealed record PurseFacts(
    PurseId Purse, PurseState State, IReadOnlyList<InboxRow> Inbox, IReadOnlyDictionary<string, HourRow> Hours, bool Complete,
    DateTimeOffset Now)
{
    /// <summary>What is booked of the command's payment.</summary>
    public PaymentRow? Payment { get; init; }

    /// <summary>What of the payment's grant has expired, by the movements.</summary>
    public long Expired { get; init; }
}

/// <summary>The answer to <see cref="SyncCommand.UseLease"/>.</summary>
/// <param name="Lost">The lease was reclaimed, or never was: it can't be used any more.</param>
/// <param name="Amount">Nano reserved over the lease's life.</param>
/// <param name="Admitted">For each need, whether the amount holds it.</param>
/// <param name="Available">Nano left for others.</param>
/// <param name="Term">How long the instance may admit calls, from before it asked.</param>
public sealed record LeaseAnswer(bool Lost, long Amount, IReadOnlyList<bool> Admitted, Int128 Available, TimeSpan Term);

/// <summary>What a purse's next state is, and what is written with it.</summary>
/// <param name="Hours">The hours that change, as they are afterwards.</param>
/// <param name="Refused">Why the command was not done (folding was), in snake case; null when it was.</param>
public sealed record Decision(PurseState State, IReadOnlyList<HourRow> Hours, string? Refused)
{
    public IReadOnlyList<Movement> Movements { get; init; } = [];
    public BookedId? Booked { get; init; }
    public PaymentRow? Payment { get; init; }
    public LeaseAnswer? Lease { get; init; }

    /// <summary>Leases of dead instances whose reserve has come back with something in it that was perhaps used.</summary>
    public IReadOnlyList<Lease> Reclaimed { get; init; } = [];

    /// <summary>Rows of the transaction that has these and deletes <paramref name="folded"/> inbox rows.</summary>
    public int RowsWith(int folded) =>
        1 + folded + Hours.Count + Movements.Count + (Booked is null ? 0 : 1) + (Payment is null ? 0 : 1);
}

/// <summary>The rules of a purse: pure, no clock, no I/O.</summary>
public static class PurseDecision
{
    /// <exception cref="InvalidOperationException">A stored row breaks an invariant; nothing may be written.</exception>
    /// <exception cref="OverflowException">An amount leaves 64 bits; nothing may be written.</exception>
    public static Decision Decide(PurseFacts facts, SyncCommand command, LeaseTimes times)
    {
        var book = new PurseBook(facts.State, facts.Now);
        foreach (var row in facts.Inbox)
        {
            book.Spend(row.Cost, row.Lease);
        }

        book.DropClosed();
        var reclaimed = facts.Complete ? book.Reclaim(times.Grace) : [];
        book.TrimKept();
        BudgetRules.Roll(book);
        book.ExpireGrants();
        var outcome = CommandRules.Run(book, facts, command, times);
        // The command may have lowered what is reserved.
        book.DropClosed();
        book.TrimKept();
        BudgetRules.Notify(book);
        var state = book.Close();
        Require(state.WhatIsWrong(), facts.Purse);
        return outcome.Onto(new Decision(state, FoldHours(facts), null)
        {
            Movements = book.Movements,
            Reclaimed = reclaimed,
        });
    }

    private static List<HourRow> FoldHours(PurseFacts facts)
    {
        var changed = new List<HourRow>();
        if (!PurseNames.IsHome(facts.Purse))
        {
            return changed;
        }

        foreach (var group in facts.Inbox.GroupBy(row => row.Hour, StringComparer.Ordinal))
        {
            var stored = facts.Hours.GetValueOrDefault(group.Key);
            var sums = stored?.Sums.Copy() ?? new UsageSums();
            var (cost, count) = (stored?.Cost ?? 0, stored?.Count ?? 0);
            foreach (var row in group)
            {
                var total = row.Sums?.Total() ?? new UsageTotals();
                Require(
                    total.Cost == row.Cost && total.Calls == row.Count ? null : $"the sums of unit {row.Unit} differ from its cost",
                    facts.Purse);
                sums.Add(row.Sums!);
                cost = checked(cost + row.Cost);
                count = checked(count + row.Count);
            }

            var all = sums.Total();
            Require(
                all.Cost == cost && all.Calls == count ? null : $"the sums of hour {group.Key} differ from its cost", facts.Purse);
            changed.Add(new HourRow(group.Key, cost, count, sums));
        }

        return changed;
    }

    private static void Require(string? wrong, PurseId purse)
    {
        if (wrong is not null)
        {
            throw new InvalidOperationException($"Purse {purse}: {wrong}.");
        }
    }
}
