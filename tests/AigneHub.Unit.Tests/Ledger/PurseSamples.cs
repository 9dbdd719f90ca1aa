using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>Decisions on purses for tests.</summary>
internal static class PurseSamples
{
    public static readonly PurseId Purse = new("team:a");
    public static readonly PurseState Empty = new(LedgerUnit.NanoUsd, PurseKind.Credit, 0, 0);

    public static Decision Decide(
        PurseState state, SyncCommand command, DateTimeOffset now, IReadOnlyList<InboxRow>? inbox = null, PurseId? purse = null,
        bool complete = true, PaymentRow? payment = null, long expired = 0) => PurseDecision.Decide(
            new PurseFacts(purse ?? Purse, state, inbox ?? [], new Dictionary<string, HourRow>(), complete, now) { Payment = payment, Expired = expired },
            command, LeaseTimes.Default);

    public static SyncCommand.GrantCredit Grant(string id, long amount, DateTimeOffset? expires = null, int priority = 0) =>
        new(new OutsideId("admin", id), amount, "test", "tester", expires, priority);

    public static SyncCommand.UseLease Lease(
        string id, long floor = 0, long[]? needs = null, long wish = 0, bool isNew = true, bool close = false) =>
        new(id, isNew, floor, needs ?? [], wish, close);

    public static InboxRow Usage(long cost, string? lease = null) => new("u", cost, 1, "2026112312", null, lease);
}

/// <summary>A purse whose decisions follow one another.</summary>
internal sealed class PurseStory(PurseState state, DateTimeOffset now)
{
    public PurseState State { get; private set; } = state;
    public DateTimeOffset Now { get; set; } = now;
    public List<Movement> Movements { get; } = [];
    public Decision Last { get; private set; } = new(state, [], null);
    public PaymentRow? Payment { get; private set; }

    public PurseStory Do(SyncCommand command, params InboxRow[] inbox) => Do(command, complete: true, inbox);

    public PurseStory Do(SyncCommand command, bool complete, params InboxRow[] inbox)
    {
        var expired = Movements.Where(one => one.Kind == MovementKind.Expiry && one.GrantId == Payment?.Payment.GrantId).Sum(one => one.Amount);
        Last = PurseSamples.Decide(State, command, Now, inbox, complete: complete, payment: Payment, expired: expired);
        State = Last.State;
        Payment = Last.Payment ?? Payment;
        Movements.AddRange(Last.Movements);
        return this;
    }

    public PurseStory Spend(long cost, string? lease = null) => Do(SyncCommand.None.Instance, PurseSamples.Usage(cost, lease));

    public PurseStory Later(TimeSpan time)
    {
        Now += time;
        return Do(SyncCommand.None.Instance);
    }
}
