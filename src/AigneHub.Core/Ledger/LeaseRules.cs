namespace AigneHub.Core.Ledger;

/// <summary>What <see cref="SyncCommand.UseLease"/> does.</summary>
internal static class LeaseRules
{
    public static CommandOutcome Use(PurseBook book, SyncCommand.UseLease command, LeaseTimes times)
    {
        if (command.Floor < 0 || command.Wish < 0 || command.Needs.Any(need => need is < 0 or > SyncCommand.AmountMax))
        {
            throw new ArgumentOutOfRangeException(nameof(command), "An amount is out of range.");
        }

        if (!book.TryFindLease(command.Id, out var lease))
        {
            if (!command.IsNew)
            {
                return new CommandOutcome(Lease: new LeaseAnswer(true, 0, [], 0, default));
            }

            if (book.LeaseCount >= PurseState.LeasesMax)
            {
                return new CommandOutcome("ledger_busy");
            }
        }

        // What the instance holds already stays reserved whatever is left: its calls were admitted. What it gives back goes to
        // others before it asks for more.
        var term = times.TermFor(book.LeaseCount);
        // Never earlier than its instance was told: the answer of a renewal with a longer term may be the last that it got.
        var until = lease is { } known && known.UsableUntil > book.Now + term ? known.UsableUntil : book.Now + term;
        lease = new Lease(command.Id, command.Floor, lease?.Folded ?? 0, until);
        book.PutLease(lease);
        book.TrimKept();

        var always = book.State.Kind is PurseKind.Soft or PurseKind.Unlimited;
        var available = book.Available;
        var amount = command.Floor;
        var admitted = new bool[command.Needs.Count];
        for (var i = 0; i < admitted.Length; i++)
        {
            var need = command.Needs[i];
            admitted[i] = always || available >= need;
            if (admitted[i])
            {
                amount = checked(amount + need);
                available -= need;
            }
            else
            {
                book.Set(state => state with { RefusedAt = book.Now });
            }
        }

        if (admitted.Contains(false))
        {
            BudgetRules.NotifyRefusal(book);
        }

        var extra = command.Close ? 0 : always ? command.Wish : Share(book, command.Wish, available, times);
        amount = checked(amount + extra);
        book.PutLease(lease with { Amount = amount, Closing = command.Close });
        return new CommandOutcome(Lease: new LeaseAnswer(false, amount, admitted, available - extra, term));
    }

    /// <summary>What a lease gets for calls to come: never so much that others are refused for it soon.</summary>
    private static long Share(PurseBook book, long wish, Int128 available, LeaseTimes times) =>
        book.State.RefusedAt is { } refused && book.Now - refused <= times.Term
            ? 0
            : (long)Int128.Clamp(available / (2 * (book.LeaseCount + 1)), 0, wish);
}
