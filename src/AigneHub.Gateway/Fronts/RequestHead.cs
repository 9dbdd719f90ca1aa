namespace AigneHub.Gateway.Fronts;

/// <summary>
/// What the hub itself uses of a model request, and where it stands, so that the bytes can be sent on with the needed
/// edits only.
/// </summary>
internal sealed record RequestHead
{
    /// <summary>As the caller wrote it, in the path or the body.</summary>
    public required string Model { get; init; }

    /// <summary>What the body has for <c>model</c>; null when it has none.</summary>
    public string? BodyModel { get; init; }

    /// <summary>The model's value, quotes included; null when the body has none.</summary>
    public JsonSpan? ModelValue { get; init; }

    public bool Stream { get; init; }

    /// <summary>How many answers are asked for (<c>n</c>); what is no such number is the vendor's to refuse.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>The vendor may keep the answer (<c>store</c>).</summary>
    public bool Store { get; init; } = true;

    /// <summary>The answer that this call continues; null for none.</summary>
    public string? PreviousResponse { get; init; }

    /// <summary>The value of <c>stream_options</c>; null when the request has none.</summary>
    public JsonSpan? StreamOptions { get; init; }

    /// <summary>The whole member <c>stream_options</c>, name and value; null when the request has none.</summary>
    public JsonSpan? StreamOptionsMember { get; init; }

    public bool StreamOptionsIsObject { get; init; }

    public bool StreamOptionsIsEmpty { get; init; }

    /// <summary>The value of <c>stream_options.include_usage</c>; null when the request has none.</summary>
    public JsonSpan? IncludeUsageValue { get; init; }

    public bool IncludeUsage { get; init; }

    /// <summary>Where the opening brace of the request stands.</summary>
    public required int StartBrace { get; init; }

    /// <summary>Where the closing brace of the request stands.</summary>
    public required int EndBrace { get; init; }

    /// <summary>The request object has no members.</summary>
    public bool IsEmpty { get; init; }
}
