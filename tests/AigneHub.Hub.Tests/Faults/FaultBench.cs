using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing.Health;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>Hubs whose vendors all fail in their own way.</summary>
internal sealed class FaultBench : IAsyncDisposable
{
    private const string Key = "sk-first-vendor";
    private const string SecondKey = "sk-second-vendor";
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(40);

    private readonly LoopbackServer _elsewhere = LoopbackServer.Closing();
    private readonly LoopbackServer _plainText = LoopbackServer.PlainText();
    private readonly LoopbackServer _selfSigned = LoopbackServer.SelfSigned();
    private readonly LoopbackServer _closing = LoopbackServer.Closing();
    private readonly ScriptedUpstream _first;
    private readonly ScriptedUpstream _second;
    private FullBacklog _backlog = null!;
    private TestHub _patient = null!;
    private TestHub _againstSilence = null!;
    private TestHub _againstEndlessness = null!;

    private FaultBench()
    {
        _first = new ScriptedUpstream(Key, _elsewhere.Address("http"));
        _second = new ScriptedUpstream(SecondKey, _elsewhere.Address("http"));
    }

    public string? NoBacklog => _backlog.Problem;

    /// <summary>What must never happen, whatever fails.</summary>
    public IEnumerable<string> Troubles =>
    [
        .. _first.Troubles,
        .. _second.Troubles,
        .. _elsewhere.Accepted > 0 ? ["a redirect was followed"] : Array.Empty<string>(),
    ];

