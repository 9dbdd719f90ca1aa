using System.Diagnostics;
using Azure.Storage.Queues;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>
/// How fast storage takes a queue message. What a killed gateway loses is bounded only while the queue answers, and an
/// Azurite on a crowded machine at times stands still for seconds.
/// </summary>
internal sealed class QueueProbe : IAsyncDisposable
{
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CalmWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private long _slowUntil = Stopwatch.GetTimestamp();
    private long _asked = Stopwatch.GetTimestamp();

    public QueueProbe(string connectionString) => _running = RunAsync(new QueueClient(connectionString, "probe"));

    /// <summary>Every message of the last two seconds was taken promptly.</summary>
    public bool IsCalm =>
        Stopwatch.GetElapsedTime(Volatile.Read(ref _slowUntil)) > Span && Stopwatch.GetElapsedTime(Volatile.Read(ref _asked)) < Prompt;

    /// <summary>Waits for <see cref="IsCalm"/>, but not for ever: on a crowded machine that may never be.</summary>
    public async Task CalmAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (!IsCalm && Stopwatch.GetElapsedTime(started) < CalmWait)
        {
            await Task.Delay(Pause);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(QueueClient queue)
    {
        try
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: _stop.Token);
            while (true)
            {
                var asked = Stopwatch.GetTimestamp();
                Volatile.Write(ref _asked, asked);
                await queue.SendMessageAsync("probe", timeToLive: TimeSpan.FromSeconds(5), cancellationToken: _stop.Token);
                if (Stopwatch.GetElapsedTime(asked) > Prompt)
                {
                    Volatile.Write(ref _slowUntil, Stopwatch.GetTimestamp());
                }

                await Task.Delay(Pause, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
