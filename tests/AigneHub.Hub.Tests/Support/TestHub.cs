using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing.Health;
using AigneHub.Functions.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Support;

/// <summary>A hub in this process, on a free port. All of them share storage and administrator's key, as instances of one deployment do.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private readonly LocalHub _hub;

    private TestHub(LocalHub hub)
    {
        _hub = hub;
        // A response that is let go closes its connection at once, instead of reading on for its end.
        var handler = new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero };
        Client = new HttpClient(new StorageRepeats(new SecretWatch.Bodies(handler)))
        {
            BaseAddress = hub.Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", hub.Key);
    }

    public Uri Address => _hub.Address;
    public string Key => _hub.Key;
    public IServiceProvider Services => _hub.Services;

    /// <summary>Sends the administrator's key.</summary>
    public HttpClient Client { get; }

    /// <param name="logLevel">From which on <see cref="SecretWatch"/> looks at the log.</param>
    /// <param name="upstream">Becomes the provider <c>openai</c>.</param>
    public static async Task<TestHub> StartAsync(
        AzuriteFixture azurite, FakeUpstream? upstream = null, IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null, LogLevel logLevel = LogLevel.Debug, params string[] args)
    {
        var all = new Dictionary<string, string?>
        {
            ["AigneHubStorage"] = azurite.ConnectionString,
            [AdministratorKey.Setting] = azurite.AdministratorKey,

            // By the clock it would ask this test's vendors for other tests' videos.
            ["AzureWebJobs:FollowVideos:Disabled"] = "true",
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

        foreach (var (name, value) in all.Where(setting => setting.Key.EndsWith("_KEY", StringComparison.Ordinal)))
        {
            SecretWatch.Plant(value);
        }

        return new TestHub(await LocalHub.StartAsync(
            new LocalHubOptions
            {
                Args = ["--port", "0", .. args],
                DataFolder = azurite.Folder,
                Settings = all,
                Services = all =>
                {
                    // What one test does to a vendor's key is no other test's affair.
                    all.AddSingleton<IHealthNotices, NoNotices>();
                    SecretWatch.Watch(all, logLevel);
                    services?.Invoke(all);
                },
            },
            CancellationToken.None));
    }

    private sealed class NoNotices : IHealthNotices
    {
        public Task PutAsync(string instance, IReadOnlyList<HealthNotice> notices, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task DeleteAsync(string instance, string? version, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<InstanceNotices>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<InstanceNotices>>([]);
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

    public Task StopAsync() => _hub.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _hub.StopAsync(CancellationToken.None);
        await _hub.DisposeAsync();
        SecretWatch.AssertClean();
    }
}
