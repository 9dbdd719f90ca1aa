using System.Globalization;

namespace AigneHub.Core.Pricing;

/// <summary>One line of a price list, before and after.</summary>
/// <param name="Line">As <see cref="RateName"/> has it.</param>
/// <param name="Before">Nano per 1,000,000 units; null: there was none.</param>
/// <param name="After">Likewise; null: there is none any more.</param>
public readonly record struct RateChange(string Line, long? Before, long? After)
{
    /// <summary>What moved by more than this is taken for a slip of a unit.</summary>
    public const int SuspiciousFactor = 10;

    private const int PerTenThousand = 10_000;

    /// <summary>More than <see cref="SuspiciousFactor"/> times up or down, or to or from 0.</summary>
    public bool IsSuspicious => Before is { } before && After is { } after && before != after
        && (before == 0 || after == 0
            || (Int128)Math.Max(before, after) > (Int128)SuspiciousFactor * Math.Min(before, after));

    /// <summary>The change in percent with at most two decimals, rounded half away from zero; null where there is none.</summary>
    public string? Percent()
    {
        if (Before is not > 0 || After is not { } after)
        {
            return null;
        }

        var before = (Int128)Before.Value;
        var change = ((Int128)after - before) * PerTenThousand;
        var hundredths = (Int128.Abs(change) + before / 2) / before;
        var fraction = ((int)(hundredths % 100)).ToString("D2", CultureInfo.InvariantCulture).TrimEnd('0');
        var text = (hundredths / 100).ToString(CultureInfo.InvariantCulture) + (fraction.Length == 0 ? "" : "." + fraction);
        return change < 0 && hundredths > 0 ? "-" + text : text;
    }

    /// <summary>The lines that differ, in the order of the new list, those that went last.</summary>
    public static IReadOnlyList<RateChange> Between(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after) =>
    [
        .. after.Where(line => !before.TryGetValue(line.Key, out var old) || old != line.Value)
            .Select(line => new RateChange(line.Key, before.TryGetValue(line.Key, out var old) ? old : null, line.Value)),
        .. before.Where(line => !after.ContainsKey(line.Key)).Select(line => new RateChange(line.Key, line.Value, null)),
    ];
}
