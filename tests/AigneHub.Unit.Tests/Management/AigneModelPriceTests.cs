using AigneHub.Gateway.Aigne;
using AigneHub.Providers.Catalogue;
using AigneHub.Unit.Tests.Routing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>What AIGNE's lists say a model's output costs, by the catalogue's prices.</summary>
public sealed class AigneModelPriceTests
{
    [Theory]
    [InlineData("openai/gpt-image-1.5", "image_generation", "0.000005", "0.000032")]
    [InlineData("google/gemini-2.5-flash-image", "image_generation", "0.0000003", "0.00003")]
    [InlineData("openrouter/google/gemini-2.5-flash-image", "image_generation", "0.0000003", "0.0000025")]
    [InlineData("google/veo-3.1-generate-preview", "video", "0", "0.6")]
    [InlineData("openai/gpt-4o", "chat", "0.0000025", "0.00001")]
    public void Of_EveryType_IsThePriceOfWhatItMakes(string name, string type, string input, string output)
    {
        var provider = name[..name.IndexOf('/', StringComparison.Ordinal)];
        var model = PriceCatalogue.Load([provider]).Models.Single(model => model.FullName == name);

        Assert.Equal(type, AigneModelType.Of(model));
        var document = AigneModelDocument.Of(model, RoutingSamples.Provider(provider), type, available: true);
        Assert.Equal((input, output), (document.InputPerToken, document.OutputPerToken));
    }
}
