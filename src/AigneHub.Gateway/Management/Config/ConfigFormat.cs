namespace AigneHub.Gateway.Management.Config;

/// <summary>How a configuration document is written.</summary>
internal enum ConfigFormat
{
    Json,
    Yaml,
}
