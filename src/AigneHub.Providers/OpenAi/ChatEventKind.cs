namespace AigneHub.Providers.OpenAi;

/// <summary>What one server-sent event of a chat stream is, as far as a relay has to know.</summary>
public enum ChatEventKind
{
    /// <summary>A chunk of the answer (it may carry usage beside its content).</summary>
    Content,

    /// <summary>Usage and nothing else: to be dropped when the client had not asked for it.</summary>
    Usage,

    /// <summary><c>[DONE]</c>: the stream ended as it should.</summary>
    Done,

    /// <summary>The vendor's error: see <see cref="ChatStreamTap.Error"/>.</summary>
    Error,

    /// <summary>Neither a chunk nor anything else that belongs into such a stream: what is cut, or another format.</summary>
    Malformed,

    /// <summary>No data, or empty data, which clients ignore: a comment such as a keep-alive.</summary>
    Comment,
}
