namespace AigneHub.Core.Limits;

/// <summary>A limit is used up.</summary>
/// <param name="Subject">Whose: see <see cref="LimitedBy.Subject"/>.</param>
/// <param name="RetryAfter">Until its next window.</param>
public sealed record LimitRefusal(string Subject, LimitKind Kind, long Limit, TimeSpan RetryAfter);
