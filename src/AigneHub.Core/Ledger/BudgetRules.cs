namespace AigneHub.Core.Ledger;

/// <summary>What time and thresholds do to a purse.</summary>
internal static class BudgetRules
{
    private const int FurtherRefusal = 10;

    /// <summary>Begins the period that holds this moment, if the last one is over. Periods in which nobody came give nothing.</summary>
    public static void Roll(PurseBook book)
    {
        if (book.State.Period is { } period && book.Now >= period.End)
        {
            Begin(book, period.Budget);
        }
    }

    /// <summary>Ends the current period and its debt, begins another.</summary>
    public static void Begin(PurseBook book, Budget budget)
    {
        End(book);
        var period = BudgetPeriod.At(budget, book.Now, book.State.Spent);
        book.Set(state => state with { Period = period, NotifiedPercent = 0, RefusalNotified = null });
        Give(book, period, budget.Limit, "period");
    }

    public static void End(PurseBook book)
    {
        if (book.State.Period is { } period)
        {
            book.Expire(period.GrantId, "period ended");
            book.WriteOffDebt("period ended");
            book.Set(state => state with { Period = null, NotifiedPercent = 0, RefusalNotified = null });
        }
    }

    /// <summary>The limit of the current period becomes another; what was spent of it stays spent.</summary>
    public static void ChangeLimit(PurseBook book, BudgetPeriod period, Budget budget)
    {
        var more = checked(budget.Limit - period.Budget.Limit);
        if (more == 0)
        {
            return;
        }

        book.Set(state => state with
        {
            Period = period with { Budget = budget },
            NotifiedPercent = 0,
            RefusalNotified = null,
        });
        if (more > 0)
        {
            Give(book, period, more, "limit raised");
        }
        else
        {
            book.Reverse(MovementKind.Reversal, -more, new MoveInfo(GrantId: period.GrantId, Reason: "limit lowered"));
        }
    }

    /// <summary>Notes the thresholds that this decision has crossed: each once.</summary>
    public static void Notify(PurseBook book)
    {
        var state = book.Close();
        if (state.Period is { } period)
        {
            var used = (Int128)state.Spent - period.SpentBefore;
            var limit = period.Budget.Limit;
            var highest = state.Alerts.Percents.Where(percent => used > 0 && used * 100 >= (Int128)limit * percent)
                .DefaultIfEmpty(0).Max();
            if (highest > state.NotifiedPercent)
            {
                state = Noted(state, highest, limit, used, period.End, book.Now) with { NotifiedPercent = highest };
            }
        }

        // Of one that nothing limits, the balance is only what it has spent.
        var isLimited = state.Kind != PurseKind.Unlimited;
        var low = isLimited && state.Alerts.LowBalance is { } least && state.Balance < least;
        if (low && !state.LowNotified)
        {
            state = Noted(state, percent: null, state.Alerts.LowBalance!.Value, state.Balance, periodEnd: null, book.Now);
        }

        var due = isLimited && state.Alerts.TopUpBelow is { } below && state.Balance < below;
        if ((low, due, state.NoticeSeq) != (state.LowNotified, state.TopUpDue, book.State.NoticeSeq))
        {
            book.Set(_ => state with { LowNotified = low, TopUpDue = due });
        }
    }

    /// <summary>
    /// Notes that a call was refused: once, and again when of what was left then less than a tenth is left, since the first one may have
    /// been a very large call. In the decision that refuses, which is written anyway.
    /// </summary>
    public static void NotifyRefusal(PurseBook book)
    {
        var state = book.Close();
        var left = (long)Int128.Clamp(state.Balance, 0, long.MaxValue);
        // Nobody is to be told of a budget without alerts, nor of one that is there to refuse everything.
        var isWanted = state.Period is not { } of || (of.Budget.Limit > 0 && !state.Alerts.Percents.IsEmpty);
        if (!isWanted || (state.RefusalNotified is { } before && (Int128)left * FurtherRefusal >= before))
        {
            return;
        }

        state = state.Period is { } period
            ? Noted(
                state, percent: null, period.Budget.Limit, (Int128)state.Spent - period.SpentBefore, period.End, book.Now, isRefusal: true)
            : Noted(state, percent: null, limit: 0, state.Balance, periodEnd: null, book.Now, isRefusal: true);
        book.Set(_ => state with { RefusalNotified = left });
    }

    private static PurseState Noted(
        PurseState state, int? percent, long limit, Int128 amount, DateTimeOffset? periodEnd, DateTimeOffset now, bool isRefusal = false)
    {
        var notice = new PurseNotice(
            state.NoticeSeq + 1, percent, limit, (long)Int128.Clamp(amount, long.MinValue, long.MaxValue), periodEnd, now, isRefusal);
        var notices = state.Notices.Length == PurseState.NoticesMax ? state.Notices.RemoveAt(0) : state.Notices;
        return state with { NoticeSeq = notice.Seq, Notices = notices.Add(notice) };
    }

    private static void Give(PurseBook book, BudgetPeriod period, long amount, string reason)
    {
        if (amount > 0)
        {
            book.TryGrant(
                MovementKind.Period, new Grant(period.GrantId, amount, period.End, Priority: 0), new MoveInfo(Reason: reason));
        }
    }
}
