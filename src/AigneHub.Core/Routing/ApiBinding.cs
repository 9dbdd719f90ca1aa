namespace AigneHub.Core.Routing;

/// <summary>A provider serves an API: where, and how it is addressed.</summary>
/// <param name="BaseUrl">Without a trailing slash.</param>
public sealed record ApiBinding(ModelApi Api, Dialect Dialect, Uri BaseUrl)
{
    /// <summary>It serves only models whose name contains this (case doesn't matter); null: all.</summary>
    public string? ModelsWith { get; init; }

    /// <summary>It serves no models whose name contains this; null: all.</summary>
    public string? ModelsWithout { get; init; }

    /// <param name="model">The vendor's name.</param>
    public bool Serves(string model) =>
        (ModelsWith is null || model.Contains(ModelsWith, StringComparison.OrdinalIgnoreCase))
        && (ModelsWithout is null || !model.Contains(ModelsWithout, StringComparison.OrdinalIgnoreCase));
}
