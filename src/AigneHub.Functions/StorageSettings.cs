using AigneHub.Storage;
using Microsoft.Extensions.Configuration;

namespace AigneHub.Functions;

/// <summary>
/// The storage account of ledgers and usage queue. Either a connection string (<c>AigneHubStorage</c>) or addresses for a
/// managed identity (<c>AigneHubStorage__tableServiceUri</c>, <c>…__queueServiceUri</c>, <c>…__blobServiceUri</c>,
/// <c>…__clientId</c>), in the form that the Functions host's triggers read too.
/// </summary>
internal static class StorageSettings
{
    public const string Connection = UsageFunctions.StorageConnection;

    public static bool IsSet(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[Connection]) || !string.IsNullOrEmpty(configuration[$"{Connection}:tableServiceUri"]);

    /// <exception cref="SettingsException">Neither is set, an address is missing, or is none.</exception>
    public static StorageOptions Read(IConfiguration configuration)
    {
        var connection = configuration[Connection] is { Length: > 0 } text ? text : null;
        var tables = Address(configuration, "tableServiceUri");
        var queues = Address(configuration, "queueServiceUri");
        // The hub makes its tables and its queue when it starts, the queue with Service Bus, too.
        if (connection is null && (tables is null || queues is null))
        {
            throw new SettingsException(
                $"{Connection}__{(tables is null ? "tableServiceUri" : "queueServiceUri")} is missing. Set {Connection} (a connection "
                + $"string), or {Connection}__tableServiceUri and {Connection}__queueServiceUri.");
        }

        return new StorageOptions
        {
            ConnectionString = connection,
            TableServiceUri = tables,
            QueueServiceUri = queues,
            BlobServiceUri = Address(configuration, "blobServiceUri"),
            ManagedIdentityClientId = configuration[$"{Connection}:clientId"],
        };
    }

    private static Uri? Address(IConfiguration configuration, string name)
    {
        var text = configuration[$"{Connection}:{name}"];
        return string.IsNullOrEmpty(text) ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var address) ? address
            : throw new SettingsException($"{Connection}__{name} must be an absolute URL.");
    }
}
