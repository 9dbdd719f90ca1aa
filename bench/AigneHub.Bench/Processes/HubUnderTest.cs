using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using AigneHub.LocalRuntime.Azurite;
using AigneHub.Storage;
using Azure.Data.Tables;
using Azure.Storage.Queues;

namespace AigneHub.Bench.Processes;

/// <summary>An Azurite of its own in a new folder, and hubs on it.</summary>
internal sealed class HubUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Flushed = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Folded = TimeSpan.FromMilliseconds(1500);

    /// <summary>Twice the time for which a hub knows keys.</summary>
    private static readonly TimeSpan TermsKnown = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly AzuriteLease _azurite;
    private readonly QueueClient _queue;

    private HubUnderTest(string folder, AzuriteLease azurite)
    {
        Folder = folder;
        _azurite = azurite;
        _queue = new QueueClient(azurite.ConnectionString, UsageQueues.Usage);
        AppDomain.CurrentDomain.ProcessExit += EndAzurite;
    }

    public string Folder { get; }
    public string Key { get; } = HubKey.Generate();
    public string ConnectionString => _azurite.ConnectionString;

    /// <summary>Hubs that are started from now on measure their calls, as for Prometheus.</summary>
    public bool IsMeasured { get; set; }

    public static async Task<HubUnderTest> PrepareAsync()
    {
        var folder = Directory.CreateTempSubdirectory("aignehub-bench-").FullName;
        var options = new AzuriteOptions { PackageFolder = Repository.Root, DataFolder = folder, PreferDefaultPorts = false };
        return new HubUnderTest(folder, await AzuriteInstance.AcquireAsync(options, CancellationToken.None));
    }

    /// <param name="storage">Another way to the same storage; null for the direct one.</param>
    /// <param name="functions">The functions that this process serves; none for all.</param>
    public Task<MeteredProcess> StartAsync(Uri upstream, string? storage = null, params string[] functions) =>
        MeteredProcess.StartAsync(
            [Repository.Hub, "--port", "0", .. functions.Length == 0 ? [] : functions.Prepend("--functions")],
            new Dictionary<string, string>
            {
                ["AIGNEHUB_DATA"] = Folder,
                ["AigneHubStorage"] = storage ?? ConnectionString,
                [AdministratorKey.Setting] = Key,
                ["OPENAI_BASE_URL"] = $"{upstream.AbsoluteUri}v1",
                ["OPENAI_API_KEY"] = "sk-of-the-vendor-0123456789",
                ["AigneHub__Telemetry__Prometheus"] = IsMeasured ? "true" : "false",
            });

    /// <summary>Gives the administrator's account a hard budget that is never used up; holds for all calls afterwards.</summary>
    public async Task LimitAsync(IPEndPoint hub)
    {
        using var client = NewClient(hub);
        using var found = await client.GetAsync("/api/admin/accounts/default");
        using var change = new HttpRequestMessage(HttpMethod.Patch, "/api/admin/accounts/default")
        {
            Content = new StringContent("""{"budget":{"limit":"1000000","period":"day"}}""", null, "application/json"),
        };
        change.Headers.IfMatch.Add(found.EnsureSuccessStatusCode().Headers.ETag!);
        using var changed = await client.SendAsync(change);
        changed.EnsureSuccessStatusCode();
        await Task.Delay(TermsKnown);
    }

    /// <summary>Whether calls of that account reserve what they may cost.</summary>
    public async Task<bool> HasLeaseAsync(IPEndPoint hub)
    {
        using var client = NewClient(hub);
        using var balance = JsonDocument.Parse(await client.GetStringAsync("/api/admin/accounts/default/balance"));
        return balance.RootElement.GetProperty("reserved").GetString() != "0";
    }

    private HttpClient NewClient(IPEndPoint hub)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://{hub}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        return client;
    }

    /// <summary>Waits until all usage of ended calls is settled and folded.</summary>
    public async Task SettledAsync()
    {
        await Task.Delay(Flushed);
        while ((await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount > 0)
        {
            await Task.Delay(Pause);
        }

        await Task.Delay(Folded);
    }

    /// <summary>
    /// Makes the ledger's table anew, between runs. Azurite looks for a row among all rows of its partition, so that a
    /// partition of some ten thousand rows, which is nothing for Azure Storage, would be all that is measured.
    /// </summary>
    public async Task ClearLedgerAsync()
    {
        var table = new TableClient(ConnectionString, TableKeys.Ledger);
        await table.DeleteAsync();
        await table.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndAzurite;
        await _azurite.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    // Cut short (Ctrl-C): nobody else will use this Azurite.
    private void EndAzurite(object? sender, EventArgs e) => _ = NativeCalls.Signal(_azurite.ProcessId, NativeCalls.Terminate);
}
