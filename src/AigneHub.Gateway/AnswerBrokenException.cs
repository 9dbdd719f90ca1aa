namespace AigneHub.Gateway;

/// <summary>
/// Thrown after a stream broke and its client was told so by an error event: the server ends the connection without the
/// closing chunk, after everything written has gone out, so that no client takes a truncated answer for a whole one.
/// (Aborting the connection could overtake the error event.)
/// </summary>
public sealed class AnswerBrokenException(string requestId, string code)
    : Exception($"The answer of call {requestId} broke off after it had begun: {code}.");
