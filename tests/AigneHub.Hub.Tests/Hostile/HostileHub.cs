using System.Collections.Concurrent;
using System.Net;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Management;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>A hub with small limits, watched for what must never happen.</summary>
public sealed class HostileHub(AzuriteFixture azurite) : IAsyncLifetime, ILoggerProvider
{
    public const int BodyBytesMax = 256 * 1024;
    public const int BodyBytesInFlightMax = 1024 * 1024;
    public const string Chat = """{"model":"sim/chat-fast","messages":[{"role":"user","content":"hi"}]}""";

    private readonly ConcurrentQueue<string> _errors = new();
    private TestHub? _hub;
    private UnexpectedErrorWatch? _unexpected;

    internal TestHub Hub => _hub!;

    public async Task InitializeAsync()
    {
        _hub = await TestHub.StartAsync(
            azurite,
            settings: new Dictionary<string, string?>
            {
                // Nobody is there: a call that is sent fails.
                ["GEMINI_API_KEY"] = "AIza-hostile-0123456789",
                ["GEMINI_BASE_URL"] = "http://127.0.0.1:9/v1beta",
                ["AigneHub:Gateway:BodyBytesMax"] = $"{BodyBytesMax}",
                ["AigneHub:Gateway:BodyBytesInFlightMax"] = $"{BodyBytesInFlightMax}",
                ["AigneHub:Gateway:FormBytesMax"] = $"{BodyBytesMax}",
                ["AigneHub:Gateway:SpoolBytesInFlightMax"] = $"{BodyBytesInFlightMax}",
                ["AigneHub:Telemetry:Prometheus"] = "true",
                ["OPENAI_API_KEY"] = "sk-hostile-0123456789",
                ["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1",
                ["AigneHub:Gateway:HeadersSecondsMax"] = "2",
                ["AigneHub:Gateway:BodySecondsMax"] = "2",
                ["AigneHub:Gateway:ConnectionIdleSecondsMax"] = "3",
            },
            services: services => services.AddSingleton<ILoggerProvider>(this));
        _unexpected = new UnexpectedErrorWatch(_hub);
    }

    internal RawClient Connect() => RawClient.Connect(_hub!.Address);

    /// <summary>A whole request with the administrator's key; <paramref name="headers"/> are lines with their ends.</summary>
    internal string Request(string head, string headers = "", string body = "") =>
        $"{head} HTTP/1.1\r\nHost: {_hub!.Address.Authority}\r\nAuthorization: Bearer {_hub.Key}\r\n{headers}\r\n{body}";

    /// <summary>Nothing unforeseen has happened, no body's memory is held any more, and the hub answers.</summary>
    public async Task UnharmedAsync()
    {
        await Until.TrueAsync(
            () => Task.FromResult(_hub!.Services.GetRequiredService<BodyMemory>().BytesInUse == 0), "bodies of model calls are let go");
        await Until.TrueAsync(
            () => Task.FromResult(_hub!.Services.GetRequiredService<SpoolSpace>().BytesInUse == 0), "files of model calls are let go");
        await Until.TrueAsync(
            () => Task.FromResult(_hub!.Services.GetRequiredService<ManagementHandler>().Bodies.BytesInUse == 0), "bodies are let go");
        using var response = await _hub!.ChatAsync(Chat);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsStringAsync();
        Assert.Equal(0, _unexpected!.Count);
        Assert.Empty(_errors);
    }

    public async Task DisposeAsync()
    {
        _unexpected!.Dispose();
        await _hub!.DisposeAsync();
    }

    public ILogger CreateLogger(string categoryName) => new ErrorLogger(categoryName, _errors);

    public void Dispose()
    {
        // The hub disposes of its loggers; nothing is held here.
    }

    private sealed class ErrorLogger(string category, ConcurrentQueue<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
