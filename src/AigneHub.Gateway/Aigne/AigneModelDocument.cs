using System.Globalization;
using System.Text.Json.Serialization;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts.Errors;

namespace AigneHub.Gateway.Aigne;

/// <summary>One row of <c>GET /api/ai/models</c>, as npm <c>@aigne/aigne-hub</c> demands it.</summary>
/// <param name="InputPerToken">Whole units of the hub (USD or credits) a token, a decimal text; 0 without a price.</param>
/// <param name="OutputPerToken">
/// Likewise a generated token; of image models a token of an image, else an image; of video models a second. Where prices go by
/// quality or size, the dearest.
/// </param>
internal sealed record AigneModelDocument(
    string Key, string Model, string Type, string Provider, string ProviderId, string ProviderDisplayName,
    [property: JsonPropertyName("input_credits_per_token")] string InputPerToken,
    [property: JsonPropertyName("output_credits_per_token")] string OutputPerToken,
    AigneModelMetadata ModelMetadata, AigneAvailability Status)
{
    private const int Decimals = 15;

    public static AigneModelDocument Of(ModelEntry model, ProviderEntry provider, string type, bool available)
    {
        List<string> features = [];
        AddIf(model.Tools, "tools");
        AddIf(model.Reasoning, "thinking");
        AddIf(model.InputModalities?.Contains("image"), "vision");
        return new AigneModelDocument(
            model.FullName, model.Id, type, provider.Id, provider.Id, provider.DisplayName,
            PerUnit(model.Rates?[UnitKind.Input]?.Base), PerUnit(AigneModelType.OutputRate(type, model.Rates)),
            new AigneModelMetadata(model.ContextWindow, features), new AigneAvailability(available));

        void AddIf(bool? known, string feature)
        {
            if (known == true)
            {
                features.Add(feature);
            }
        }
    }

    /// <summary>Rates are nano per 1,000,000 units.</summary>
    private static string PerUnit(long? rate)
    {
        var digits = (rate ?? 0).ToString($"D{Decimals + 1}", CultureInfo.InvariantCulture);
        var fraction = digits[^Decimals..].TrimEnd('0');
        return fraction.Length == 0 ? digits[..^Decimals] : $"{digits[..^Decimals]}.{fraction}";
    }
}

/// <param name="MaxTokens">The context window.</param>
internal sealed record AigneModelMetadata(int? MaxTokens, IReadOnlyList<string> Features);

/// <param name="Available">False while every credential is left alone for the moment.</param>
internal sealed record AigneAvailability(bool Available);

/// <summary>A model with the providers that serve it.</summary>
internal sealed record AigneModelGroup(
    string Model, string ModelDisplay, IReadOnlyList<AigneProviderRef> Providers, IReadOnlyList<AigneRate> Rates);

internal sealed record AigneProviderRef(string Id, string Name, string DisplayName);

internal sealed record AigneRate(string Id, string Type, string InputRate, string OutputRate, AigneProviderRef Provider);

/// <param name="Code">The HTTP status that a call would get.</param>
/// <param name="Type">The hub's code; for want of credits <c>NOT_ENOUGH</c>.</param>
/// <param name="Link">Where credits are bought, for want of them; null where they are not sold.</param>
internal sealed record AigneStatusDocument(
    bool Available, string? Error = null, int? Code = null, string? Type = null, string? Link = null)
{
    public static AigneStatusDocument Of(HubError? error, Uri? paymentLink) => error is null
        ? new AigneStatusDocument(true)
        : new AigneStatusDocument(
            false, error.Message, error.Status, AigneErrorFormat.TypeOf(error),
            error.Status == 402 ? paymentLink?.AbsoluteUri : null);
}
