namespace AigneHub.Providers;

/// <summary>What one server-sent event of a model's answer is, as far as a relay has to know.</summary>
public enum StreamEventKind
{
    /// <summary>A part of the answer (it may carry usage beside its content).</summary>
    Content,

    /// <summary>
    /// The stream's announcement, before anything of the answer: to be held back until content comes, because an error may
    /// still follow that can be tried elsewhere.
    /// </summary>
    Opening,

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
}
