using System.Text.Json;

namespace AigneHub.Providers.Reading;

/// <summary>Reads the counts that vendors report.</summary>
internal static class VendorCount
{
    /// <summary>Units above this are not believed.</summary>
    public const long Max = 1_000_000_000;

    /// <summary>
    /// The value of the member at whose name the reader stands; null when it is null, negative, not a whole number, above
    /// <see cref="Max"/>, or no number at all.
    /// </summary>
    public static long? Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number)
        {
            reader.Skip();
            return null;
        }

        // Some vendors write whole numbers as 12.0.
        if (!reader.TryGetInt64(out var count))
        {
            if (!reader.TryGetDouble(out var number) || number != Math.Truncate(number) || Math.Abs(number) > Max)
            {
                return null;
            }

            count = (long)number;
        }

        return count is >= 0 and <= Max ? count : null;
    }

    /// <summary>What is left of a difference of counts; null when it makes no sense.</summary>
    public static long? NotNegative(long? count) => count >= 0 ? count : null;
}
