namespace AigneHub.Core.Audit;

/// <summary>Which entries are wanted; null: whichever.</summary>
/// <param name="From">Inclusive, in milliseconds.</param>
/// <param name="To">Exclusive.</param>
public sealed record AuditQuery(DateTimeOffset From, DateTimeOffset To)
{
    public string? Actor { get; init; }

    /// <summary>The actor's.</summary>
    public string? Account { get; init; }

    public string? Action { get; init; }
    public string? Target { get; init; }
    public string? TargetId { get; init; }
    public AuditOutcome? Outcome { get; init; }

    public bool Takes(AuditEntry entry) =>
        entry.At >= From && entry.At < To
        && (Actor is null || Actor == entry.Actor.Id) && (Account is null || Account == entry.Actor.Account)
        && (Action is null || Action == entry.Action) && (Target is null || Target == entry.Target)
        && (TargetId is null || TargetId == entry.TargetId) && (Outcome is null || Outcome == entry.Outcome);
}
