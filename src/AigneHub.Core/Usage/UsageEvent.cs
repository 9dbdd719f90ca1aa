using AigneHub.Core.Pricing;

namespace AigneHub.Core.Usage;

/// <summary>How a call ended.</summary>
public enum CallOutcome
{
    /// <summary>The whole answer was delivered.</summary>
    Completed,

    /// <summary>The client went away before the end.</summary>
    Cancelled,

    /// <summary>The upstream or the hub failed.</summary>
    Failed,
}

/// <summary>One try at one target.</summary>
/// <param name="Status">The upstream's HTTP status; 0 when none came.</param>
/// <param name="Failure">Why it failed, a code such as <c>connect_timeout</c>; null for the attempt that answered.</param>
/// <param name="Milliseconds">From sending to headers or failure.</param>
public sealed record AttemptRecord(string Provider, string Model, int Status, string? Failure, int Milliseconds);

/// <summary>Whole milliseconds since the request came in.</summary>
/// <param name="FirstByte">To the first byte of the answer sent to the client, keep-alive comments apart; null when none was sent.</param>
/// <param name="Total">To the end of the call.</param>
/// <param name="Upstream">Spent waiting for the upstream's headers, over all attempts.</param>
public sealed record CallTimings(int? FirstByte, int Total, int Upstream);

/// <summary>
/// What one call consumed: the only source of ledger lines. Immutable; its JSON form is stored as it was sent.
/// </summary>
public sealed record UsageEvent
{
    /// <summary>The version of this shape. A settler that does not know it leaves the message in the queue.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>UUID v7 made at admission; also the call's <c>x-request-id</c>. An id is charged once.</summary>
    public required Guid Id { get; init; }

    public required string Account { get; init; }

    /// <summary>The public id of the hub key (never the key).</summary>
    public required string Key { get; init; }

    public string? Project { get; init; }

    /// <summary>The model that answered, <c>provider/model</c>; of the first target when none answered.</summary>
    public required string Model { get; init; }

    /// <summary>The client-side API, e.g. <c>openai.chat</c>.</summary>
    public required string Front { get; init; }

    public required CallOutcome Outcome { get; init; }

    /// <summary>The error code told to the client when the call failed.</summary>
    public string? Error { get; init; }

    public bool Streamed { get; init; }

    /// <summary>Units and rates at admission; the settler recomputes <see cref="Cost"/> from them.</summary>
    public required IReadOnlyList<PriceLine> Lines { get; init; }

    /// <summary>Nano of the hub's unit; null when a used unit kind has no price (unpriced).</summary>
    public required long? Cost { get; init; }

    /// <summary>
    /// Nano that the reported usage would have cost, where that was beyond belief and <see cref="Cost"/> is what the call had reserved;
    /// null elsewhere.
    /// </summary>
    public long? CappedFrom { get; init; }

    /// <summary>Content hash of the rate card that was in force.</summary>
    public required string RateVersion { get; init; }

    /// <summary>The units were counted by the hub because the vendor reported none.</summary>
    public bool Estimated { get; init; }

    public required IReadOnlyList<AttemptRecord> Attempts { get; init; }

    public required CallTimings Timings { get; init; }
}

/// <summary>The purses that a call is charged to.</summary>
/// <param name="Home">The account's purse: keeps the details.</param>
/// <param name="Others">At most 3 more (team, project, key).</param>
public sealed record PurseSet(PurseId Home, IReadOnlyList<PurseId> Others)
{
    /// <summary>
    /// The lease that held the call back in each purse, the account's first, then as in <see cref="Others"/>; null where
    /// none did. Empty: none at all.
    /// </summary>
    public IReadOnlyList<string?> Leases { get; init; } = [];

    public int Count => 1 + Others.Count;

    /// <summary>The account's first.</summary>
    public IReadOnlyList<PurseId> All => [Home, .. Others];

    /// <summary>The purse at this place, the account's first.</summary>
    public PurseId this[int index] => index == 0 ? Home : Others[index - 1];

    /// <summary>The lease of the purse at this place.</summary>
    public string? LeaseAt(int index) => index < Leases.Count ? Leases[index] : null;

    public static PurseSet OfAccount(string accountId) => new(PurseId.OfAccount(accountId), []);
}

/// <summary>The id of a purse, such as <c>account:default</c>.</summary>
/// <param name="Value">Lower-case letters, digits and <c>: - _ .</c>, at most 200 characters: it becomes part of a table key.</param>
public readonly record struct PurseId(string Value)
{
    public static PurseId OfAccount(string accountId) => new("account:" + accountId);

    public static PurseId OfTeam(string teamId) => new("team:" + teamId);

    public static PurseId OfProject(string projectId) => new("project:" + projectId);

    /// <summary>No purse: whose rate limits a plan's are.</summary>
    public static PurseId OfPlan(string accountId) => new("plan:" + accountId);

    public static PurseId OfKey(string keyId) => new("key:" + keyId);

    public override string ToString() => Value;
}

/// <summary>Takes the usage of finished calls; never blocks and never throws.</summary>
public interface IUsageSink
{
    /// <summary>
    /// False when the backlog has reached its bound (the queue has been unreachable for long): new calls are to be
    /// refused with 503 before anything is sent upstream, because their usage could not be kept.
    /// </summary>
    bool Accepting { get; }

    /// <summary>Takes one event. Events of admitted calls are taken even past the bound.</summary>
    void Record(UsageEvent usage, PurseSet purses);
}
