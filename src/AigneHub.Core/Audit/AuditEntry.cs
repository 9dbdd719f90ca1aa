using System.Text.Json.Serialization;

namespace AigneHub.Core.Audit;

/// <summary>
/// One call that changes something, or would have. It is written twice and never changed: as the intent, before anything is
/// done, and with its outcome, after it.
/// </summary>
/// <param name="Id">The request's id, a UUID v7.</param>
/// <param name="Address">Where the call came from, as far as that can be known.</param>
/// <param name="Action">The function's name.</param>
/// <param name="Target">The kind of thing, e.g. <c>key</c>.</param>
/// <param name="TargetId">Of the thing; null: not known (yet), or there is one alone.</param>
public sealed record AuditEntry(
    Guid Id, AuditActor Actor, string? Address, string Method, string Action, string Target, string? TargetId)
{
    public AuditOutcome Outcome { get; init; } = AuditOutcome.Unfinished;

    /// <summary>HTTP status; null while unfinished.</summary>
    public int? Status { get; init; }

    /// <summary>Code of the error it was answered with.</summary>
    public string? Error { get; init; }

    /// <summary>What the caller gave as its reason.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The thing before and after as the API shows it, JSON objects without secrets.</summary>
    [JsonIgnore]
    public string? Before { get; init; }

    /// <inheritdoc cref="Before"/>
    [JsonIgnore]
    public string? After { get; init; }

    [JsonIgnore]
    public DateTimeOffset At => HubIds.TimeOf(Id);
}
