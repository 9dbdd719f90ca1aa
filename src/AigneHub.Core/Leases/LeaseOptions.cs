using AigneHub.Core.Ledger;

namespace AigneHub.Core.Leases;

/// <summary>Times of leases, the same on all instances of a hub. Setting names: <c>AigneHub__Leases__&lt;property&gt;</c>.</summary>
public sealed class LeaseOptions
{
    /// <summary>How long an instance admits calls after a confirmed renewal, in seconds; it renews three times as often.</summary>
    public double TermSeconds { get; set; } = LeaseTimes.Default.Term.TotalSeconds;

    /// <summary>
    /// How long after that the usage of a dead instance is waited for before its reserve comes back, in seconds: longer than the
    /// 10 minutes after which a queue on Azure shows a message again whose reader died.
    /// </summary>
    public double GraceSeconds { get; set; } = LeaseTimes.Default.Grace.TotalSeconds;

    /// <summary>A lease without calls for so long is given back, in seconds.</summary>
    public double IdleSeconds { get; set; } = LeaseTimes.Default.Idle.TotalSeconds;

    /// <summary>Null, or one sentence that names what is wrong.</summary>
    public string? WhatIsWrong() => IdleSeconds >= 0.1 && TermSeconds > IdleSeconds && GraceSeconds >= TermSeconds && GraceSeconds <= 86_400
        ? null
        : "AigneHub__Leases: IdleSeconds must be at least 0.1 and less than TermSeconds, GraceSeconds at least TermSeconds and at "
            + "most 86400.";

    public LeaseTimes ToTimes() =>
        new(TimeSpan.FromSeconds(TermSeconds), TimeSpan.FromSeconds(GraceSeconds), TimeSpan.FromSeconds(IdleSeconds));
}
