namespace AigneHub.Core.Leases;

internal enum NeedOutcome
{
    Undecided,

    /// <summary>The hold is in the lease.</summary>
    Granted,
    Refused,

    /// <summary>Ask again: the lease is lost, or others took what it had.</summary>
    Again,
    Busy,
    Unavailable,
}

/// <summary>A call that waits for one purse. All but <see cref="Decided"/> and <see cref="GiveUp"/> is under the keeper's lock.</summary>
internal sealed class LeaseNeed(HeldLease lease, long hold)
{
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldLease Lease { get; } = lease;

    public long Hold { get; } = hold;

    /// <summary>Nobody waits for it any more: it must not be granted.</summary>
    public bool Abandoned { get; set; }

    public NeedOutcome Outcome { get; private set; }

    public Task Decided => _decided.Task;

    /// <summary>Wakes who waits, decided or not.</summary>
    public void GiveUp() => _decided.TrySetResult();

    public void Decide(NeedOutcome outcome)
    {
        Outcome = outcome;
        _decided.TrySetResult();
    }
}
