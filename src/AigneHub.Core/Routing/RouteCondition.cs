namespace AigneHub.Core.Routing;

/// <summary>When a target takes part. Everything that is set must hold; names compare without regard to case, values exactly.</summary>
public sealed record RouteCondition
{
    /// <summary>Request headers with their values; <c>*</c> for any value.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Members of the request's <c>metadata</c> object; <c>*</c> for any value.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The caller's key has one of these tags.</summary>
    public IReadOnlyList<string> KeyTags { get; init; } = [];

    /// <summary>The request holds one of these: <c>image</c>, <c>audio</c>, <c>file</c>, <c>tools</c>.</summary>
    public IReadOnlyList<string> Modalities { get; init; } = [];

    /// <summary>Estimated prompt tokens, inclusive.</summary>
    public int? InputTokensMin { get; init; }

    /// <summary>Estimated prompt tokens, inclusive.</summary>
    public int? InputTokensMax { get; init; }
}
