namespace AigneHub.Core.Routing.Health;

/// <summary>
/// The speed of one (provider, model): the peak-sensitive moving average of Finagle
/// (https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala).
/// A slower time than the average replaces it at once, a faster one moves it by 1 − e^(−Δt/τ); it fades while nothing is
/// observed; times the calls that wait, plus one. Thread-safe.
/// </summary>
internal sealed class TargetState(HealthOptions options)
{
    private readonly Lock _lock = new();
    private double _average;
    private long _observedAt;
    private int _waiting;
    private int _exploring;
    private volatile bool _known;

    public bool IsKnown => _known;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The one call that may find out how fast an unknown target is.</summary>
    public bool TryExplore() => Interlocked.CompareExchange(ref _exploring, 1, 0) == 0;

    public void EndExploring() => Volatile.Write(ref _exploring, 0);

    public void Begin() => Interlocked.Increment(ref _waiting);

    public void End() => Interlocked.Decrement(ref _waiting);

    /// <param name="firstByte">Ticks.</param>
    public void Observe(long now, long firstByte)
    {
        lock (_lock)
        {
            if (firstByte >= _average)
            {
                _average = firstByte;
            }
            else
            {
                var weight = Fading(now);
                _average = _average * weight + firstByte * (1 - weight);
            }

            _observedAt = Math.Max(_observedAt, now);
            _known = true;
        }
    }

    public void Penalise(long now, long elapsed) => Observe(now, Math.Max(elapsed, options.FailurePenalty.Ticks));

    /// <summary>Milliseconds; null when nothing was observed yet.</summary>
    /// <param name="underLoad">With the calls that wait at the moment.</param>
    public double? Milliseconds(long now, bool underLoad)
    {
        if (!_known)
        {
            return null;
        }

        lock (_lock)
        {
            var average = _average * Fading(now) / TimeSpan.TicksPerMillisecond;
            return underLoad ? average * (Waiting + 1) : average;
        }
    }

    private double Fading(long now) => Math.Exp(-(double)Math.Max(0, now - _observedAt) / options.FirstByteDecay.Ticks);
}
