using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;
using AigneHub.Translation.Videos;

namespace AigneHub.Gateway.Credit;

/// <summary>The most that images, videos, speech, transcriptions, embeddings and rankings can cost.</summary>
internal static class MediaBound
{
    /// <summary>Of the largest image in the highest quality, partial ones and those that are read included.</summary>
    private const long TokensPerImage = 20_000;

    /// <summary>What is counted beforehand by rules of thumb: speech can be slow, text dense.</summary>
    private const int Slack = 4;

    private const long TextOfASecond = 20;
    private const int VideoSecondsUnasked = 12;

    /// <summary>In nano × 10⁶; null when the model has no price for it.</summary>
    /// <param name="promptTokens">The most there can be.</param>
    public static Int128? Of(Exchange exchange, ModelRates rates, long promptTokens, TokenCounter tokens)
    {
        var shape = exchange.Front.Shape;
        var bound = BoundRates.Of(rates, promptTokens);
        if (shape.BeginsVideo)
        {
            return BoundRates.Of(rates, UnitKind.Second) * (Int128)SecondsOf(exchange.Body.Bytes);
        }

        if (shape.ReturnsImages)
        {
            var read = exchange.Body.Form?.Parts.Count(part => part.IsFile) ?? 0;
            var byToken = ((Int128)(bound.Prompt ?? 0) * (promptTokens + (TokensPerImage * (1 + read))))
                + ((Int128)(bound.Answer ?? 0) * TokensPerImage * exchange.Demand.Asked.Answers);
            var byImage = (Int128)(BoundRates.Of(rates, UnitKind.Image) ?? 0) * exchange.Demand.Asked.Answers;
            return rates.Has(UnitKind.Image) || bound.Answer is not null ? byToken + byImage + bound.Request : null;
        }

        if (exchange.Front.Api is ModelApi.OpenAiModerations or ModelApi.AnthropicCountTokens or ModelApi.GeminiCountTokens)
        {
            return 0;
        }

        var used = EstimatedUsage(exchange, rates, tokens);
        Int128 sum = bound.Request;
        if (used.Input > 0
            || exchange.Front.Api is ModelApi.OpenAiEmbeddings or ModelApi.GeminiEmbedContent or ModelApi.GeminiBatchEmbedContents)
        {
            sum += (Int128)(bound.Prompt ?? 0) * promptTokens;
        }

        foreach (var (units, rate) in (ReadOnlySpan<(long?, long?)>)
        [
            (used.AudioInput * Slack, bound.Prompt), (used.AudioOutput * Slack, bound.Answer),
            (used.AudioInput is null ? null : used.AudioInput * TextOfASecond, bound.Answer),
            (used.Seconds, BoundRates.Of(rates, UnitKind.Second)), (used.Characters, BoundRates.Of(rates, UnitKind.Character)),
            (used.Searches, BoundRates.Of(rates, UnitKind.Search)),
        ])
        {
            sum += (Int128)(units ?? 0) * (rate ?? 0);
        }

        return sum;
    }

    private static TokenUsage EstimatedUsage(Exchange exchange, ModelRates rates, TokenCounter tokens) =>
        AnswerReaders.For(exchange.Front.Api).Estimate(
            new UnreportedCall
            {
                Request = exchange.Body.Bytes.Span,
                File = exchange.Front.Shape.RequiredFile is { } name ? exchange.Body.Form?.File(name)?.Content : null,
                Rates = rates,
                AtMost = true,
            },
            tokens);

    private static long SecondsOf(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
        return VideoRequest.Read(document.RootElement).Request?.Seconds ?? VideoSecondsUnasked;
    }
}
