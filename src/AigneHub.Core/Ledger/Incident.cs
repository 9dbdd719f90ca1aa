namespace AigneHub.Core.Ledger;

/// <summary>What an operator must look at; none of them stops the hub.</summary>
public enum IncidentKind
{
    /// <summary>Two different events carry one id; the later one was put into the poison table.</summary>
    EventConflict,

    /// <summary>An event or unit was put into the poison table.</summary>
    Poisoned,

    /// <summary>Usage was not written or not sent: it is not charged.</summary>
    UsageLost,

    /// <summary>The usage queue does not answer; sends are repeated.</summary>
    UsageQueueUnreachable,

    /// <summary>A purse is kept in another unit than the hub's.</summary>
    UnitDiffers,

    /// <summary>The nightly walk found sums that differ.</summary>
    AuditDiffers,

    /// <summary>The nightly walk or the folder could not treat a purse; it is tried again.</summary>
    FoldFailed,

    /// <summary>An old day contradicts its hours or its archive: it stays in the table.</summary>
    ArchiveDiffers,

    /// <summary>A purse's old days could not be archived; it is tried again the next night.</summary>
    ArchiveFailed,

    /// <summary>An outside id was booked with other content before: the later request was refused.</summary>
    MovementConflict,

    /// <summary>A dead instance's lease was taken back; what it had not reported may be lost.</summary>
    LeaseReclaimed,

    /// <summary>A lease can't be opened or renewed, and storage is not the cause: the purse's calls get 503.</summary>
    LeaseFailed,

    /// <summary>A subject's rate limits can't be shared, and storage is not the cause: each instance keeps to its own share.</summary>
    LimitFailed,

    /// <summary>A notice could not be kept or was given up: nobody was told of a budget or a balance.</summary>
    NoticeFailed,

    /// <summary>A custom provider reported usage beyond belief: what the call had reserved was charged instead.</summary>
    CostCapped,

    /// <summary>A budget's time zone is not known here: its periods begin by UTC.</summary>
    ZoneUnknown,

    /// <summary>A credential's secret can't be opened: the credential is not used.</summary>
    SecretNotOpened,

    /// <summary>A payment does not agree with what was ordered, or names no order: it is kept, and nothing was booked.</summary>
    PaymentDiffers,

    /// <summary>An account's automatic top-up was switched off: its payments kept failing.</summary>
    TopUpOff,

    /// <summary>The payment provider has refused what a management call needed: the settings of the hub or of the provider.</summary>
    PaymentProviderRefused,

    /// <summary>A vendor says that another, dearer model has answered than the one that was called and charged.</summary>
    OtherModel,
}

/// <param name="Subject">The id of the event, unit, message, hour or record.</param>
/// <param name="Detail">For operators; holds no secret.</param>
public sealed record Incident(IncidentKind Kind, Usage.PurseId? Purse, string? Subject, string Detail);

/// <summary>Where incidents go: the composition root logs and counts them. Never throws.</summary>
public interface IIncidents
{
    void Report(Incident incident);
}
