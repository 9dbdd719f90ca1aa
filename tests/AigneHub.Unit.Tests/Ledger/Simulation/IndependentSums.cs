using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>What purses have to come to by what was asked of them and answered, added up without the ledger's rules.</summary>
internal sealed class IndependentSums
{
    private readonly Dictionary<PurseId, List<SyncCommand>> _answered = [];
    private readonly Dictionary<PurseId, List<(Movement Movement, TimeSpan At)>> _movements = [];
    private readonly List<(PurseId Purse, long Carried, TimeSpan At)> _periods = [];

    public void Answered(PurseId purse, SyncCommand command) => Of(_answered, purse).Add(command);

    /// <summary>Told in the order of the commits.</summary>
    public void Committed(PurseId purse, LedgerCommit commit, TimeSpan now)
    {
        Of(_movements, purse).AddRange(commit.Movements.Select(movement => (movement, now)));
        if (commit.State is { Kind: PurseKind.Hard, Period: { } period } && commit.Movements.Any(IsPeriod))
        {
            // Besides its limit a period can spend what leases had kept and what was granted otherwise.
            var others = commit.State.Grants.Where(grant => !grant.Dead && grant.Id != period.GrantId).Sum(grant => grant.Remaining);
            _periods.Add((purse, period.Budget.Limit + (long)commit.State.Kept + others, now));
        }
    }

    /// <param name="clean">Its usage, when upstreams kept their limits and no limit was changed.</param>
    public IEnumerable<string> WhatIsWrong(PurseId purse, PurseState state, DateTimeOffset now, IReadOnlyList<SimulatedEvent>? clean)
    {
        var answered = Of(_answered, purse);
        var movements = Of(_movements, purse);
        var moves = answered.OfType<SyncCommand.Move>().Select(move => (move.OutsideId.ToString(), move.Amount));
        var booked = movements.Where(row => row.Movement.Id?.StartsWith("admin|", StringComparison.Ordinal) == true)
            .Select(row => (row.Movement.Id!, row.Movement.Amount));
        if (!moves.Order().SequenceEqual(booked.Order()))
        {
            yield return "what was answered is not what was booked";
        }

        foreach (var payment in answered.OfType<SyncCommand.SetPayment>().Select(set => set.Payment).GroupBy(payment => payment.Id))
        {
            var (captured, refunded) = (payment.Max(one => one.Captured), payment.Max(one => one.Refunded));
            var (price, credits) = (payment.First().Price, payment.First().Credits);
            var back = Math.Min(captured, refunded) * credits;
            var entitled = Math.Max(0, (captured * credits / price) - (back / price) - (back % price > 0 ? 1 : 0));
            var got = movements.Where(row => row.Movement.Id == "payment|" + payment.Key)
                .Sum(row => row.Movement.Kind == MovementKind.Grant ? row.Movement.Amount : -row.Movement.Amount);
            if (got != entitled)
            {
                yield return $"payment {payment.Key} has got {got} and is entitled to {entitled}";
            }
        }

        foreach (var grant in state.Grants)
        {
            var expires = grant.Id == state.Period?.GrantId ? state.Period.End
                : answered.OfType<SyncCommand.GrantCredit>().FirstOrDefault(given => given.OutsideId.ToString() == grant.Id)?.Expires;
            if (expires <= now)
            {
                yield return $"grant {grant.Id} has outlived {expires}";
            }
        }

        if (clean is null)
        {
            yield break;
        }

        foreach (var period in movements.Where(row => IsPeriod(row.Movement)).GroupBy(row => row.Movement.GrantId))
        {
            if (period.Sum(row => row.Movement.Amount) != state.Period?.Budget.Limit)
            {
                yield return $"period {period.Key} was given {period.Sum(row => row.Movement.Amount)}";
            }
        }

        for (var i = 0; i < _periods.Count; i++)
        {
            var (of, carried, from) = _periods[i];
            var next = _periods.FindIndex(i + 1, period => period.Purse == of);
            var until = next < 0 ? TimeSpan.MaxValue : _periods[next].At;
            var added = movements.Where(row => row.At > from && row.At < until && !IsPeriod(row.Movement)
                    && row.Movement.Kind is MovementKind.Grant or MovementKind.Adjustment).Sum(row => row.Movement.Amount);
            var used = clean.Where(usage => usage.Admitted > from && usage.Admitted < until).Sum(usage => usage.Cost);
            if (of == purse && used > carried + added)
            {
                yield return $"the period from {from} could carry {carried + added} and admitted {used}";
            }
        }
    }

    private static bool IsPeriod(Movement movement) => movement.Kind == MovementKind.Period;

    private static List<T> Of<T>(Dictionary<PurseId, List<T>> lists, PurseId purse) =>
        lists.TryGetValue(purse, out var list) ? list : lists[purse] = [];
}
