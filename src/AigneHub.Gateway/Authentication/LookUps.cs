using System.Collections.Concurrent;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// What was read from storage, for a few seconds; what is not there, too. Several who ask for the same wait for one read. A failure
/// is told to those who waited for it, and to nobody who comes later.
/// </summary>
/// <param name="seconds">How long an answer is trusted, from before it was asked for.</param>
/// <param name="max">Entries; one more, and all are forgotten: rare (a flood of invented keys), and simpler than ranking.</param>
internal sealed class LookUps<TKey, TValue>(Func<TKey, Task<TValue>> read, double seconds, int max, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<LookUp>>> _lookUps = new();

    public Task<TValue> GetAsync(TKey key)
    {
        if (_lookUps.TryGetValue(key, out var known) && IsStale(known.Value))
        {
            _lookUps.TryRemove(new KeyValuePair<TKey, Lazy<Task<LookUp>>>(key, known));
        }

        var lookUp = _lookUps.GetOrAdd(key, static (k, self) => self.New(k), this).Value;
        return lookUp.IsCompletedSuccessfully ? lookUp.Result.Found : Unwrap(lookUp);
    }

    /// <summary>Whether it is at hand, or being read already.</summary>
    public bool Knows(TKey key) => _lookUps.TryGetValue(key, out var known) && !IsStale(known.Value);

    public void Forget() => _lookUps.Clear();

    private static async Task<TValue> Unwrap(Task<LookUp> lookUp) => await (await lookUp).Found;

    private bool IsStale(Task<LookUp> lookUp) => lookUp.IsCompletedSuccessfully
        ? time.GetElapsedTime(lookUp.Result.Started).TotalSeconds >= seconds
        : lookUp.IsCompleted;

    private Lazy<Task<LookUp>> New(TKey key)
    {
        if (_lookUps.Count >= max)
        {
            _lookUps.Clear();
        }

        return new Lazy<Task<LookUp>>(() => ReadAsync(key));
    }

    private async Task<LookUp> ReadAsync(TKey key)
    {
        var started = time.GetTimestamp();
        var value = await read(key);
        return new LookUp(Task.FromResult(value), started);
    }

    /// <param name="Started">Timestamp before the read: what the answer is at least as fresh as.</param>
    private sealed record LookUp(Task<TValue> Found, long Started);
}
