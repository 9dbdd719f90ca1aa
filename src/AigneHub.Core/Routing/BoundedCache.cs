using System.Collections.Concurrent;

namespace AigneHub.Core.Routing;

/// <summary>
/// Remembers answers that can always be worked out again. When full it starts anew, so that made-up names can neither
/// fill the memory nor keep real ones out for long. Thread-safe.
/// </summary>
internal sealed class BoundedCache<TValue>(int entriesMax)
{
    private readonly ConcurrentDictionary<string, TValue> _entries = new(StringComparer.Ordinal);
    private int _count;

    public bool TryGet(string key, out TValue? value) => _entries.TryGetValue(key, out value);

    public void Add(string key, TValue value)
    {
        if (Interlocked.Increment(ref _count) > entriesMax)
        {
            _entries.Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        _entries.TryAdd(key, value);
    }

    public int Count => _entries.Count;
}
