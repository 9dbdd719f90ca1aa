using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Rates;

/// <summary>
/// <c>GET /api/pricing</c>: the models that the caller's key may call, what they cost it and what they can. Without a key those
/// that the settings brought, unless <see cref="GatewayOptions.PublicModels"/> is off.
/// </summary>
public sealed class PricingEndpoints(
    ManagementHandler handler, CallerGate gate, IHubSnapshots snapshots, GatewayOptions options)
{
    private static readonly HubError KeyNeeded = new(
        401, "invalid_api_key", Blame.Caller, "This hub shows its prices to keys alone. Send one as 'Authorization: Bearer <key>'.");

    public Task GetAsync(HttpRequest request, CancellationToken cancellationToken) => handler.AnswerAsync(request, async _ =>
    {
        var (key, error) = await KeyOfAsync(request, cancellationToken);
        var query = new Query(request, "provider");
        var provider = query.Text("provider");
        error ??= query.Error ?? (snapshots.IsLoaded ? null : GatewayHandler.Starting);
        if (error is null)
        {
            request.HttpContext.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(
                request.HttpContext.Response.Body, DocumentOf(snapshots.Current, key, provider),
                ManagementJson.Default.PricingDocument, cancellationToken);
        }

        return error;
    }, cancellationToken);

    private static PricingDocument DocumentOf(HubSnapshot snapshot, KeyRecord? key, string? provider) => new(
        snapshot.Mode == HubMode.Provider ? "credit" : CreditPrices.Usd,
        snapshot.Mode == HubMode.Enterprise
            ? null
            : snapshot.CreditPrices.ByCurrency.ToDictionary(price => price.Key, price => Nano.ToDecimalString(price.Value)),
        snapshot.RateCard.Version,
        [
            .. snapshot.Models
                .Where(model => (provider is null || model.Provider.Equals(provider, StringComparison.OrdinalIgnoreCase))
                    && snapshot.FindProvider(model.Provider) is { } entry
                    && (key is null ? !entry.IsStored : key.Allows(model.FullName)))
                .Select(PricedModel.Of),
        ]);

    /// <summary>Null and no error: nobody in particular.</summary>
    private async ValueTask<(KeyRecord? Key, HubError? Error)> KeyOfAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!KeyAuthenticator.HasKey(request))
        {
            return (null, options.PublicModels ? null : KeyNeeded);
        }

        var (caller, error) = await gate.LetInAsync(request, KeyScope.Models, cancellationToken);
        return (caller?.Key, error);
    }
}

/// <param name="Unit">What prices are in: <c>USD</c> or <c>credit</c>.</param>
/// <param name="CreditPrices">What a credit costs, by currency; absent in Enterprise mode.</param>
/// <param name="RateVersion">Of the price list in force; ledger lines name it.</param>
internal sealed record PricingDocument(
    string Unit, IReadOnlyDictionary<string, string>? CreditPrices, string RateVersion, IReadOnlyList<PricedModel> Items);

/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="PricePerMillion">
/// Whole units per 1,000,000, by unit kind, form (<c>image:hd</c>) or tier (<c>input&gt;200000</c>); empty: not known.
/// </param>
/// <param name="ContextWindow">Tokens.</param>
/// <param name="MaxOutput">Tokens.</param>
internal sealed record PricedModel(
    string Model, string Provider, string? Name, IReadOnlyDictionary<string, string> PricePerMillion,
    IReadOnlyList<string>? InputModalities, int? ContextWindow, int? MaxOutput, bool? Reasoning, bool? Tools)
{
    public static PricedModel Of(ModelEntry model) => new(
        model.FullName, model.Provider, model.Name, RateChangeDocument.TextsOf(RateLines.Of(model.Rates)), model.InputModalities,
        model.ContextWindow, model.MaxOutput, model.Reasoning, model.Tools);
}
