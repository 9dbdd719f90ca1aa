using AigneHub.Core.Pricing;

namespace AigneHub.Core.Configuration;

/// <summary>Prices of one model that an administrator set by hand.</summary>
public sealed record PriceOverrideRecord
{
    /// <summary>Nano-credits per 1,000,000 units: as much as the management API can read.</summary>
    public const long PriceMax = 9_000_000_000 * Nano.PerWhole;

    /// <summary><c>provider/model</c>: its id in the store.</summary>
    public required string Model { get; init; }

    /// <summary>By <see cref="RateName"/>'s text: nano-credits per 1,000,000 units.</summary>
    public required IReadOnlyDictionary<string, long> Prices { get; init; }

    /// <summary>The unit costs that the administrator had before him, likewise: nano-USD per 1,000,000 units.</summary>
    public IReadOnlyDictionary<string, long> Costs { get; init; } = new Dictionary<string, long>();

    public string? Reason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <exception cref="FormatException">It was stored without being checked.</exception>
    public ModelRates Rates() => RateLines.TryRead(Prices, PriceMax, out var rates, out var wrong)
        ? rates
        : throw new FormatException(wrong.Message);

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    public (string Message, string Param)? WhatIsWrong()
    {
        if (Prices.Count == 0)
        {
            return ("'pricePerMillion' must have at least one price.", "pricePerMillion");
        }

        if (!RateLines.TryRead(Prices, PriceMax, out _, out var wrong))
        {
            return (wrong.Message, $"pricePerMillion.{wrong.Line}");
        }

        return PriceChange.WhatIsWrongWithReason(Reason);
    }
}
