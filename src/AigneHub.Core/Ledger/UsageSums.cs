using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Ledger;

/// <summary>What usage is summed by.</summary>
/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="Key">Public id of the hub key.</param>
public readonly record struct SumKey(string Model, string Key, string? Project)
{
    /// <summary>Where combinations go that an hour has no room for.</summary>
    public static readonly SumKey Other = new("other", "other", null);
}

/// <summary>Sums of some calls. Not thread-safe.</summary>
public sealed class UsageTotals
{
    private readonly long[] _units = new long[UnitKinds.Count];

    public long Calls { get; set; }

    /// <summary>Nano; unpriced calls add nothing.</summary>
    public long Cost { get; set; }

    public long Failed { get; set; }
    public long Cancelled { get; set; }
    public long Estimated { get; set; }
    public long Unpriced { get; set; }

    public long this[UnitKind kind]
    {
        get => _units[(int)kind];
        set => _units[(int)kind] = value;
    }

    public void Add(UsageEvent usage)
    {
        checked
        {
            Calls++;
            Cost += usage.Cost ?? 0;
            Failed += usage.Outcome == CallOutcome.Failed ? 1 : 0;
            Cancelled += usage.Outcome == CallOutcome.Cancelled ? 1 : 0;
            Estimated += usage.Estimated ? 1 : 0;
            Unpriced += usage.Cost is null ? 1 : 0;
            foreach (var line in usage.Lines)
            {
                _units[(int)line.Kind] += line.Units;
            }
        }
    }

    public void Add(UsageTotals other)
    {
        checked
        {
            Calls += other.Calls;
            Cost += other.Cost;
            Failed += other.Failed;
            Cancelled += other.Cancelled;
            Estimated += other.Estimated;
            Unpriced += other.Unpriced;
            for (var i = 0; i < _units.Length; i++)
            {
                _units[i] += other._units[i];
            }
        }
    }

    public bool SameAs(UsageTotals other) =>
        (Calls, Cost, Failed, Cancelled, Estimated, Unpriced)
            == (other.Calls, other.Cost, other.Failed, other.Cancelled, other.Estimated, other.Unpriced)
        && _units.AsSpan().SequenceEqual(other._units);
}

/// <summary>
/// Totals by (model, key, project). At most <see cref="CombinationsMax"/> combinations; those that come later are
/// summed in <see cref="SumKey.Other"/>, so that the total stays exact. Not thread-safe.
/// </summary>
public sealed class UsageSums
{
    public const int CombinationsMax = 2_000;
    private readonly Dictionary<SumKey, UsageTotals> _byKey = [];

    public IReadOnlyDictionary<SumKey, UsageTotals> ByKey => _byKey;

    public static UsageSums Of(IEnumerable<UsageEvent> events)
    {
        var sums = new UsageSums();
        foreach (var usage in events)
        {
            sums.At(new SumKey(usage.Model, usage.Key, usage.Project)).Add(usage);
        }

        return sums;
    }

    public UsageSums Copy()
    {
        var copy = new UsageSums();
        copy.Add(this);
        return copy;
    }

    public void Add(UsageSums other)
    {
        foreach (var (key, totals) in other._byKey)
        {
            At(key).Add(totals);
        }
    }

    public void Add(SumKey key, UsageTotals totals) => At(key).Add(totals);

    public UsageTotals Total()
    {
        var total = new UsageTotals();
        foreach (var totals in _byKey.Values)
        {
            total.Add(totals);
        }

        return total;
    }

    /// <summary>Moves the combinations with the fewest calls into <see cref="SumKey.Other"/> until so many are left.</summary>
    public void Shrink(int combinations)
    {
        var small = _byKey.Where(pair => pair.Key != SumKey.Other)
            .OrderByDescending(pair => pair.Value.Calls).ThenBy(pair => pair.Key.Model, StringComparer.Ordinal)
            .Skip(combinations).ToList();
        foreach (var (key, totals) in small)
        {
            _byKey.Remove(key);
            OtherTotals().Add(totals);
        }
    }

    private UsageTotals At(SumKey key)
    {
        if (_byKey.TryGetValue(key, out var totals))
        {
            return totals;
        }

        if (key == SumKey.Other || _byKey.Count - (_byKey.ContainsKey(SumKey.Other) ? 1 : 0) >= CombinationsMax)
        {
            return OtherTotals();
        }

        return _byKey[key] = new UsageTotals();
    }

    private UsageTotals OtherTotals()
    {
        if (!_byKey.TryGetValue(SumKey.Other, out var other))
        {
            _byKey[SumKey.Other] = other = new UsageTotals();
        }

        return other;
    }
}
