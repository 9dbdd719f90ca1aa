namespace AigneHub.Storage.Configuration;

/// <summary>The columns of the table <c>config</c>.</summary>
internal static class ConfigurationRows
{
    /// <summary>Head: changes with every write.</summary>
    public const string Version = "Version";

    /// <summary>Every row: the write that made it, so that one whose answer was lost is known again.</summary>
    public const string Write = "Write";

    /// <summary>Records: JSON. The history of prices: the same, compressed.</summary>
    public const string Content = "Content";

    /// <summary>Credentials and models: whose they are.</summary>
    public const string Provider = "Provider";

    /// <summary>Credentials: the data key their secret is sealed with. Head: the current one.</summary>
    public const string DataKey = "DataKey";
}
