using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Keys;
using AigneHub.Functions.Local;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Support;

/// <summary>A hub in this process, on a free port, with tables of its own in the shared Azurite.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private static int _count;
    private readonly LocalHub _hub;
    private readonly string _folder;

    private TestHub(LocalHub hub, string folder, string tablePrefix)
    {
        _hub = hub;
        _folder = folder;
        TablePrefix = tablePrefix;
        Client = new HttpClient { BaseAddress = hub.Address, Timeout = TimeSpan.FromSeconds(60) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", hub.Key);
    }

    public Uri Address => _hub.Address;
    public string Key => _hub.Key;
    public string TablePrefix { get; }
    public IServiceProvider Services => _hub.Services;

    /// <summary>Sends the administrator's key.</summary>
    public HttpClient Client { get; }

    /// <param name="upstream">Becomes the provider <c>openai</c>.</param>
    /// <param name="beside">Shares the storage of this hub.</param>
    public static async Task<TestHub> StartAsync(
        AzuriteFixture azurite, FakeUpstream? upstream = null, IReadOnlyDictionary<string, string?>? settings = null,
        TestHub? beside = null, Action<IServiceCollection>? services = null, params string[] args)
    {
        var prefix = beside?.TablePrefix ?? $"t{Environment.ProcessId}x{Interlocked.Increment(ref _count)}";
        var all = new Dictionary<string, string?>
        {
            ["AigneHubStorage"] = azurite.ConnectionString,
            ["AigneHubStorage:tablePrefix"] = prefix,
            ["AigneHub:UsageQueueName"] = $"{prefix}-usage",
            [AdministratorKey.Setting] = beside?.Key ?? HubKey.Generate(),
        };
        if (upstream is not null)
        {
            all["OPENAI_BASE_URL"] = upstream.BaseUrl.ToString();
            all["OPENAI_API_KEY"] = "sk-vendor-secret-0123456789";
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        var folder = Directory.CreateTempSubdirectory("aignehub-hub-").FullName;
        var hub = await LocalHub.StartAsync(
            new LocalHubOptions { Args = ["--port", "0", .. args], DataFolder = folder, Settings = all, Services = services ?? (static _ => { }) },
            CancellationToken.None);
        return new TestHub(hub, folder, prefix);
    }

    public async Task<HttpResponseMessage> ChatAsync(string body, string? key = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>The ledger line of a call, as soon as it is settled.</summary>
    public Task<JsonNode> LedgerLineAsync(string requestId) => Until.NotNullAsync(async () =>
        (await GetAsync("/api/me/ledger?limit=200"))["items"]!.AsArray().FirstOrDefault(i => i!["id"]!.GetValue<string>() == requestId));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _hub.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
