using System.Globalization;
using AigneHub.Core;
using AigneHub.Core.Limits;
using AigneHub.Gateway.Attempts;
using AigneHub.Providers;
using AigneHub.Providers.Tokenizers;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway;

/// <summary>The rate limits of model calls: whether a call may be made now, what its client is told of them, what it used.</summary>
public sealed class CallLimits(RateLimiter limiter, TokenCounter tokens)
{
    /// <summary>Larger prompts are counted: most of them are images in base64, whose length tells nothing of their tokens.</summary>
    private const int GuessedBytesMax = 64 * 1024;

    private const int BytesPerToken = 4;

    /// <summary>The most that one answer is foreseen to need, where the model's own limit is not known.</summary>
    private const int OutputTokensMax = 131_072;

    /// <summary>
    /// Counts the call in all limits of its caller and of the model it goes to first. Null when it may be made; otherwise none has
    /// counted it.
    /// </summary>
    internal async ValueTask<HubError?> AdmitAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        var (limits, model) = (exchange.Caller.Terms.Limits, exchange.Target.LimitedBy);
        if (limits.Count == 0 && model is null)
        {
            return null;
        }

        var counted = limits.Any(limit => limit.Limits.TokensPerMinute is not null) || model?.Limits.TokensPerMinute is not null;
        var (pass, refusal) = await limiter.AdmitAsync(
            limits, model, counted ? Foreseen(exchange) : default, exchange.IsStreamed, cancellationToken);
        var headers = exchange.Http.Response.Headers;
        if (refusal is null)
        {
            exchange.Limits = pass;
            Tell(headers, "requests", pass!.Tightest(LimitKind.Requests));
            Tell(headers, "tokens", pass.Tightest(LimitKind.Tokens));
            return null;
        }

        if (refusal.Kind != LimitKind.Streams)
        {
            Tell(
                headers, refusal.Kind == LimitKind.Requests ? "requests" : "tokens",
                new LimitStanding(refusal.Limit, 0, refusal.RetryAfter));
        }

        return ErrorOf(refusal);
    }

    /// <summary>The call has ended; one that nothing was sent of counts for nothing.</summary>
    internal static void End(Exchange exchange, CallResult? result)
    {
        if (exchange.Attempts.Count == 0)
        {
            exchange.Limits?.Return();
        }
        else
        {
            exchange.Limits?.End(TokensOf(result?.Usage ?? exchange.Consumed?.Usage ?? default));
        }
    }

    private static HubError ErrorOf(LimitRefusal refusal)
    {
        var whose = LimitedBy.Title(refusal.Subject);
        var limit = refusal.Limit.ToString(CultureInfo.InvariantCulture);
        var retryAfter = TimeSpan.FromSeconds(Seconds(refusal.RetryAfter));
        return new HubError(
            429, "rate_limit_exceeded", Blame.Caller,
            refusal.Kind == LimitKind.Streams
                ? $"The limit of {limit} concurrent streams of this {whose} is reached. Retry when one of them has ended."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"The limit of {limit} {(refusal.Kind == LimitKind.Requests ? "requests" : "tokens")} per minute of this {whose} "
                    + $"is reached. Retry in {retryAfter.TotalSeconds} s."),
            RetryAfter: retryAfter);
    }

    /// <summary>As OpenAI does: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers.</summary>
    private static void Tell(IHeaderDictionary headers, string what, LimitStanding? standing)
    {
        if (standing is not { } known)
        {
            return;
        }

        var seconds = Seconds(known.Reset);
        headers[$"x-ratelimit-limit-{what}"] = known.Limit.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{what}"] = known.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{what}"] =
            seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds}s") : "1m0s";
    }

    private static int Seconds(TimeSpan span) => Math.Max(1, (int)Math.Ceiling(span.TotalSeconds));

    /// <summary>The prompt, and as much of an answer as the caller allows.</summary>
    private ForeseenTokens Foreseen(Exchange exchange)
    {
        var body = exchange.Body.Bytes.Span;
        var prompt = body.Length <= GuessedBytesMax
            ? body.Length / BytesPerToken
            : AnswerReaders.For(exchange.Front.Api).CountPrompt(body, tokens);
        var asked = exchange.Demand.Asked; // What is wrong with it, the vendor says.
        var answer = (long)Math.Min(asked.Tokens ?? 0, exchange.Target.MaxOutput ?? OutputTokensMax);
        return new ForeseenTokens(prompt, answer * asked.Answers);
    }

    private static long TokensOf(TokenUsage usage) =>
        (usage.Input ?? 0) + (usage.CachedInput ?? 0) + (usage.CacheWrite5m ?? 0) + (usage.CacheWrite1h ?? 0)
        + (usage.AudioInput ?? 0) + (usage.ImageInput ?? 0) + (usage.Output ?? 0) + (usage.AudioOutput ?? 0)
        + (usage.ImageOutput ?? 0);
}
