using AigneHub.Core.Routing;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers;

/// <summary>Reads what the hub needs of one API's requests and answers. Stateless; never throws on what comes from outside.</summary>
public interface IAnswerReader
{
    ModelApi Api { get; }

    /// <summary>A tap for one stream; null when the API doesn't stream.</summary>
    /// <param name="textBytesMax">How much of the text is kept for counting, in bytes.</param>
    IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax);

    /// <summary>What a whole answer's body is, and the usage it reports; of a body that is not JSON nothing.</summary>
    AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks);

    /// <summary>Counts a whole answer's text as <see cref="IStreamTap.CountDelivered"/> does.</summary>
    long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter);

    /// <summary>Estimates the prompt tokens of a request, for when the vendor reports none.</summary>
    long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter);
}
