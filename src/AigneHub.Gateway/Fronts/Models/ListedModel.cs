using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Fronts.Models;

/// <summary>What a list says of a model, or of an alias; null where it isn't known.</summary>
/// <param name="Name"><c>provider/model</c>, or the alias.</param>
/// <param name="Owner">Provider id; <c>alias</c>.</param>
/// <param name="ContextWindow">Tokens.</param>
/// <param name="MaxOutput">Tokens.</param>
internal sealed record ListedModel(string Name, string Owner, string? Title, int? ContextWindow, int? MaxOutput)
{
    public static ListedModel Of(ModelEntry model) => new(model.FullName, model.Provider, model.Name, model.ContextWindow, model.MaxOutput);

    public static ListedModel Of(ModelAlias alias) => new(alias.Name, "alias", null, null, null);
}
