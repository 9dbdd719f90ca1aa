namespace AigneHub.Core.Limits;

/// <summary>How far a limit is used, as far as this instance knows.</summary>
/// <param name="Limit">A minute.</param>
/// <param name="Remaining">Of the window.</param>
/// <param name="Reset">Until the next window.</param>
public readonly record struct LimitStanding(long Limit, long Remaining, TimeSpan Reset);
