using System.Text.RegularExpressions;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using AigneHub.Hub.Tests.Support;
using Azure.Storage.Queues;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>One storage, and gateways and settlers over it as processes of their own.</summary>
internal sealed partial class Deployment : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-crash-").FullName;
    private readonly List<HubProcess> _processes = [];
    private readonly Dictionary<string, string> _settings;

    private string? _gatewayStorage;

    /// <param name="settings">Of all processes, besides those of every deployment.</param>
    public Deployment(IReadOnlyDictionary<string, string>? settings = null)
    {
        Azurite = new OwnAzurite(_folder);
        _settings = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["AigneHubStorage"] = Azurite.ConnectionString,
            [AdministratorKey.Setting] = HubKey.Generate(),
            ["AigneHub__Gateway__KeyCacheSeconds"] = "5",
            // The message of a killed settler comes back after this time.
            ["LocalRuntime__QueueLockSeconds"] = "2",
        };
    }

    /// <summary>Not started yet.</summary>
    public OwnAzurite Azurite { get; }

    /// <summary>Gateways started from now on reach the queues by way of a witness. Azurite runs.</summary>
    public async Task<QueueWitness> WatchQueueAsync()
    {
        var queues = QueueEndpoint().Match(Azurite.ConnectionString).Value;
        var witness = await QueueWitness.StartAsync(new Uri(queues));
        var address = witness.Address.GetLeftPart(UriPartial.Authority);
        _gatewayStorage = Azurite.ConnectionString.Replace(queues, address, StringComparison.Ordinal);
        return witness;
    }

    public Task<HubProcess> StartGatewayAsync(Action<string>? onLine = null) => StartAsync(
        onLine,
        new()
        {
            ["AigneHubStorage"] = _gatewayStorage ?? Azurite.ConnectionString,
            ["AzureWebJobs__SettleUsage__Disabled"] = "true",
            ["AzureWebJobs__KeepPoison__Disabled"] = "true",
        });

    public Task<HubProcess> StartSettlerAsync(Action<string>? onLine = null) =>
        StartAsync(onLine, [], "--functions", "SettleUsage", "KeepPoison");

    /// <summary>Messages in the usage queue, those that a settler has taken included.</summary>
    public async Task<int> QueuedAsync()
    {
        var queue = new QueueClient(Azurite.ConnectionString, UsageQueues.Usage);
        return (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;
    }

    /// <summary>All that is left in the queue is settled.</summary>
    public Task DrainedAsync() => Until.TrueAsync(async () => await QueuedAsync() == 0, "the usage queue is empty");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.KillAsync();
            await process.DisposeAsync();
        }

        await Azurite.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("(?<=QueueEndpoint=)http://[^/]+")]
    private static partial Regex QueueEndpoint();

    private async Task<HubProcess> StartAsync(
        Action<string>? onLine, Dictionary<string, string> settings, params string[] args)
    {
        foreach (var (name, value) in _settings)
        {
            settings.TryAdd(name, value);
        }

        var process = await HubProcess.StartAsync(_folder, settings, onLine ?? (static _ => { }), args);
        lock (_processes)
        {
            _processes.Add(process);
        }

        return process;
    }
}
