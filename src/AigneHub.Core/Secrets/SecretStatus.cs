namespace AigneHub.Core.Secrets;

/// <summary>How sealing, opening or rotating ended.</summary>
public enum SecretStatus
{
    Done,

    /// <summary>The hub has no master key.</summary>
    NoMasterKey,

    /// <summary>The master key's place does not answer; the operation may be repeated.</summary>
    MasterKeyUnavailable,

    /// <summary>The data key was wrapped by another master key, or its row was changed.</summary>
    MasterKeyDiffers,

    /// <summary>The data key that the secret names is not stored.</summary>
    DataKeyMissing,

    /// <summary>The secret was changed, or belongs to another record.</summary>
    Damaged,

    /// <summary>As many data keys are stored as may be.</summary>
    TooManyDataKeys,
}

/// <summary>What a status means to the person who runs the hub.</summary>
public static class SecretStatuses
{
    /// <summary>One sentence; holds no secret.</summary>
    public static string Explain(this SecretStatus status) => status switch
    {
        SecretStatus.NoMasterKey => "The hub has no master key, and keeps no secret without one: set one up.",
        SecretStatus.MasterKeyUnavailable =>
            "The place of the master key does not answer or refuses: try again, then look at its access.",
        SecretStatus.MasterKeyDiffers =>
            "The data key was wrapped by another master key: bring that back, or rotate and enter the secrets anew.",
        SecretStatus.DataKeyMissing => "The data key that the secret was sealed with is gone: enter the secret anew.",
        SecretStatus.Damaged => "The sealed secret was changed or belongs to another record: enter the secret anew.",
        SecretStatus.TooManyDataKeys =>
            "There are too many data keys: reseal the secrets and drop the keys that are no longer needed.",
        _ => "It is done.",
    };
}
