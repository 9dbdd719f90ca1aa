using System.Globalization;

namespace AigneHub.Translation.Images;

/// <summary>Pixels.</summary>
public readonly record struct ImageSize(int Width, int Height)
{
    private const int SideMax = 16_384;

    /// <summary>How far a ratio may be from a vendor's, in percent: 1792x1024 is 16:9.</summary>
    private const int PercentOff = 2;

    public int LongSide => Math.Max(Width, Height);

    /// <summary>Reads <c>1024x1536</c>.</summary>
    public static bool TryParse(string text, out ImageSize size)
    {
        size = default;
        var by = text.IndexOf('x', StringComparison.Ordinal);
        if (by < 0 || !IsSide(text.AsSpan(0, by), out var width) || !IsSide(text.AsSpan(by + 1), out var height))
        {
            return false;
        }

        size = new ImageSize(width, height);
        return true;
    }

    /// <summary>The ratio of the vendor's, written as <c>3:2</c>, that this size has; null when it has none of them.</summary>
    public string? RatioOf(IEnumerable<string> ratios)
    {
        foreach (var ratio in ratios)
        {
            var colon = ratio.IndexOf(':', StringComparison.Ordinal);
            var across = (long)Width * int.Parse(ratio.AsSpan(colon + 1), CultureInfo.InvariantCulture);
            var up = (long)Height * int.Parse(ratio.AsSpan(0, colon), CultureInfo.InvariantCulture);
            if (Math.Abs(across - up) * 100 <= PercentOff * Math.Max(across, up))
            {
                return ratio;
            }
        }

        return null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static bool IsSide(ReadOnlySpan<char> text, out int pixels) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out pixels) && pixels is >= 1 and <= SideMax;
}
