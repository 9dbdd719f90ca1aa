namespace AigneHub.Core.Audit;

/// <summary>The audit log, <c>AigneHub__Audit__&lt;property&gt;</c>.</summary>
public sealed class AuditOptions
{
    private const int DaysMin = 90;
    private const int DaysMax = 3_650;

    /// <summary>Days after which an entry is deleted, by night: 90 to 3,650.</summary>
    public int RetentionDays { get; set; } = 400;

    /// <summary>Null when all is well; otherwise a message that names the setting.</summary>
    public string? WhatIsWrong() => RetentionDays is >= DaysMin and <= DaysMax
        ? null
        : $"AigneHub__Audit__{nameof(RetentionDays)} must be {DaysMin} to {DaysMax}, not {RetentionDays}.";
}
