namespace AigneHub.Providers;

/// <summary>What one server-sent event of a model's answer is, as far as a relay has to know.</summary>
public enum StreamEventKind
{
    /// <summary>A part of the answer (it may carry usage beside its content).</summary>
    Content,

    /// <summary>Usage and nothing else: to be dropped when the client had not asked for it.</summary>
    Usage,

    /// <summary>The stream ended as it should; nothing of the answer follows.</summary>
    Done,

    /// <summary>The vendor's error: see <see cref="IStreamTap.Error"/>.</summary>
    Error,

    /// <summary>Neither a part of an answer nor anything else that belongs into such a stream: what is cut, or another format.</summary>
    Malformed,

    /// <summary>No data, or empty data, which clients ignore: a comment such as a keep-alive.</summary>
    Comment,

    /// <summary>
    /// The stream's announcement, or a sign of life, before or between the parts of an answer: no part itself, but clients
    /// want it. To be held back until the first part comes and handed on before it, so that a stream which fails until
    /// then can be tried elsewhere; handed on at once when a part has gone out already.
    /// </summary>
    Opening,
}
