using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// Looks for planted secrets in what every hub of this assembly logs and traces, and in every error body that its tests' clients
/// get. What is found fails the test whose hub stops next.
/// </summary>
internal static class SecretWatch
{
    private const int SecretCharactersMin = 12;
    private const int ShownCharacters = 300;
    private static readonly ConcurrentDictionary<string, byte> Secrets = new(StringComparer.Ordinal);
    private static readonly ConcurrentQueue<string> Leaks = new();
    private static long _scanned;

    /// <summary>Texts looked at until now.</summary>
    public static long Scanned => Interlocked.Read(ref _scanned);

    [ModuleInitializer]
    internal static void WatchActivities() => ActivitySource.AddActivityListener(new ActivityListener
    {
        ShouldListenTo = _ => true,
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        ActivityStopped = activity => Scan(
            "activity",
            $"{activity.DisplayName} {activity.StatusDescription} "
            + string.Join(' ', activity.TagObjects.Concat(activity.Baggage.Select(b => KeyValuePair.Create(b.Key, (object?)b.Value))))
            + string.Join(' ', activity.Events.SelectMany(e => e.Tags))),
    });

    /// <summary>From now on it must not be seen; what is too short to be told from other text is passed over.</summary>
    public static void Plant(string? secret)
    {
        if (secret is { Length: >= SecretCharactersMin })
        {
            Secrets.TryAdd(secret, 0);
        }
    }

    public static void Scan(string where, string text)
    {
        Interlocked.Increment(ref _scanned);
        foreach (var (secret, _) in Secrets)
        {
            var at = text.IndexOf(secret, StringComparison.Ordinal);
            if (at >= 0)
            {
                var from = Math.Max(0, at - ShownCharacters);
                Leaks.Enqueue($"{where}: {text.Substring(from, Math.Min(text.Length - from, 2 * ShownCharacters))}");
            }
        }
    }

    /// <summary>Fails when a secret was seen since the last time.</summary>
    public static void AssertClean()
    {
        var leaks = new List<string>();
        while (leaks.Count < 10 && Leaks.TryDequeue(out var leak))
        {
            leaks.Add(leak);
        }

        Assert.Empty(leaks);
    }

    /// <summary>Everything that a hub logs is looked at, whatever its own levels are.</summary>
    public static IServiceCollection Watch(IServiceCollection services, LogLevel level) => services.AddLogging(logging =>
    {
        logging.Services.AddSingleton<ILoggerProvider, Provider>();
        logging.AddFilter<Provider>(null, level);
    });

    private sealed class Provider : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Scan($"scope of {category}", Text(state));
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Scan($"log of {category}", $"{formatter(state, exception)} {Text(state)} {exception}");

        private static string Text<TState>(TState state) => state is IEnumerable<KeyValuePair<string, object?>> values
            ? string.Join(' ', values)
            : state?.ToString() ?? "";
    }

    /// <summary>Reads error answers before the test does.</summary>
    public sealed class Bodies(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            Scan("headers", response.Headers.ToString());
            if (!response.IsSuccessStatusCode)
            {
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                Scan("error body", await response.Content.ReadAsStringAsync(cancellationToken));
            }

            return response;
        }
    }
}