    public static async Task<FaultBench> StartAsync(AzuriteFixture azurite)
    {
        var bench = new FaultBench { _backlog = await FullBacklog.FillAsync() };
        var settings = new Dictionary<string, string?>
        {
            ["OPENAI_BASE_URL"] = bench._first.BaseUrl,
            ["OPENAI_API_KEY"] = Key,
            ["OPEN_ROUTER_BASE_URL"] = bench._second.BaseUrl,
            ["OPEN_ROUTER_API_KEY"] = SecondKey,
            ["GROQ_BASE_URL"] = $"http://127.0.0.1:{ClosedPort()}/v1",
            ["GROQ_API_KEY"] = Key,
            ["DEEPSEEK_BASE_URL"] = "https://no-such-host.invalid/v1",
            ["DEEPSEEK_API_KEY"] = Key,
            ["XAI_BASE_URL"] = bench._plainText.Address("https").AbsoluteUri,
            ["XAI_API_KEY"] = Key,
            ["MISTRAL_BASE_URL"] = bench._selfSigned.Address("https").AbsoluteUri,
            ["MISTRAL_API_KEY"] = Key,
            ["COHERE_BASE_URL"] = bench._closing.Address("https").AbsoluteUri,
            ["COHERE_API_KEY"] = Key,
            ["TOGETHER_BASE_URL"] = bench._backlog.Address.AbsoluteUri,
            ["TOGETHER_API_KEY"] = Key,
            ["AigneHub:Upstream:UseProxy"] = "false",
            ["AigneHub:Upstream:ConnectSeconds"] = "20",
            ["AigneHub:Upstream:EventBytesMax"] = "65536",
            ["AigneHub:Upstream:AnswerBytesMax"] = "1048576",
        };
        bench._patient = await TestHub.StartAsync(azurite, settings: settings, services: Forgetful);
        bench._againstSilence = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>(settings)
        {
            ["AigneHub:Upstream:ConnectSeconds"] = "2",
            ["AigneHub:Upstream:FirstByteSeconds"] = "4",
            ["AigneHub:Upstream:AnswerSeconds"] = "4",
            ["AigneHub:Upstream:IdleSeconds"] = "4",
            ["AigneHub:Gateway:KeepAliveSeconds"] = "1",
        }, services: Forgetful);
        bench._againstEndlessness = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>(settings)
        {
            ["AigneHub:Gateway:KeepAliveSeconds"] = "1",
            ["AigneHub:Gateway:AnswerSecondsMax"] = "5",
            ["AigneHub:Gateway:StreamSecondsMax"] = "5",
        }, services: Forgetful);
        return bench;
    }

    /// <summary>Makes a call and goes away: when the upstream has the request, or later, when the client has got something.</summary>
    /// <param name="script">Must end when the hub gives its connection up.</param>
    public async Task LeaveAsync(string name, CallKind call, bool afterFirstByte, Script script)
    {
        using var leave = new CancellationTokenSource(CallMax);
        var hearing = new Hearing();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _first.On(name, async connection =>
        {
            if (!afterFirstByte)
            {
                leave.CancelAfter(TimeSpan.FromMilliseconds(100));
            }

            await script(connection);
            ended.SetResult();
        }, readsBody: true, hearing);
        var stream = call == CallKind.Stream ? "true" : "false";
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RawClient.ChatAsync(
            _patient.Address, _patient.Key,
            $$"""{"model":"openai/{{name}}","user":"{{name}}","stream":{{stream}},"messages":[{"role":"user","content":"Hi"}]}""",
            bytes =>
            {
                hearing.Add(bytes.Span);
                leave.Cancel();
            }, leave.Token));
        await ended.Task.WaitAsync(CallMax);
    }

    /// <summary>The ledger's line of the only call of a model.</summary>
    public Task<JsonNode> LineOfModelAsync(string model) => Until.NotNullAsync(async () =>
        (await _patient.GetAsync("/api/me/ledger?limit=200"))["items"]!.AsArray().SingleOrDefault(l => l!["model"]!.GetValue<string>() == model));

    /// <summary>Makes the call of a case; what the ledger says of it is asked for later, for all calls together.</summary>
    public async Task<RawAnswer> CallAsync(FaultCase fault)
    {
        var hearing = new Hearing();
        if (fault.Script is { } script)
        {
            _first.On(fault.Key, script, fault.ReadsBody, hearing);
        }

        if (fault.Second is { } second)
        {
            _second.On(fault.Key, second, readsBody: true, hearing);
        }

        var model = fault.Second is null ? $"{fault.Provider}/gpt-4o" : "gpt-4o";
        var stream = fault.Call == CallKind.Stream ? "true" : "false";
        var body = $$"""{"model":"{{model}}","user":"{{fault.Key}}","stream":{{stream}},"messages":[{"role":"user","content":"Hi{{new string(' ', fault.Padding)}}"}]{{fault.Members}}}""";
        var hub = fault.Pace switch
        {
            Pace.AgainstSilence => _againstSilence,
            Pace.AgainstEndlessness => _againstEndlessness,
            _ => _patient,
        };
        using var patience = new CancellationTokenSource(CallMax);
        var answer = await RawClient.ChatAsync(hub.Address, hub.Key, body, bytes => hearing.Add(bytes.Span), patience.Token);
        Assert.InRange(_first.RequestsOf(fault.Key), 0, 1);
        Assert.InRange(_second.RequestsOf(fault.Key), 0, 1);
        return answer;
    }

    /// <summary>The ledger's lines of these calls, when all of them are settled.</summary>
    public Task<IReadOnlyDictionary<string, JsonNode>> LedgerAsync(IReadOnlyCollection<string> requestIds) =>
        Until.NotNullAsync(async () =>
        {
            var lines = new Dictionary<string, JsonNode>();
            var missing = requestIds.ToHashSet();
            var continuation = "";
            while (missing.Count > 0)
            {
                var page = await _patient.GetAsync($"/api/me/ledger?limit=200{continuation}");
                foreach (var line in page["items"]!.AsArray())
                {
                    var id = line!["id"]!.GetValue<string>();
                    if (missing.Remove(id))
                    {
                        lines[id] = line;
                    }
                }

                if (page["continuation"]?.GetValue<string>() is not { } next)
                {
                    break;
                }

                continuation = $"&continuation={Uri.EscapeDataString(next)}";
            }

            return missing.Count == 0 ? (IReadOnlyDictionary<string, JsonNode>)lines : null;
        }, "all calls in the ledger");

    public async ValueTask DisposeAsync()
    {
        await _patient.DisposeAsync();
        await _againstSilence.DisposeAsync();
        await _againstEndlessness.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        await _elsewhere.DisposeAsync();
        await _plainText.DisposeAsync();
        await _selfSigned.DisposeAsync();
        await _closing.DisposeAsync();
        _backlog.Dispose();
    }

    /// <summary>One case's failure must not keep the next one from the vendor.</summary>
    private static void Forgetful(IServiceCollection services) => services.AddSingleton(
        new HealthOptions { CoolDownBase = default, RetryAfterMax = default, DisabledBase = default, OpenBase = default });

    private static int ClosedPort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }
}
