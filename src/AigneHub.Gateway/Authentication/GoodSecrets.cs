using System.Collections.Concurrent;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// Which secrets this instance has let in within the last hour. Far longer than what was read of them is trusted: it lets nobody in, it
/// lets them be looked up where others fail behind the same address (a NAT, a proxy).
/// </summary>
/// <param name="max">Entries; one more, and all are forgotten. Nobody adds one without a good secret.</param>
internal sealed class GoodSecrets<TDigest>(int max, TimeProvider time)
    where TDigest : notnull
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<TDigest, long> _seen = new();

    public void Add(TDigest digest)
    {
        if (_seen.Count >= max && !_seen.ContainsKey(digest))
        {
            _seen.Clear();
        }

        _seen[digest] = time.GetTimestamp();
    }

    public bool Has(TDigest digest) => _seen.TryGetValue(digest, out var seen) && time.GetElapsedTime(seen) < Kept;

    public void Remove(TDigest digest) => _seen.TryRemove(digest, out _);
}
