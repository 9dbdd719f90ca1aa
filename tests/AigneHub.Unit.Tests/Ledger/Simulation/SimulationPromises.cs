using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>What must hold of a ledger when all of a run is over and folded.</summary>
internal sealed class SimulationPromises(
    SimulatedWorld world, MemoryLedger ledger, SimulatedUsage usage, IndependentSums sums, SimulatedNotices notices)
{
    /// <param name="debtMade">All that the purse has ever owed.</param>
    /// <param name="reversals">Credit may have been taken back.</param>
    /// <param name="isClean">Nothing has happened for which the purse may owe something.</param>
    /// <returns>The purse's state, and what is wrong with it.</returns>
    public (PurseState State, IEnumerable<string> Wrong) Of(PurseId purse, long debtMade, bool reversals, bool isClean)
    {
        var view = ledger.ReadPurseAsync(purse, 1_000, default).GetAwaiter().GetResult();
        return (view.State!.Value, WrongOf(purse, view, debtMade, reversals, isClean));
    }

    /// <summary>Nothing tells of broken code.</summary>
    public static string? Broken(IEnumerable<Incident> incidents) => incidents
        .FirstOrDefault(one => one.Kind is IncidentKind.LeaseFailed or IncidentKind.FoldFailed or IncidentKind.MovementConflict or IncidentKind.NoticeFailed)?
        .ToString();

    /// <summary>What an instance gave up without a running call has left by folding.</summary>
    public static string? Reclaimed(IEnumerable<Incident> incidents, IEnumerable<string> closed) => incidents
        .Where(one => one.Kind == IncidentKind.LeaseReclaimed && closed.Contains(one.Subject))
        .Select(one => $"lease {one.Subject} was closed in order and reclaimed")
        .FirstOrDefault();

    /// <summary>Every event whose send succeeded has one line.</summary>
    public IEnumerable<string> OfLines()
    {
        var lines = ledger.ReadEventsAsync(SimulatedCommands.Home, null, null, 10_000, default).GetAwaiter().GetResult();
        if (!lines.Select(line => line.Id).Order().SequenceEqual(usage.Sent.Keys.Order()))
        {
            yield return "a line is missing or too many";
        }

        if (ledger.Poisoned.Count > 0)
        {
            yield return "usage is in the poison table";
        }
    }

    private IEnumerable<string> WrongOf(PurseId purse, PurseView view, long debtMade, bool reversals, bool isClean)
    {
        var state = view.State!.Value;
        var events = usage.Sent.Values.Where(sent => sent.Purses.Home == purse || sent.Purses.Others.Contains(purse)).ToList();
        if (view.Inbox.Count > 0)
        {
            yield return "has units that are not folded";
        }

        if (state.Spent != events.Sum(sent => sent.Cost))
        {
            yield return $"has spent {state.Spent}, its events cost {events.Sum(sent => sent.Cost)}";
        }

        if (!state.Leases.IsEmpty || state.Kept != 0)
        {
            yield return "still has leases";
        }

        if (!state.Notices.IsEmpty || notices.CountOf(purse) != state.NoticeSeq)
        {
            yield return $"has made {state.NoticeSeq} notices: {notices.CountOf(purse)} are kept, {state.Notices.Length} are not";
        }

        var report = new LedgerAuditor(ledger, new NoArchive())
            .AuditAsync(purse, HourSpan.Between(SimulatedWorld.Start.AddDays(-1), SimulatedWorld.Start.AddDays(1)), default)
            .GetAwaiter().GetResult();
        if (!report.Agrees)
        {
            yield return $"does not add up: {string.Join(", ", report.Findings)}";
        }

        foreach (var wrong in sums.WhatIsWrong(purse, state, world.TrueTime, isClean ? events : null))
        {
            yield return wrong;
        }

        // Every nano that was overspent has its cause.
        var overrun = events.Sum(sent => Math.Max(0, sent.Cost - sent.Hold));
        if (debtMade > overrun + state.Late + (reversals ? state.Reversed : 0))
        {
            yield return $"has overspent {debtMade}: overrun {overrun}, {state}";
        }
    }
}
