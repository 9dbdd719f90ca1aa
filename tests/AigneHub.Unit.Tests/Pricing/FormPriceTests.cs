using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Unit.Tests.Pricing;

/// <summary>Images and seconds, priced by quality and size.</summary>
public sealed class FormPriceTests
{
    private const long Million = 1_000_000;
    private const long Cent = Nano.PerWhole / 100;

    // Per image: 4 cents, hd or large 8 cents, both 12 cents; the rate is per million images.
    private static readonly ModelRates Images = new(new Dictionary<RateKey, long>
    {
        [UnitKind.Image] = 4 * Cent * Million,
        [new RateKey(UnitKind.Image, "hd")] = 8 * Cent * Million,
        [new RateKey(UnitKind.Image, "1024x1792")] = 8 * Cent * Million,
        [new RateKey(UnitKind.Image, "hd:1024x1792")] = 12 * Cent * Million,
    });

    [Theory]
    [InlineData(null, null, null, 4)]
    [InlineData("standard", "1024x1024", null, 4)]
    [InlineData("hd", "1024x1024", "hd", 8)]
    [InlineData("standard", "1024x1792", "1024x1792", 8)]
    [InlineData("hd", "1024x1792", "hd:1024x1792", 12)]
    public void For_Images_TakesTheClosestForm(string? quality, string? size, string? form, int cents)
    {
        var lines = PriceLines.For(Images, Three(UnitKind.Image), returned: new ReturnedForm(quality, size));

        Assert.Equal([new PriceLine(UnitKind.Image, 3, cents * Cent * Million, form)], lines);
        Assert.Equal(3 * cents * Cent, Cost.Of(lines));
    }

    [Fact]
    public void For_FormWithoutARate_IsUnpricedAndSaysWhichItWas_OrTheDearestWhereCallsAreSold()
    {
        var rates = new ModelRates(new Dictionary<RateKey, long>
        {
            [new RateKey(UnitKind.Second, "720p")] = 10 * Cent * Million,
            [new RateKey(UnitKind.Second, "4k")] = 30 * Cent * Million,
        });
        var form = new ReturnedForm(null, "1080p");

        var unpriced = PriceLines.For(rates, Three(UnitKind.Second), returned: form);
        Assert.Equal([new PriceLine(UnitKind.Second, 3, null, "1080p")], unpriced);
        Assert.Null(Cost.Of(unpriced));
        Assert.Equal(
            [new PriceLine(UnitKind.Second, 3, 30 * Cent * Million, "4k")],
            PriceLines.For(rates, Three(UnitKind.Second), neverFree: true, form));
    }

    [Fact]
    public void For_ImagesAndTokens_ChargesWhatTheModelIsPricedBy()
    {
        var units = Three(UnitKind.Image);
        units[UnitKind.Input] = 10;
        units[UnitKind.ImageOutput] = 1_000;
        var byToken = new ModelRates(new Dictionary<RateKey, long> { [UnitKind.Input] = 5, [UnitKind.ImageOutput] = 40 });

        Assert.Equal(
            [new PriceLine(UnitKind.Input, 10, 5), new PriceLine(UnitKind.ImageOutput, 1_000, 40)], PriceLines.For(byToken, units));
        Assert.Equal([new PriceLine(UnitKind.Image, 3, 4 * Cent * Million)], PriceLines.For(Images, units));

        // Nobody knows a price: everything that was counted stays on the line.
        Assert.Equal(3, PriceLines.For(null, units).Length);

        // A model with a price by the token whose vendor counts none: seen as unpriced, not as free.
        Assert.Equal([new PriceLine(UnitKind.Image, 3, null)], PriceLines.For(byToken, Three(UnitKind.Image)));

        // Nothing came back, but the prompt was read: there is no price for it.
        var prompt = default(UnitCounts);
        prompt[UnitKind.Input] = 10;
        Assert.Equal(0, Cost.Of(PriceLines.For(Images, prompt)));
    }

    [Theory]
    [InlineData("image", true)]
    [InlineData("image:hd", true)]
    [InlineData("second:1280x720", true)]
    [InlineData("image:hd:1024x1792", true)]
    [InlineData("input:hd", false)]
    [InlineData("image:", false)]
    [InlineData("image:HD", false)]
    [InlineData("image:auto", false)]
    [InlineData("image:a:b:c", false)]
    [InlineData("image:a b", false)]
    [InlineData("picture", false)]
    public void RateKey_Text_IsReadAsItIsWritten(string text, bool isKey)
    {
        Assert.Equal(isKey, RateKey.TryParse(text, out var key));
        if (isKey)
        {
            Assert.Equal(text, key.ToString());
        }
    }

    [Theory]
    [InlineData("1024X1536", "1024x1536")]
    [InlineData("auto", null)]
    [InlineData("", null)]
    [InlineData("a/b", null)]
    [InlineData("größe", null)]
    [InlineData("123456789012345678901234567890123", null)]
    public void Plain_WhatACallerSays_IsAWordOrNothing(string text, string? plain) => Assert.Equal(plain, ReturnedForm.Plain(text));

    [Fact]
    public void Catalogue_Forms_AreReadAndStandInTheRateCard()
    {
        var models = PriceCatalogue.Parse(
            """{"format":1,"asOf":"2026-01-01","providers":{"p":[{"id":"m","rates":{"image":1,"image:hd":2,"image:hd:1x2":3}}]}}"""u8, null).Models;
        var card = new RateCard(models);

        Assert.Equal(("hd:1x2", 3), card.RatesFor("p", "m")!.For(UnitKind.Image, new ReturnedForm("hd", "1x2")));
        Assert.Contains(
            "\"rates\":{\"image\":[1],\"image:hd\":[2],\"image:hd:1x2\":[3]}", Encoding.UTF8.GetString(card.Content.Span), StringComparison.Ordinal);
    }

    private static UnitCounts Three(UnitKind kind)
    {
        var units = default(UnitCounts);
        units[kind] = 3;
        return units;
    }
}
