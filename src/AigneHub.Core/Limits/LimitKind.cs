namespace AigneHub.Core.Limits;

/// <summary>What a rate limit counts.</summary>
public enum LimitKind
{
    Requests,
    Tokens,

    /// <summary>Answers that are being streamed, on this instance.</summary>
    Streams,
}
