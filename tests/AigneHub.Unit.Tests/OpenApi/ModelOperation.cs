namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>A call in a format that is somebody else's: its own specification says what the bodies hold.</summary>
/// <param name="Function">The function that serves it.</param>
/// <param name="Spec">The page of the format's owner.</param>
/// <param name="Errors">The schema of its errors.</param>
/// <param name="Request">Media types of the body; empty when it takes none.</param>
/// <param name="Answers">Media types of the answer; empty when it has none.</param>
internal sealed record ModelOperation(
    string Function, string Spec, string Errors, IReadOnlyList<string> Request, IReadOnlyList<string> Answers)
{
    /// <summary>Where the function's route takes the rest of the path: the paths that it serves.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Without a key, too.</summary>
    public bool IsForAll { get; init; }

    /// <summary>For tokens of identity providers alone.</summary>
    public bool IsForTokens { get; init; }

    /// <summary>The hub's own document that it takes; null for others.</summary>
    public Type? Body { get; init; }

    /// <summary>The hub's own document that it answers; null for others.</summary>
    public Type? Answer { get; init; }

    /// <summary>What the body must have besides.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}
