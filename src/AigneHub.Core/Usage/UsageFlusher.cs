using System.Collections.Concurrent;
using AigneHub.Core.Ledger;

namespace AigneHub.Core.Usage;

/// <summary>Events since the process started.</summary>
/// <param name="Lost">Could not be written, or were left when the drain's time was up.</param>
/// <param name="Pending">Recorded, not yet known to be sent.</param>
/// <param name="SendFailures">Failed sends; each was repeated with the same bytes.</param>
public readonly record struct UsageFlusherCounters(long Recorded, long Sent, long Lost, long Pending, long SendFailures);

/// <summary>
/// Carries usage from finished calls to the queue. <see cref="Record"/> only puts the event into memory;
/// <see cref="RunAsync"/> writes messages and sends them: the first event at once, then every interval or at
/// <see cref="UsageFlusherOptions.FlushBytes"/>. A message's bytes and id never change once built.
/// </summary>
public sealed class UsageFlusher(
    IUsageQueue queue, HubIds ids, UsageFlusherOptions options, IIncidents incidents, TimeProvider time)
    : IUsageSink, IUsageBacklog, IDisposable
{
    private const int EventBytesGuess = 450;

    private readonly ConcurrentQueue<RecordedEvent> _waiting = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly UsageMessageBuilder _builder = new();
    private Wake _wake = new(int.MaxValue);
    private Message? _unsent;
    private int _averageBytes = EventBytesGuess;
    private long _recorded;
    private long _sent;
    private long _lost;
    private long _failures;
    private int _waitingCount;

    /// <inheritdoc/>
    public bool Accepting => Pending < options.BacklogEventsMax;

    /// <inheritdoc/>
    public long Recorded => Interlocked.Read(ref _recorded);

    /// <inheritdoc/>
    public long Left => Interlocked.Read(ref _sent) + Interlocked.Read(ref _lost);

    public UsageFlusherCounters Counters => new(
        Interlocked.Read(ref _recorded), Interlocked.Read(ref _sent), Interlocked.Read(ref _lost), Pending,
        Interlocked.Read(ref _failures));

    /// <summary>How long the oldest event that is not sent has waited; zero when none waits.</summary>
    public TimeSpan OldestWait =>
        (Volatile.Read(ref _unsent)?.Since ?? (_waiting.TryPeek(out var next) ? next.Since : null)) is { } since
            ? time.GetElapsedTime(since)
            : TimeSpan.Zero;

    private long Pending => Recorded - Left;

    /// <inheritdoc/>
    public void Record(UsageEvent usage, PurseSet purses)
    {
        Interlocked.Increment(ref _recorded);
        _waiting.Enqueue(new RecordedEvent(usage, purses, time.GetTimestamp()));
        var waiting = Interlocked.Increment(ref _waitingCount);
        var wake = Volatile.Read(ref _wake);
        if (waiting >= wake.AtEvents)
        {
            wake.Set();
        }
    }

    /// <summary>Sends until cancelled; returns then. What is left is for <see cref="DrainAsync"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var interval = TimeSpan.FromMilliseconds(options.IntervalMilliseconds);
        try
        {
            while (true)
            {
                await WaitAsync(1, Timeout.InfiniteTimeSpan, cancellationToken);
                // What is recorded while this sends waits for the next turn: under load a message carries an interval's events.
                await SendAsync(Recorded, cancellationToken);
                await WaitAsync(Math.Max(1, options.FlushBytes / _averageBytes), interval, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellationToken) => SendAsync(Recorded, cancellationToken);

    /// <summary>
    /// Sends what is left, after <see cref="RunAsync"/> was cancelled and no more calls run.
    /// </summary>
    /// <param name="bound">The longest it may take.</param>
    /// <returns>How many events could not be sent in that time: they are lost.</returns>
    public async Task<long> DrainAsync(TimeSpan bound)
    {
        using var deadline = new CancellationTokenSource(bound, time);
        try
        {
            await SendAsync(long.MaxValue, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            var left = Pending;
            Interlocked.Add(ref _lost, left);
            incidents.Report(new Incident(IncidentKind.UsageLost, null, null, $"{left} events were not sent before the stop."));
        }

        return Interlocked.Read(ref _lost);
    }

    public void Dispose()
    {
        _sending.Dispose();
        _builder.Dispose();
    }

    private async Task WaitAsync(int events, TimeSpan longest, CancellationToken cancellationToken)
    {
        // Published before the count is read, as Record counts before it reads the wake: one of the two sees the other.
        var wake = new Wake(events);
        Interlocked.Exchange(ref _wake, wake);
        if (Volatile.Read(ref _waitingCount) >= events)
        {
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(wake.Task, Task.Delay(longest, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Sends until the first <paramref name="recorded"/> events are sent or lost, or none waits.</summary>
    private async Task SendAsync(long recorded, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            while (Left < recorded && (_unsent ??= Build()) is { } message)
            {
                await SendAsync(message, cancellationToken);
                Interlocked.Add(ref _sent, message.Events);
                _unsent = null;
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task SendAsync(Message message, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(options.BackOffMilliseconds);
        var longest = TimeSpan.FromMilliseconds(options.BackOffMillisecondsMax);
        for (var failures = 0; ; failures++)
        {
            try
            {
                await queue.SendAsync(message.Bytes, message.Id, cancellationToken);
                return;
            }
#pragma warning disable CA1031 // Whatever the queue's client throws: the usage is kept and sent again.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Interlocked.Increment(ref _failures);
                if (failures == 0)
                {
                    incidents.Report(new Incident(IncidentKind.UsageQueueUnreachable, null, message.Id, exception.Message));
                }
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < longest ? pause * 2 : longest;
        }
    }

    private Message? Build()
    {
        var messageId = ids.New();
        _builder.Start(messageId);
        var since = _waiting.TryPeek(out var oldest) ? oldest.Since : 0;
        while (_waiting.TryPeek(out var next))
        {
            var result = _builder.TryAdd(next.Usage, next.Purses);
            if (result == AddResult.Full)
            {
                break;
            }

            _waiting.TryDequeue(out _);
            Interlocked.Decrement(ref _waitingCount);
            if (result == AddResult.Unsendable)
            {
                Interlocked.Increment(ref _lost);
                incidents.Report(new Incident(
                    IncidentKind.UsageLost, next.Purses.Home, next.Usage.Id.ToString(), "The event can't be written."));
            }
        }

        if (_builder.EventCount == 0)
        {
            return null;
        }

        var bytes = _builder.Build();
        _averageBytes = Math.Max(1, bytes.Length / _builder.EventCount);
        return new Message(bytes, messageId.ToString("N"), _builder.EventCount, since);
    }

    private readonly record struct RecordedEvent(UsageEvent Usage, PurseSet Purses, long Since);

    private sealed record Message(ReadOnlyMemory<byte> Bytes, string Id, int Events, long Since);

    private sealed class Wake(int atEvents)
    {
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int AtEvents { get; } = atEvents;
        public Task Task => _source.Task;

        public void Set() => _source.TrySetResult();
    }
}
