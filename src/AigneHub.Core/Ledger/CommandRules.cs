namespace AigneHub.Core.Ledger;

/// <summary>What a command comes to, besides what it has done to the book.</summary>
internal readonly record struct CommandOutcome(
    string? Refused = null, LeaseAnswer? Lease = null, BookedId? Booked = null, PaymentRow? Payment = null)
{
    public Decision Onto(Decision decision) =>
        decision with { Refused = Refused, Lease = Lease, Booked = Booked, Payment = Payment };
}

/// <summary>The commands other than folding. A refused one has changed nothing.</summary>
internal static class CommandRules
{
    /// <summary>Another order, price or credits than before, or amounts that can't be.</summary>
    public const string PaymentDiffers = "payment_differs";

    public static CommandOutcome Run(PurseBook book, PurseFacts facts, SyncCommand command, LeaseTimes times) => command switch
    {
        SyncCommand.UseLease lease => LeaseRules.Use(book, lease, times),
        SyncCommand.Move move => Move(book, move),
        SyncCommand.SetPayment set => SetPayment(book, facts, set),
        SyncCommand.NoticesTaken taken => TakeNotices(book, taken.UpTo),
        SyncCommand.Configure configure => new CommandOutcome(Configure(book, configure)),
        _ => default,
    };

    private static CommandOutcome TakeNotices(PurseBook book, long upTo)
    {
        if (book.State.Notices.Any(notice => notice.Seq <= upTo))
        {
            book.Set(state => state with { Notices = state.Notices.RemoveAll(notice => notice.Seq <= upTo) });
        }

        return default;
    }

    private static string? Configure(PurseBook book, SyncCommand.Configure command)
    {
        var isBudget = command.Kind is PurseKind.Hard or PurseKind.Soft;
        if (command.Unit != book.State.Unit)
        {
            return "unit_differs";
        }

        if (isBudget != command.Budget is not null || command.Budget is { IsValid: false })
        {
            return "budget_invalid";
        }

        if (!Enum.IsDefined(command.Kind))
        {
            return "kind_invalid";
        }

        if (command.Alerts is { IsValid: false })
        {
            return "alerts_invalid";
        }

        if (command.Kind != book.State.Kind)
        {
            book.WriteOffDebt("kind changed");
            book.Set(state => state with { Kind = command.Kind });
        }

        book.Set(state => state with { Alerts = command.Alerts ?? PurseAlerts.None });
        if (command.Budget is not { } budget)
        {
            BudgetRules.End(book);
        }
        else if (book.State.Period is { } period && (period.Budget.Length, period.Budget.Zone) == (budget.Length, budget.Zone))
        {
            BudgetRules.ChangeLimit(book, period, budget);
        }
        else
        {
            BudgetRules.Begin(book, budget);
        }

        return null;
    }

    private static CommandOutcome Move(PurseBook book, SyncCommand.Move move)
    {
        var info = new MoveInfo(move.OutsideId.ToString(), (move as SyncCommand.Reverse)?.GrantId, move.Reason, move.By, move.Hash);
        var refused = !move.IsValid ? "movement_invalid" : move switch
        {
            SyncCommand.GrantCredit { Expires: { } expires } when expires <= book.Now => "grant_expired",
            SyncCommand.GrantCredit grant => TryGrant(MovementKind.Grant, grant.Expires, grant.Priority),
            SyncCommand.Adjust { Amount: > 0 } => TryGrant(MovementKind.Adjustment, book.State.Period?.End, priority: 0),
            SyncCommand.Adjust => Take(MovementKind.Adjustment, -move.Amount),
            _ => Take(MovementKind.Reversal, move.Amount),
        };
        return refused is null
            ? new CommandOutcome(Booked: new BookedId(move.OutsideId, book.State.MoneySeq, move.Hash))
            : new CommandOutcome(refused);

        string? TryGrant(MovementKind kind, DateTimeOffset? expires, int priority) =>
            book.TryGrant(kind, new Grant(move.OutsideId.ToString(), move.Amount, expires, priority), info) ? null : "too_many_grants";

        string? Take(MovementKind kind, long amount)
        {
            book.Reverse(kind, amount, info);
            return null;
        }
    }

    private static CommandOutcome SetPayment(PurseBook book, PurseFacts facts, SyncCommand.SetPayment set)
    {
        var booked = facts.Payment;
        var reported = set.Payment;
        var known = booked?.Payment ?? reported;
        if (!set.IsValid
            || (known.Id, known.Order, known.Price, known.Credits) != (reported.Id, reported.Order, reported.Price, reported.Credits))
        {
            return new CommandOutcome(PaymentDiffers);
        }

        var payment = known.Merge(reported);
        var row = booked ?? new PaymentRow(payment, 0, 0);
        var missing = payment.Entitled - row.Net;
        var info = new MoveInfo(payment.GrantId, payment.GrantId, set.Reason ?? "payment " + payment.Order, set.By);
        if (missing > 0)
        {
            // First what was taken from other credit; what had expired stays gone.
            var elsewhere = Math.Min(missing, row.Elsewhere);
            var lapsed = Math.Min(missing - elsewhere, row.Lapsed);
            var given = missing - lapsed;
            // What is given back when its time is over, as after a dispute that was won, would be gone at once.
            var expires = row.Granted > 0 && payment.Expires <= book.Now ? null : payment.Expires;
            if (given > 0 && !book.TryGrant(MovementKind.Grant, new Grant(payment.GrantId, given, expires, Priority: 0), info))
            {
                return new CommandOutcome("too_many_grants");
            }

            row = row with
            {
                Granted = checked(row.Granted + given),
                Elsewhere = row.Elsewhere - elsewhere,
                Lapsed = row.Lapsed - lapsed,
            };
        }
        else if (missing < 0)
        {
            // Of its own first; then what had expired, which is gone; only the rest, which was used, is taken from other credit.
            var own = Math.Min(-missing, book.RemainingOf(payment.GrantId));
            var expired = Math.Min(row.Granted, checked(facts.Expired + book.ExpiredOf(payment.GrantId)));
            var lapsed = Math.Clamp(expired - row.Lapsed, 0, -missing - own);
            var taken = -missing - lapsed;
            if (taken > 0)
            {
                book.Reverse(MovementKind.Reversal, taken, info);
            }

            row = row with
            {
                Reversed = checked(row.Reversed + taken),
                Elsewhere = checked(row.Elsewhere + taken - own),
                Lapsed = row.Lapsed + lapsed,
            };
        }

        return new CommandOutcome(Payment: row with { Payment = payment });
    }
}
