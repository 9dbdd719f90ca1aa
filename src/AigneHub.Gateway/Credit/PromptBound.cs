using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// The most tokens that the text of a request's prompt can have. No vendor makes more tokens of a text than it has bytes; what stands
/// elsewhere and is only named (files, earlier answers), and documents, whose pages are seen as images, can fill all of the
/// model's window.
/// </summary>
internal readonly struct PromptBound(Exchange exchange)
{
    /// <summary>What vendors add to a conversation.</summary>
    private const long Extra = 256;

    /// <summary>
    /// Of an image in the highest resolution that vendors count: 10,000 patches of 32 × 32 pixels
    /// (<see href="https://platform.openai.com/docs/guides/images-vision#calculating-costs"/>).
    /// </summary>
    private const long TokensPerImage = 10_000;

    /// <summary>Of an image of 8 tiles: 2,833 + 8 × 5,667, see there. They cost more than they take of the window.</summary>
    private const long TokensPerImageOfMini = 48_169;

    /// <summary>It names what stands elsewhere, or holds documents.</summary>
    public bool FillsWindow =>
        exchange.Demand.Content.Fills || exchange.Demand.Asked.NamesKept || exchange.Head.PreviousResponse is not null;

    /// <summary>Without counting.</summary>
    public long ByBytes => exchange.Body.Bytes.Length + exchange.Demand.Tools.PromptTokens + Extra;

    /// <summary>By the tokenizer, which takes its time; null when the request holds what it can't count.</summary>
    public long? Counted(TokenCounter tokens) => FillsWindow || exchange.Demand.Content.HasSound
        ? null
        : PromptCeiling.Of(exchange.Body.Bytes.Span, !exchange.Demand.Content.HasTextFiles, tokens)
            + exchange.Demand.Tools.PromptTokens + Extra;

    /// <summary>With the images, and with what the model reads again after each run of a tool.</summary>
    /// <param name="text">Tokens; null: as many as the model's window takes.</param>
    public static long Of(Exchange exchange, RouteTarget target, long? text)
    {
        var demand = exchange.Demand;
        var images = demand.Content.Images;
        var isMini = images > 0 && target.UpstreamModel.Contains("gpt-4o-mini", StringComparison.OrdinalIgnoreCase);
        var whole = text is { } known && !isMini ? known + (images * TokensPerImage) : text;
        var once = Math.Min(whole ?? long.MaxValue, target.WindowFor(whole));
        return once + (isMini ? images * TokensPerImageOfMini : 0) + (demand.Tools.Runs * target.WindowFor(null));
    }
}
