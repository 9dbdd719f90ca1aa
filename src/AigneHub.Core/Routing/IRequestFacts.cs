namespace AigneHub.Core.Routing;

/// <summary>
/// What conditions and prices go by. An implementation works each fact out when it is first asked for: most calls never are.
/// </summary>
public interface IRequestFacts
{
    /// <summary>Estimated tokens of the prompt.</summary>
    int InputTokens { get; }

    /// <summary>Expected tokens of the answer: the limit that the caller set, or a guess.</summary>
    int OutputTokens { get; }

    /// <summary>Whether the request holds <c>image</c>, <c>audio</c>, <c>file</c> or <c>tools</c> (lower case).</summary>
    bool Holds(string modality);

    /// <summary>
    /// The text of a member of the request's <c>metadata</c>, found without regard to case; null when there is none.
    /// </summary>
    string? Metadata(string name);

    /// <summary>The value of a request header, found without regard to case; null when there is none.</summary>
    string? Header(string name);
}
