using System.Diagnostics.CodeAnalysis;
using AigneHub.Core;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>Reads price lists of bodies.</summary>
internal static class PriceText
{
    /// <summary>Texts in whole units per 1,000,000 as nano, by line; what the lines may be is not judged.</summary>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> prices, out Dictionary<string, long> lines, [NotNullWhen(false)] out HubError? error)
    {
        lines = new Dictionary<string, long>(StringComparer.Ordinal);
        error = null;
        foreach (var (line, price) in prices)
        {
            if (price is null || !Nano.TryParse(price, out var rate))
            {
                var field = $"pricePerMillion.{line}";
                error = Problem.BadRequest(
                    $"'{field}' must be a text with an amount in whole units of at most 9 decimals, such as \"1.25\".", field);
                return false;
            }

            lines[line] = rate;
        }

        return true;
    }
}
