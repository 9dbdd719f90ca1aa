using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Fronts.Models;

/// <summary>What a list says of a model, or of an alias; null where it isn't known.</summary>
/// <param name="Name"><c>provider/model</c>, or the alias.</param>
/// <param name="Owner">Provider id; <c>alias</c>.</param>
/// <param name="ContextWindow">Tokens.</param>
/// <param name="MaxOutput">Tokens.</param>
/// <param name="Entry">What else is known of a model; null for an alias.</param>
/// <param name="Unit">What its prices are in: <c>USD</c> or <c>credit</c>.</param>
internal sealed record ListedModel(
    string Name, string Owner, string? Title, int? ContextWindow, int? MaxOutput, ModelEntry? Entry = null, string? Unit = null)
{
    public static ListedModel Of(ModelEntry model, HubMode mode) => new(
        model.FullName, model.Provider, model.Name, model.ContextWindow, model.MaxOutput, model,
        mode == HubMode.Provider ? "credit" : CreditPrices.Usd);

    public static ListedModel Of(ModelAlias alias) => new(alias.Name, "alias", null, null, null);
}
