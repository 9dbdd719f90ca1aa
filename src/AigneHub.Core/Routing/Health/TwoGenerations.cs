using System.Diagnostics.CodeAnalysis;

namespace AigneHub.Core.Routing.Health;

/// <summary>
/// A bounded memory: when the young generation is full it becomes the old one, and what the old one held and nobody has asked
/// for since is forgotten. Thread-safe.
/// </summary>
/// <param name="youngMax">Entries of a generation; at most twice as many are held.</param>
/// <param name="turned">Called, under the lock, when a generation has gone.</param>
internal sealed class TwoGenerations<TKey, TValue>(int youngMax, Action? turned = null)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _lock = new();
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _young.Count + _old.Count;
            }
        }
    }

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        lock (_lock)
        {
            return Find(key, out value);
        }
    }

    public TValue GetOrAdd<TArgument>(TKey key, TArgument argument, Func<TArgument, TValue> make)
    {
        lock (_lock)
        {
            if (!Find(key, out var value))
            {
                value = make(argument);
                Add(key, value);
            }

            return value;
        }
    }

    public void Set(TKey key, TValue value)
    {
        lock (_lock)
        {
            _old.Remove(key);
            if (!_young.TryAdd(key, value))
            {
                _young[key] = value;
            }

            TurnWhenFull();
        }
    }

    public void Remove(TKey key)
    {
        lock (_lock)
        {
            _young.Remove(key);
            _old.Remove(key);
        }
    }

    public TValue[] Values()
    {
        lock (_lock)
        {
            return [.. _young.Values, .. _old.Values];
        }
    }

    private bool Find(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (_young.TryGetValue(key, out value))
        {
            return true;
        }

        if (!_old.Remove(key, out value))
        {
            return false;
        }

        Add(key, value);
        return true;
    }

    private void Add(TKey key, TValue value)
    {
        _young.Add(key, value);
        TurnWhenFull();
    }

    private void TurnWhenFull()
    {
        if (_young.Count >= youngMax)
        {
            (_old, _young) = (_young, []);
            turned?.Invoke();
        }
    }
}
