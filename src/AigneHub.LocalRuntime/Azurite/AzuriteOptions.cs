namespace AigneHub.LocalRuntime.Azurite;

/// <summary>Where Azurite comes from and where it keeps its data.</summary>
public sealed class AzuriteOptions
{
    /// <summary>
    /// The folder whose <c>package-lock.json</c> pins Azurite and whose <c>node_modules</c> gets it; null when there is
    /// none, which is an error.
    /// </summary>
    public required string? PackageFolder { get; set; }

    /// <summary>Holds the data, the log and the state file. One Azurite runs for one such folder.</summary>
    public required string DataFolder { get; set; }

    /// <summary>
    /// Nothing is kept when it ends. Otherwise it writes all its data anew every 5 s while something changes, and answers nobody
    /// meanwhile: with much data, for seconds.
    /// </summary>
    public bool InMemory { get; set; }

    /// <summary>Ports 10000 to 10002 when they are free; otherwise, and when false, any free ones.</summary>
    public bool PreferDefaultPorts { get; set; } = true;

    /// <summary>Named in errors as the setting that makes Azurite unnecessary.</summary>
    public string StorageSetting { get; set; } = "AzureWebJobsStorage";

    /// <summary>Gets the lines that tell of an installation.</summary>
    public TextWriter Progress { get; set; } = Console.Out;

    /// <summary>How long to wait for another process that installs, starts or stops the same Azurite.</summary>
    public int LockSeconds { get; set; } = 300;

    /// <summary>How long one that runs already may leave its ports unanswered before it is taken for hung and ended.</summary>
    public int AnswerSeconds { get; set; } = 30;

    /// <summary>How long a new one may take until its ports answer.</summary>
    public int StartSeconds { get; set; } = 60;

    /// <summary>How long Azurite may take to save its data and exit before it is killed.</summary>
    public int StopSeconds { get; set; } = 30;
}
