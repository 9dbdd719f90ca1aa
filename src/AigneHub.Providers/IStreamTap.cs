using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers;

/// <summary>
/// Watches a streamed answer of one API go by: remembers the usage, the end, and what was said, and tells what each event
/// is. Never throws on what a vendor sends and allocates nothing per event that is passed through. Not thread-safe.
/// </summary>
public interface IStreamTap : IDisposable
{
    /// <summary>
    /// What was reported so far, the last report winning per count (who reports in every event reports sums); null when
    /// nothing was.
    /// </summary>
    TokenUsage? Usage { get; }

    /// <summary>The answer has its finish reason: it is whole, even if the stream breaks now.</summary>
    bool SawFinish { get; }

    /// <summary>The event that ends the stream has come.</summary>
    bool SawDone { get; }

    /// <summary>At least one part of the answer has come.</summary>
    bool SawContent { get; }

    /// <summary>The answer's own id, where the vendor may keep it; null before it has come, and elsewhere.</summary>
    string? AnswerId { get; }

    /// <summary>What the answer says that has answered; null before that was read, and where it isn't.</summary>
    string? AnswerModel { get; }

    /// <summary>What the vendor said of its error; null when nothing could be read of it.</summary>
    VendorError? Error { get; }

    /// <summary>Takes one whole server-sent event with its blank line.</summary>
    StreamEventKind Read(ReadOnlySpan<byte> sseEvent);

    /// <summary>
    /// Whether the last bytes of a stream are an event that lacks nothing but the blank line, which some vendors forget,
    /// and not the beginning of one.
    /// </summary>
    bool IsWholeEvent(ReadOnlySpan<byte> rest);

    /// <summary>
    /// Counts what was said so far with the hub's own tokenizer: text, reasoning, names and arguments of tool calls. An
    /// estimate for other vendors' models than OpenAI's.
    /// </summary>
    long CountDelivered(TokenCounter counter);
}
