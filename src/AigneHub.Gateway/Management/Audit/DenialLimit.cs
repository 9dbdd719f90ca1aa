namespace AigneHub.Gateway.Management.Audit;

/// <summary>How many denied calls an instance writes down a minute: nobody fills the log by being refused.</summary>
internal sealed class DenialLimit(TimeProvider time)
{
    public const int ByActorMax = 20;
    public const int Max = 200;
    private readonly Dictionary<string, int> _byActor = new(StringComparer.Ordinal);
    private long _minute;
    private int _all;

    public bool Take(string actor)
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (_byActor)
        {
            if (minute != _minute)
            {
                (_minute, _all) = (minute, 0);
                _byActor.Clear();
            }

            var count = _byActor.GetValueOrDefault(actor);
            if (count == ByActorMax || _all == Max)
            {
                return false;
            }

            _byActor[actor] = count + 1;
            _all++;
            return true;
        }
    }
}
