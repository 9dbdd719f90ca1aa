namespace AigneHub.Core.Configuration;

/// <summary>How a write ended; everything but <see cref="Done"/> has changed nothing.</summary>
public enum WriteStatus
{
    Done,

    /// <summary>There is one with this id.</summary>
    Exists,

    NotFound,

    /// <summary>Another version is stored than the one named.</summary>
    Changed,

    /// <summary>The record's provider does not exist.</summary>
    ProviderMissing,

    /// <summary>The secret's data key was dropped meanwhile: seal anew and repeat.</summary>
    DataKeyMissing,

    /// <summary>It is still needed.</summary>
    InUse,

    /// <summary>As many are stored as may be.</summary>
    TooMany,

    /// <summary>The record is larger than can be stored.</summary>
    TooLarge,
}

/// <param name="ETag">The version stored now; null unless something was created or updated.</param>
/// <param name="Message">One sentence for the caller; null when it is done.</param>
public sealed record WriteResult(WriteStatus Status, string? ETag = null, string? Message = null)
{
    public bool IsDone => Status == WriteStatus.Done;
}
