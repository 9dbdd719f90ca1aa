using AigneHub.Core.Pricing;
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

    /// <summary>A vendor may answer a call for a stream by a whole answer: some models of the API don't stream.</summary>
    bool MayNotStream => false;

    /// <summary>Counts a whole answer's text as <see cref="IStreamTap.CountDelivered"/> does.</summary>
    long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter);

    /// <summary>
    /// Whether an answer of this media type is text that is passed on as it is and not read by <see cref="Read"/>.
    /// </summary>
    bool TakesText(string? mediaType) => false;

    /// <summary>
    /// Whether what a vendor has reported is counted in the units that the model is priced in; if not, the call is estimated in
    /// those, so that it is not free for a difference of units.
    /// </summary>
    bool Fits(in TokenUsage usage, ModelRates? rates) => true;

    /// <summary>
    /// What a call consumed whose vendor has not reported it all: what was reported, and for the rest what the hub itself can
    /// count or measure.
    /// </summary>
    TokenUsage Estimate(in UnreportedCall call, TokenCounter counter) => (call.Reported ?? default) with
    {
        Input = call.Reported?.Input ?? CountPrompt(call.Request, counter),
        Output = call.Reported?.Output ?? call.Delivered,
    };

    /// <summary>Estimates the prompt tokens of a request, for when the vendor reports none.</summary>
    long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter);
}
