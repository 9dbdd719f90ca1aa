namespace AigneHub.Providers.Configuration;

/// <summary>What became of a stored record in the configuration in force.</summary>
public enum RecordStatus
{
    Active,

    /// <summary>Switched off by its own <c>enabled</c>.</summary>
    Disabled,

    /// <summary>The settings configure a provider of this id, and win.</summary>
    Shadowed,

    /// <summary>A provider without a credential that can be used.</summary>
    NoCredential,

    /// <summary>A credential whose secret can't be opened.</summary>
    NotOpened,

    /// <summary>Its provider is not in force.</summary>
    NoProvider,

    /// <summary>It can't be used as it is.</summary>
    Invalid,

    /// <summary>Stored, and not taken up by this instance yet.</summary>
    Pending,
}

/// <param name="Detail">One sentence for an administrator; null when active. Holds no secret.</param>
public sealed record RecordState(RecordStatus Status, string? Detail = null)
{
    public static RecordState Active { get; } = new(RecordStatus.Active);

    public static RecordState Disabled { get; } = new(RecordStatus.Disabled, "It is switched off.");
}
