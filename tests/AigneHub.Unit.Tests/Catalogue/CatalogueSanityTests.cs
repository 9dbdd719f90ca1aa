using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Unit.Tests.Catalogue;

/// <summary>
/// A slip of a unit in the sources (a price per million entered per thousand) must not reach a ledger. What is odd and
/// right is listed here with its reason.
/// </summary>
public sealed class CatalogueSanityTests
{
    private const long Usd = Nano.PerWhole;

    /// <summary>Models whose output has no price, by a part of their full name, and why that is right.</summary>
    private static readonly Dictionary<string, string> NoOutputPrice = new()
    {
        ["embed"] = "embeddings are vectors, not tokens",
        ["gpt-image-2.6"] = "it makes images, not text",
        ["-tts"] = "its output is audio",
        ["azure-openai/ada"] = "the source has Azure's first embedding models under their family's name",
        ["azure-openai/babbage"] = "as ada",
        ["azure-openai/curie"] = "as ada",
        ["azure-openai/davinci"] = "as ada",
    };

    /// <summary>Nano-USD per 1,000,000 units; the dearest known model is o1-pro with 150 and 600 USD.</summary>
    private static readonly Dictionary<UnitKind, long> Bounds = new()
    {
        [UnitKind.Input] = 200 * Usd,
        [UnitKind.CachedInput] = 100 * Usd,
        [UnitKind.CacheWrite5m] = 100 * Usd,
        [UnitKind.CacheWrite1h] = 100 * Usd,
        [UnitKind.Output] = 1_000 * Usd,
        [UnitKind.Reasoning] = 1_000 * Usd,
        [UnitKind.AudioInput] = 200 * Usd,
        [UnitKind.AudioOutput] = 1_000 * Usd,
        [UnitKind.ImageInput] = 200 * Usd,
        [UnitKind.ImageOutput] = 1_000 * Usd,
        [UnitKind.Image] = 1_000_000 * Usd,
        [UnitKind.Second] = 1_000 * Usd,
        [UnitKind.Character] = 500 * Usd,
        [UnitKind.Request] = 100_000 * Usd,
        [UnitKind.Search] = 100_000 * Usd,
    };

    /// <summary>Seconds in a form are of video: at most 2 USD each.</summary>
    private static long BoundOf(RateKey key) => key.Kind == UnitKind.Second ? 2_000_000 * Usd : Bounds[key.Kind];

    public static TheoryData<string> Providers() =>
        [.. PriceCatalogue.Load().Models.Select(m => m.Provider).Distinct()];

    [Theory]
    [MemberData(nameof(Providers))]
    public void Models_OfProvider_AreSane(string provider)
    {
        var problems = PriceCatalogue.Load([provider]).Models.SelectMany(Problems).ToList();
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
    }

    [Fact]
    public void Exceptions_AreAllNeeded() => Assert.All(NoOutputPrice.Keys, part => Assert.Contains(
        PriceCatalogue.Load().Models,
        m => Has(m, part) && m.Rates?[UnitKind.Input] is not null && m.Rates[UnitKind.Output] is null));

    private static IEnumerable<string> Problems(ModelEntry model)
    {
        if (model.ContextWindow is <= 0 || model.MaxOutput is <= 0)
        {
            yield return $"{model.FullName}: a limit of no tokens";
        }

        if (model.Rates is not { } rates)
        {
            yield break;
        }

        foreach (var kind in Enum.GetValues<UnitKind>())
        {
            if (rates[kind] is not { } rate)
            {
                continue;
            }

            var dearest = rate.Tiers.Select(t => t.Rate).Append(rate.Base).Max();
            if (!Bounds.TryGetValue(kind, out var bound) || dearest > bound)
            {
                var usd = Nano.ToDecimalString(dearest);
                yield return $"{model.FullName}: {UnitKinds.Name(kind)} {usd} USD per million is above the bound";
            }

            if (rate.Tiers.Any(t => t.Rate > rate.Base * 4 || t.Above < 1_000))
            {
                yield return $"{model.FullName}: {UnitKinds.Name(kind)} has a strange tier";
            }
        }

        foreach (var (key, rate) in rates.Forms.Where(form => form.Rate > BoundOf(form.Key)))
        {
            yield return $"{model.FullName}: {key} {Nano.ToDecimalString(rate)} USD per million is above the bound";
        }

        if (rates[UnitKind.Input] is { } input)
        {
            if (rates[UnitKind.Output] is null && !NoOutputPrice.Keys.Any(part => Has(model, part)))
            {
                yield return $"{model.FullName}: input has a price and output has none";
            }

            if (rates[UnitKind.CachedInput] is { } cached && IsAbove(cached, input))
            {
                yield return $"{model.FullName}: cached input is dearer than input";
            }
        }
        else if (rates[UnitKind.Output] is not null)
        {
            yield return $"{model.FullName}: output has a price and input has none";
        }
    }

    private static bool IsAbove(Rate one, Rate other) =>
        one.Base > other.Base || one.Tiers.Any(t => t.Rate > other.For(t.Above + 1));

    private static bool Has(ModelEntry model, string part) => model.FullName.Contains(part, StringComparison.Ordinal);
}
