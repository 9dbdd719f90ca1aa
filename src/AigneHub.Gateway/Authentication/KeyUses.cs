using System.Collections.Concurrent;
using AigneHub.Core;
using AigneHub.Core.Keys;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// Notes when keys were used last, an hour coarse and in the background: no call waits for it, and each instance writes a key
/// once an hour. What is not written when an instance is killed is lost.
/// </summary>
public sealed partial class KeyUses(IKeyUses store, TimeProvider time, ILogger<KeyUses> logger)
{
    private const int KeysMax = 50_000;
    private const int ParallelWrites = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unwritten = new(StringComparer.Ordinal);

    public void Saw(string keyId)
    {
        var now = time.GetUtcNow();
        var hour = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        if (_known.TryGetValue(keyId, out var known) && known == hour)
        {
            return;
        }

        if (_known.Count >= KeysMax)
        {
            _known.Clear();
        }

        _known[keyId] = hour;
        if (_unwritten.Count < KeysMax)
        {
            _unwritten[keyId] = hour;
        }
    }

    /// <summary>Writes until cancelled, and then what is left, for a few seconds at most; returns then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, cancellationToken);
                await WriteAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            using var drain = new CancellationTokenSource(DrainMax, time);
            try
            {
                await WriteAsync(drain.Token);
            }
            catch (OperationCanceledException)
            {
                // Storage is slow, and it is only when keys were used.
            }
        }
    }

    /// <summary>What could not be written is written the next time.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var some in _unwritten.ToArray().Chunk(ParallelWrites))
            {
                await Task.WhenAll(some.Select(use => store.NoteAsync(use.Key, use.Value, cancellationToken)));
                foreach (var use in some)
                {
                    _unwritten.TryRemove(use);
                }
            }
        }
        catch (StorageUnavailableException e)
        {
            LogLater(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "When keys were used last can't be written at the moment")]
    private partial void LogLater(Exception exception);
}
