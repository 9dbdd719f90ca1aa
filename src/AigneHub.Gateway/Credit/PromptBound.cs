using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// The most tokens that a request's prompt can have. No vendor makes more tokens of a text than it has bytes; what stands
/// elsewhere and is only named (files, earlier answers), and documents, whose pages are seen as images, can fill all of the
/// model's window.
/// </summary>
internal readonly struct PromptBound(Exchange exchange)
{
    /// <summary>Of an image in the highest resolution that vendors count, rounded up.</summary>
    private const long TokensPerImage = 5_000;

    /// <summary>What other vendors' tokenizers make more of a text than the hub's own, and what they add to a message.</summary>
    private const long CountedPercent = 150;
    private const long CountedExtra = 256;

    /// <summary>It names what stands elsewhere, or holds documents.</summary>
    public bool FillsWindow =>
        exchange.Demand.Content.Fills || exchange.Demand.Asked.NamesKept || exchange.Head.PreviousResponse is not null;

    /// <summary>Without counting.</summary>
    public long ByBytes => exchange.Body.Bytes.Length + (exchange.Demand.Content.Images * TokensPerImage) + CountedExtra;

    /// <summary>By the tokenizer, which takes its time; null when the request holds what it can't count.</summary>
    public long? Counted(TokenCounter tokens)
    {
        if (FillsWindow || exchange.Demand.Content.HasSound)
        {
            return null;
        }

        var counted = AnswerReaders.For(exchange.Front.Api).CountPrompt(exchange.Body.Bytes.Span, tokens);
        return (counted * CountedPercent / 100) + (exchange.Demand.Content.Images * TokensPerImage) + CountedExtra;
    }
}
