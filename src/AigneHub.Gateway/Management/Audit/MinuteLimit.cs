namespace AigneHub.Gateway.Management.Audit;

/// <summary>How many entries an instance writes down a minute: nobody fills the log.</summary>
/// <param name="byActorMax">Of one actor.</param>
/// <param name="max">Of all together.</param>
internal sealed class MinuteLimit(int byActorMax, int max, TimeProvider time)
{
    private const int MinuteSeconds = 60;
    private readonly Dictionary<string, int> _byActor = new(StringComparer.Ordinal);
    private long _minute;
    private int _all;

    /// <summary>Null: there was room for one more. Otherwise when there will be again.</summary>
    public TimeSpan? Take(string actor)
    {
        var (minute, second) = Math.DivRem(time.GetUtcNow().ToUnixTimeSeconds(), MinuteSeconds);
        lock (_byActor)
        {
            if (minute != _minute)
            {
                (_minute, _all) = (minute, 0);
                _byActor.Clear();
            }

            var count = _byActor.GetValueOrDefault(actor);
            if (count == byActorMax || _all == max)
            {
                return TimeSpan.FromSeconds(MinuteSeconds - second);
            }

            _byActor[actor] = count + 1;
            _all++;
            return null;
        }
    }
}
