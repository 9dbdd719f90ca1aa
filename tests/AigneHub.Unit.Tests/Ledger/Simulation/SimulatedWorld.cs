namespace AigneHub.Testing;

/// <summary>Discrete events on one thread, in virtual time: the same seed makes the same run.</summary>
internal sealed class SimulatedWorld(int seed)
{
    private readonly PriorityQueue<(SimulatedHost? Host, Action Run), (TimeSpan At, long Number)> _events = new();
    private readonly List<(SimulatedHost Host, Task Task)> _tasks = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _number;

    /// <summary>The true time of <see cref="Now"/> = 0: 17 s before the budgets' midnight.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 11, 23, 23, 59, 43, TimeSpan.Zero);

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    public DateTimeOffset TrueTime => Start + Now;

    /// <summary>Whether a process that lives has something begun and not ended.</summary>
    public bool IsBusy => _tasks.Exists(begun => !begun.Task.IsCompleted && !begun.Host.Dead);

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public TimeSpan Upto(double seconds) => TimeSpan.FromMilliseconds((long)(Random.NextDouble() * seconds * 1_000));

    /// <param name="host">Whose work it is: not done when that is dead, later when it is stalled.</param>
    public void After(TimeSpan delay, Action run, SimulatedHost? host = null)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("Something has left the simulated world.");
        }

        _events.Enqueue((host, run), (Now + delay, ++_number));
    }

    /// <summary>Starts something on a host; what it throws is thrown by <see cref="RunUntil"/>.</summary>
    public void Begin(SimulatedHost host, Func<Task> work, TimeSpan delay = default) =>
        After(delay, () => _tasks.Add((host, work())), host);

    public void RunUntil(TimeSpan end)
    {
        var outer = SynchronizationContext.Current;
        while (_events.TryPeek(out var next, out var key) && key.At <= end)
        {
            _events.Dequeue();
            Now = key.At > Now ? key.At : Now;
            if (next.Host is { Dead: true })
            {
                continue;
            }

            if (next.Host is { } host && host.StalledUntil > Now)
            {
                _events.Enqueue(next, (host.StalledUntil, key.Number));
                continue;
            }

            SynchronizationContext.SetSynchronizationContext(next.Host);
            next.Run();
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        Now = end;
        _tasks.Find(begun => begun.Task.IsFaulted).Task?.GetAwaiter().GetResult();
        _tasks.RemoveAll(begun => begun.Task.IsCompleted);
    }
}

/// <summary>A process: its code runs in its context, by its clock, until it dies.</summary>
internal sealed class SimulatedHost : SynchronizationContext
{
    private readonly SimulatedWorld _world;

    public SimulatedHost(SimulatedWorld world)
    {
        _world = world;
        Time = new Clock(world, this, TimeSpan.FromSeconds((world.Random.NextDouble() * 240) - 120));
    }

    /// <summary>Wrong by up to two minutes.</summary>
    public TimeProvider Time { get; }

    public bool Dead { get; set; }

    public TimeSpan StalledUntil { get; set; }

    /// <summary>Calls that wait for credit.</summary>
    public int Waiting { get; set; }

    public override void Post(SendOrPostCallback d, object? state) => _world.After(TimeSpan.Zero, () => d(state), this);

    public override SynchronizationContext CreateCopy() => this;

    private sealed class Clock(SimulatedWorld world, SimulatedHost host, TimeSpan skew) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => world.Now.Ticks;

        public override DateTimeOffset GetUtcNow() => world.TrueTime + skew;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(world, host, () => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class Timer(SimulatedWorld world, SimulatedHost host, Action callback) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                world.After(dueTime, () => Fire(version), host);
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int version)
        {
            if (version == _version)
            {
                callback();
            }
        }
    }
}

/// <summary>The clock of storage.</summary>
internal sealed class TrueClock(SimulatedWorld world) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => world.TrueTime;
}
