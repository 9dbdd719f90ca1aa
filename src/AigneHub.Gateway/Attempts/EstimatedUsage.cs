using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Gateway.Attempts;

/// <summary>What a call consumed as far as the hub can tell it by itself, for vendors that don't report it.</summary>
internal static class EstimatedUsage
{
    /// <param name="reported">What was reported nevertheless.</param>
    /// <param name="delivered">Tokens of the answer's text, as far as it came.</param>
    /// <param name="spoken">Milliseconds of the answer's audio, where they can be told.</param>
    public static TokenUsage Of(
        Exchange exchange, TokenUsage? reported, long delivered, TokenCounter tokens, long? spoken = null)
    {
        var target = exchange.Target;
        var file = exchange.Front.Shape.RequiredFile is { } name ? exchange.Body.Form?.File(name) : null;
        return AnswerReaders.For(exchange.Front.Api).Estimate(
            new UnreportedCall
            {
                Request = exchange.Body.Bytes.Span,
                File = file?.Content,
                Rates = target.Rates,
                Quirks = ProviderTable.Find(target.Provider.Vendor)?.Quirks ?? UsageQuirks.None,
                Reported = reported,
                Delivered = delivered,
                Spoken = spoken,
            },
            tokens);
    }
}
