namespace AigneHub.Providers;

/// <summary>Where the settings have a vendor's credentials.</summary>
public enum CredentialSource
{
    /// <summary>API keys, in the row's key setting.</summary>
    ApiKey,

    /// <summary>API keys; without one, and with a base URL, the hub's own Entra identity.</summary>
    ApiKeyOrEntra,

    /// <summary>
    /// API keys, or AWS's usual settings for an access key. They may be there for others: the base URL configures the vendor.
    /// </summary>
    Aws,

    /// <summary>
    /// A credential's JSON or its file; without one the hub's own identity on Google Cloud. The base URL configures the vendor.
    /// </summary>
    Google,
}
