using System.Globalization;
using System.Text.Json;
using AigneHub.LocalRuntime.Queues;

namespace AigneHub.LocalRuntime.Hosting;

/// <summary>What is obeyed of <c>host.json</c>; what a file leaves out has the host's own default.</summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-host-json"/>
internal sealed record HostJson
{
    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public string RoutePrefix { get; private init; } = "api";

    public QueueSettings Queues { get; private init; } = new();

    /// <summary>Logging category → level.</summary>
    public IReadOnlyDictionary<string, string?> LogLevels { get; private init; } = new Dictionary<string, string?>();

    /// <summary>Reads a file; one that is missing means all defaults.</summary>
    public static HostJson Read(string path)
    {
        if (!File.Exists(path))
            return new HostJson();

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            var root = document.RootElement;
            return new HostJson
            {
                RoutePrefix = At(root, "extensions", "http", "routePrefix")?.GetString()?.Trim('/') ?? "api",
                Queues = ReadQueues(At(root, "extensions", "queues")),
                LogLevels = At(root, "logging", "logLevel") is { } levels
                    ? levels.EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString())
                    : new Dictionary<string, string?>(),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new LocalStartupException($"{path} can't be read: {e.Message}", e);
        }
    }

    private static QueueSettings ReadQueues(JsonElement? queues)
    {
        var settings = new QueueSettings();
        if (queues is not { } q)
            return settings;

        var batchSize = At(q, "batchSize")?.GetInt32() ?? settings.BatchSize;
        settings = settings with
        {
            BatchSize = batchSize,
            NewBatchThreshold = At(q, "newBatchThreshold")?.GetInt32() ?? batchSize / 2,
            MaxDequeueCount = At(q, "maxDequeueCount")?.GetInt32() ?? settings.MaxDequeueCount,
            RetryDelay = Span(At(q, "visibilityTimeout")) ?? settings.RetryDelay,
            PollingMax = Span(At(q, "maxPollingInterval")) ?? settings.PollingMax,
            Base64 = At(q, "messageEncoding")?.GetString()?.ToLowerInvariant() switch
            {
                null or "base64" => true,
                "none" => false,
                var other => throw new FormatException($"extensions.queues.messageEncoding is '{other}', not base64 or none."),
            },
        };
        if (settings is not { BatchSize: >= 1 and <= 32, NewBatchThreshold: >= 0, MaxDequeueCount: >= 1 }
            || settings.RetryDelay < TimeSpan.Zero || settings.PollingMax < QueueSettings.PollingMin)
            throw new FormatException(
                "extensions.queues is out of range (batchSize 1 to 32, newBatchThreshold from 0, maxDequeueCount from 1, "
                + "visibilityTimeout from 0, maxPollingInterval from 100 ms).");
        return settings;
    }

    private static TimeSpan? Span(JsonElement? value) =>
        value is { } v ? TimeSpan.Parse(v.GetString()!, CultureInfo.InvariantCulture) : null;

    private static JsonElement? At(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (!element.TryGetProperty(name, out element))
                return null;
        }

        return element;
    }
}
