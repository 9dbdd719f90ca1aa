namespace AigneHub.Gateway.Fronts;

/// <summary>How a streamed answer is put together for the client.</summary>
public enum StreamFraming
{
    /// <summary>Server-sent events.</summary>
    ServerSentEvents,

    /// <summary>One JSON array, element by element: Gemini's stream without <c>alt=sse</c>.</summary>
    JsonArray,
}

/// <summary>What a request's path says of a model call.</summary>
/// <param name="Model">The model, where the path names it and not the body.</param>
/// <param name="Stream">The path asks for a stream; where it is false the body may.</param>
public sealed record ModelCall(
    ModelFront Front, string? Model = null, bool Stream = false, StreamFraming Framing = StreamFraming.ServerSentEvents)
{
    /// <summary>What a caller says it calls for; a label in the ledger, which nothing is charged by. Null for none.</summary>
    public string? ProjectLabel { get; init; }

    public static implicit operator ModelCall(ModelFront front) => FromModelFront(front);

    public static ModelCall FromModelFront(ModelFront front) => new(front);
}
