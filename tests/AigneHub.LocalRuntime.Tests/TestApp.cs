using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AigneHub.LocalRuntime.Tests;

/// <summary>A running app that serves given classes on a free port.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly string _folder;

    private TestApp(LocalFunctionsApp app, string folder, HttpClient http, Log log)
    {
        App = app;
        _folder = folder;
        Http = http;
        Logged = log;
    }

    public LocalFunctionsApp App { get; }

    public HttpClient Http { get; }

    public Log Logged { get; }

    public static LocalFunctionsBuilder Builder(
        Type[] functions, object? hostJson = null, string[]? args = null, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("local-runtime-").FullName;
        var hostJsonPath = Path.Combine(folder, "host.json");
        hostJson ??= new { extensions = new { http = new { routePrefix = "" } } };
        File.WriteAllBytes(hostJsonPath, JsonSerializer.SerializeToUtf8Bytes(hostJson));
        return LocalFunctionsApp.CreateBuilder(new LocalFunctionsOptions
        {
            Args = args ?? ["--port", "0"],
            Functions = typeof(TestApp).Assembly,
            FunctionTypes = functions,
            ContentRoot = folder,
            HostJsonPath = hostJsonPath,
        });
    }

    public static async Task<TestApp> StartAsync(
        Type[] functions, object? hostJson = null, string[]? args = null, Action<LocalFunctionsBuilder>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("local-runtime-").FullName;
        var builder = Builder(functions, hostJson, args, folder);
        var log = new Log();
        builder.Logging.ClearProviders().AddProvider(log);
        configure?.Invoke(builder);
        var app = builder.Build();
        await app.StartAsync(CancellationToken.None);
        // HTTP/1.1 connections are kept and would be drained too.
        var http = new HttpClient { BaseAddress = app.Addresses[0], DefaultRequestVersion = HttpVersion.Version11 };
        return new TestApp(app, folder, http, log);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>What the app logged, as "Level message".</summary>
internal sealed class Log : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel} {formatter(state, exception)}");

    public void Dispose()
    {
    }
}

/// <summary>What happened, in order; functions get it as a service.</summary>
public sealed class Journal
{
    private readonly Lock _lock = new();
    private readonly List<string> _entries = [];

    public string[] Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    public void Add(string entry)
    {
        lock (_lock)
            _entries.Add(entry);
    }

    public Task UntilAsync(string entry, int count = 1) => Until.TrueAsync(() => Entries.Count(e => e == entry) >= count, () =>
        $"'{entry}' {count} times; there is: {string.Join(", ", Entries)}");
}

internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, Func<string>? what = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            if (limit.IsCancellationRequested)
                Assert.Fail("Waited in vain for: " + what?.Invoke());
            await Task.Delay(10);
        }
    }
}
