namespace AigneHub.Core.Limits;

/// <summary>What all instances together have drawn of a subject's limits in one window of a minute, used or not.</summary>
/// <param name="Window">Its number: see <see cref="LimitWindows"/>.</param>
/// <param name="Instances">How many instances have drawn in the window.</param>
/// <param name="InstancesBefore">The same of the window before; 0 when nobody came.</param>
public sealed record LimitUse(long Window, long Requests, long Tokens, int Instances, int InstancesBefore)
{
    /// <summary>How long a row stays that nobody writes any more. A window counts for two minutes.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(2);

    /// <summary>How many instances share the limit, as far as can be known.</summary>
    public int Sharers => Math.Max(1, Math.Max(Instances, InstancesBefore));
}
