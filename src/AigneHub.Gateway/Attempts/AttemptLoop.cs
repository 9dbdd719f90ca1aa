using System.Net.Mime;
using AigneHub.Core;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Idempotency;
using AigneHub.Gateway.Relay;
using AigneHub.Gateway.Responses;
using AigneHub.Gateway.Telemetry;
using AigneHub.Gateway.Videos;
using AigneHub.Providers;
using AigneHub.Providers.Audio;
using AigneHub.Providers.Tokenizers;
using AigneHub.Providers.Upstream;
using AigneHub.Wire.Sse;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Attempts;

/// <summary>
/// Sends a call to the targets of its plan, one after the other, until one answers: which, and with what credential, is the
/// <see cref="AttemptSequence"/>'s to say. Another attempt is made only while nothing has gone to the client, and only after
/// a failure that says nothing against the request itself.
/// </summary>
internal sealed partial class AttemptLoop(
    UpstreamClient upstream, StreamRelay streams, ResponseKeeper keeper, VideoKeeper videos, IdempotencyKeys idempotency,
    HealthBoard health, TokenCounter tokens, BodyMemory bodies, GatewayOptions options, UpstreamOptions upstreamOptions,
    IHostApplicationLifetime lifetime, TimeProvider time, ILogger<AttemptLoop> logger)
{
    private const int VendorErrorBytesMax = 256 * 1024;

    /// <param name="hubStops">The process is about to end: the answer is broken off.</param>
    public async Task<CallResult> RunAsync(Exchange exchange, CancellationToken hubStops)
    {
        var gone = exchange.Http.RequestAborted;
        using var stop = new CallStop(exchange, options, time, lifetime.ApplicationStopping, hubStops);
        using var attempts = health.Begin(
            exchange.Plan, options.AttemptsMax, TimeSpan.FromSeconds(options.RetrySecondsMax), exchange.AffinityKey);
        CallResult? result = null;
        while (true)
        {
            var step = attempts.Next();
            if (!step.HasTarget || !await WaitAsync(step.Delay, stop.Token))
            {
                return result is null ? new CallResult { Outcome = CallOutcome.Failed, Error = step.Error } : Last(result, step);
            }

            exchange.BeginAttempt(step.Target, step.Credential, attempts);
            using var trace = AttemptTrace.Begin(exchange);
            (result, var outcome) = await TryAsync(exchange, stop.Token);
            attempts.Report(exchange.Front.Shape.BeginsVideo ? Once(outcome) : outcome);
            if (stop.Token.IsCancellationRequested || gone.IsCancellationRequested)
            {
                return result;
            }
        }
    }

    /// <summary>False when the call ends meanwhile.</summary>
    private async ValueTask<bool> WaitAsync(TimeSpan delay, CancellationToken stop)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !stop.IsCancellationRequested;
    }

    /// <summary>The last attempt's error stands; a repeat is worth while as soon as any target is free again.</summary>
    private static CallResult Last(CallResult result, in AttemptStep step) =>
        result.Error is { RetryAfter: { } named } error && step.RetryAfter < named
            ? result with { Error = error with { RetryAfter = step.RetryAfter } }
            : result;

    private async Task<(CallResult Result, AttemptOutcome Outcome)> TryAsync(Exchange exchange, CancellationToken stop)
    {
        var target = exchange.Target;
        var row = ProviderTable.Find(target.Provider.Vendor);
        var binding = target.Provider.BindingFor(exchange.Front.Api, target.UpstreamModel)!;
        exchange.Warnings = [];
        using var codec = AttemptCodecs.For(exchange, binding, row, videos, bodies, upstreamOptions.AnswerBytesMax);
        var (body, error) = codec.Request();
        if (body is null)
        {
            // Another target may be one that can express it.
            return (new CallResult { Outcome = CallOutcome.Failed, Error = error }, AttemptOutcomeKind.NotSent);
        }

        exchange.Form = codec.Form;
        var path = UpstreamPath.Of(binding, target.UpstreamModel, codec.Streams);
        var request = new UpstreamRequest(
            target.Provider, binding, exchange.Credential, path, body, codec.Streams)
        {
            Headers = exchange.Trace.Headers(target, ForwardedHeaders.For(binding.Dialect, exchange.Http.Request.Headers)),
            TakesAnything = codec.AnswersBytes,
        };
        var sent = await upstream.SendAsync(request, stop);
        if (!sent.Answered)
        {
            return (WithoutAnswer(exchange, codec, sent.Failure), AttemptOutcomes.Of(sent.Failure.Kind));
        }

        using var answer = sent.Response;
        if (!answer.IsSuccess)
        {
            Record(exchange, answer.Status, $"status_{answer.Status}");
            using var content = await answer.Body.ReadAllAsync(VendorErrorBytesMax, stop);
            var said = content.Failure == UpstreamFailureKind.None ? VendorError.TryRead(content.Bytes.Span) : null;
            var judged = StatusOf(answer.Status, said);
            var retryAfter = answer.RetryAfter ?? said?.RetryAfter;
            return (Rejected(exchange, judged, said, retryAfter), AttemptOutcomes.OfStatus(judged, said is not null, retryAfter));
        }

        Record(exchange, answer.Status, null);
        var quirks = row?.Quirks ?? UsageQuirks.None;
        RelayResult relayed;
        CallResult result;
        try
        {
            (relayed, result) = await RelayAsync(exchange, answer, codec, quirks, stop);
        }
        catch (StorageUnavailableException)
        {
            return (new CallResult { Outcome = CallOutcome.Failed, Error = KeptCalls.StorageUnavailable }, AttemptOutcomeKind.Cut);
        }

        if (relayed.FailureCode is { } failure)
        {
            exchange.FailLastAttempt(failure);
            LogFailure(exchange.RequestId, target.Provider.Id, failure, relayed.Cause);
        }

        return (result, OutcomeOf(relayed, answer.RetryAfter));
    }

    /// <summary>A vendor that may have begun is not asked again, nor is another: both would be paid.</summary>
    private static AttemptOutcome Once(in AttemptOutcome outcome) =>
        outcome.Kind is AttemptOutcomeKind.Unavailable or AttemptOutcomeKind.Timeout ? AttemptOutcomeKind.Cut : outcome;

    private static AttemptOutcome OutcomeOf(in RelayResult relayed, TimeSpan? retryAfter) => relayed switch
    {
        { End: RelayEnd.Delivered } => AttemptOutcomeKind.Success,
        { End: RelayEnd.ClientGone } => AttemptOutcomeKind.Cancelled,
        { End: RelayEnd.FailedMidway, Failure: not UpstreamFailureKind.Cancelled } => AttemptOutcomeKind.Cut,
        { Failure: not UpstreamFailureKind.None } => AttemptOutcomes.Of(relayed.Failure),
        _ => AttemptOutcomes.OfStatus(JudgedStatus(relayed), relayed.Said is not null, retryAfter ?? relayed.Said?.RetryAfter),
    };

    private CallResult WithoutAnswer(Exchange exchange, IAttemptCodec codec, UpstreamFailure failure)
    {
        Record(exchange, failure.Status, failure.Code);
        if (exchange.Http.RequestAborted.IsCancellationRequested)
        {
            // The headers of an answer that is not streamed come with its end: the vendor may well have worked on it,
            // unless it was still waited for a token or a connection.
            return codec.Streams || codec.AnswersBytes || failure is not { Kind: UpstreamFailureKind.Cancelled, BodyBegun: true }
                ? new CallResult { Outcome = CallOutcome.Cancelled }
                : new CallResult
                {
                    Outcome = CallOutcome.Cancelled,
                    Usage = EstimatedUsage.Of(exchange, null, 0, tokens),
                    Estimated = true,
                };
        }

        LogFailure(exchange.RequestId, exchange.Target.Provider.Id, failure.Code, failure.Cause);
        return new CallResult { Outcome = CallOutcome.Failed, Error = UpstreamErrors.Of(failure.Kind, exchange.Target.Provider) };
    }

    /// <summary>
    /// Some vendors tell of their customer's key and account under a status that blames the request, or of the request under
    /// one that blames the key.
    /// </summary>
    private static int StatusOf(int status, VendorError? said) =>
        said is { Verdict: { } verdict } ? verdict
        : said is { IsUnpaid: true } ? StatusCodes.Status402PaymentRequired
        : status == StatusCodes.Status400BadRequest && said is { Status: StatusCodes.Status401Unauthorized } ? said.Status
        : status;

    private static int JudgedStatus(in RelayResult relayed) =>
        StatusOf(relayed.Said?.Status ?? StatusCodes.Status500InternalServerError, relayed.Said);

    /// <summary>A vendor's verdict on the request is passed on in its words; its complaints about the hub are not.</summary>
    /// <param name="said">The vendor's error document; it is judged alike under an error status and in an answer.</param>
    private static CallResult Rejected(Exchange exchange, int status, VendorError? said, TimeSpan? retryAfter)
    {
        var error = UpstreamErrors.OfStatus(status, exchange.Target.Provider, retryAfter);
        // Words that quote the hub's key are not for clients.
        var quotes = said is not null && exchange.Target.Provider.Credentials.Any(credential => said.Quotes(credential.Secret));
        var isVerdict = error.Blame == Blame.Caller && !quotes;
        return new CallResult
        {
            Outcome = CallOutcome.Failed,
            Error = isVerdict && said?.Message is { } message ? error with { Message = message } : error,
            VendorError = isVerdict && said?.Shape == exchange.Front.Errors.Shape ? said.Document : null,
        };
    }

    private ValueTask<(RelayResult Relayed, CallResult Result)> RelayAsync(
        Exchange exchange, UpstreamResponse answer, IAttemptCodec codec, UsageQuirks quirks, CancellationToken stop) =>
        codec.Streams && SseText.ContentType.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase)
            ? StreamAsync(exchange, answer, codec, quirks, stop)
        : codec.AnswersBytes ? BytesAsync(exchange, answer, stop)
        : codec.Streams && !AnswerReaders.For(codec.Api).MayNotStream ? NotStreamedAsync(exchange, answer, stop)
        : WholeAsync(exchange, answer, codec, quirks, stop);

    private async ValueTask<(RelayResult Relayed, CallResult Result)> BytesAsync(
        Exchange exchange, UpstreamResponse answer, CancellationToken stop)
    {
        var spoken = new SpokenLength(answer.MediaType);
        RelayResult relayed;
        try
        {
            relayed = await BytesRelay.RunAsync(exchange, answer, spoken, idempotency, stop);
        }
        catch when (exchange.Http.Response.HasStarted)
        {
            exchange.Consumed = (EstimatedUsage.Of(exchange, null, 0, tokens, spoken.Milliseconds), true);
            throw;
        }

        if (relayed.End == RelayEnd.FailedBefore)
        {
            return Ended(exchange, answer, relayed);
        }

        // Characters are what the vendor itself counts.
        var usage = EstimatedUsage.Of(exchange, null, 0, tokens, spoken.Milliseconds);
        return Ended(exchange, answer, relayed, usage, usage.Characters is null || relayed.End != RelayEnd.Delivered);
    }

    private async ValueTask<(RelayResult Relayed, CallResult Result)> StreamAsync(
        Exchange exchange, UpstreamResponse answer, IAttemptCodec codec, UsageQuirks quirks, CancellationToken stop)
    {
        using var tap = exchange.Trace.Captured(AnswerReaders.For(codec.Api).NewTap(quirks, upstreamOptions.TextBytesMax)
            ?? throw new InvalidOperationException("The API does not stream."), codec.Api);
        RelayResult relayed;
        try
        {
            relayed = await streams.RunAsync(exchange, answer, tap, codec.NewStream(), stop);
        }
        catch when (exchange.Http.Response.HasStarted)
        {
            exchange.Consumed = (EstimatedUsage.Of(exchange, tap.Usage, tap.CountDelivered(tokens), tokens), true);
            throw;
        }

        exchange.AnsweredBy = tap.AnswerModel;
        exchange.AnswerId = tap.AnswerId;
        if (relayed.End == RelayEnd.FailedBefore || (relayed.End == RelayEnd.FailedMidway && !tap.SawContent))
        {
            // At most keep-alive comments have gone to the client.
            return Ended(exchange, answer, relayed);
        }

        var told = WithImages(tap.Usage, codec);
        if (told is not { IsComplete: true } reported
            || !AnswerReaders.For(exchange.Front.Api).Fits(reported, exchange.Target.Rates))
        {
            var counted = EstimatedUsage.Of(exchange, told, tap.CountDelivered(tokens), tokens);
            return Ended(exchange, answer, relayed, counted, estimated: true);
        }

        // Usage that a vendor reports as it goes is behind what it has sent: after a break the larger count holds.
        var delivered = tap.SawDone || tap.SawFinish ? 0 : tap.CountDelivered(tokens);
        return delivered > reported.Output
            ? Ended(exchange, answer, relayed, reported with { Output = delivered }, estimated: true)
            : Ended(exchange, answer, relayed, reported);
    }

    /// <summary>A vendor may answer a call for a stream with an error document under a success status.</summary>
    private static async ValueTask<(RelayResult Relayed, CallResult Result)> NotStreamedAsync(
        Exchange exchange, UpstreamResponse answer, CancellationToken stop)
    {
        var invalid = new RelayResult(RelayEnd.FailedBefore, UpstreamFailureKind.InvalidResponse);
        if (!MediaTypeNames.Application.Json.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return Ended(exchange, answer, invalid);
        }

        using var content = await answer.Body.ReadAllAsync(VendorErrorBytesMax, stop);
        var said = content.Failure == UpstreamFailureKind.None ? VendorError.TryRead(content.Bytes.Span) : null;
        return Ended(exchange, answer, said is null ? invalid : new RelayResult(RelayEnd.FailedBefore, Said: said));
    }

    private async ValueTask<(RelayResult Relayed, CallResult Result)> WholeAsync(
        Exchange exchange, UpstreamResponse answer, IAttemptCodec codec, UsageQuirks quirks, CancellationToken stop)
    {
        using var content = await answer.Body.ReadAllAsync(upstreamOptions.AnswerBytesMax, stop);
        exchange.MarkReceived();
        var reader = AnswerReaders.For(codec.Api);
        var isText = reader.TakesText(answer.MediaType);
        var read = isText ? new AnswerReading(true, null, null) : reader.Read(content.Bytes.Span, quirks);
        if (read.IsAnswer && codec.RefusalIn(content.Bytes) is { } refusal)
        {
            read = read with { Error = refusal };
        }

        if (content.Failure == UpstreamFailureKind.None && read is { IsAnswer: true, Error: null })
        {
            exchange.AnsweredBy = read.Model;
            exchange.AnswerId = read.Id;
            // What can't be told must fail before anything is kept.
            AnswerHeaders.Apply(exchange, answer);
            read = read with { Usage = await codec.AcceptAsync(content.Bytes) ?? WithImages(read.Usage, codec) };
            exchange.Consumed = Consumed(exchange, codec, read, content);
            exchange.Trace.Capture(content.Bytes, codec.Api);
            await keeper.KeepAsync(exchange, read.Id);
        }

        var relayed = await WholeRelay.RunAsync(exchange, codec, content, read, isText ? answer.ContentType : null, idempotency);
        if (relayed.End == RelayEnd.FailedBefore)
        {
            return Ended(exchange, answer, relayed);
        }

        var (usage, estimated) = exchange.Consumed ?? Consumed(exchange, codec, read, content);
        return Ended(exchange, answer, relayed, usage, estimated);
    }

    private (TokenUsage Usage, bool Estimated) Consumed(
        Exchange exchange, IAttemptCodec codec, in AnswerReading read, UpstreamContent content) =>
        read.Usage is { IsComplete: true } reported && AnswerReaders.For(exchange.Front.Api).Fits(reported, exchange.Target.Rates)
            ? (reported, false)
            : (EstimatedUsage.Of(
                exchange, read.Usage, AnswerReaders.For(codec.Api).CountDelivered(content.Bytes.Span, tokens), tokens), true);

    private static TokenUsage? WithImages(TokenUsage? usage, IAttemptCodec codec) =>
        codec.Images is { } images ? (usage ?? default) with { Images = images } : usage;

    private static (RelayResult Relayed, CallResult Result) Ended(
        Exchange exchange, UpstreamResponse answer, in RelayResult relayed, in TokenUsage usage = default, bool estimated = false) =>
        (relayed, relayed.End switch
        {
            RelayEnd.Delivered => new CallResult { Outcome = CallOutcome.Completed, Usage = usage, Estimated = estimated },
            RelayEnd.ClientGone => new CallResult { Outcome = CallOutcome.Cancelled, Usage = usage, Estimated = estimated },
            _ => Failed(relayed, exchange, answer) with { Usage = usage, Estimated = estimated },
        });

    private static CallResult Failed(in RelayResult relayed, Exchange exchange, UpstreamResponse answer) => relayed.End switch
    {
        _ when relayed.Failure == UpstreamFailureKind.None
            => Rejected(exchange, JudgedStatus(relayed), relayed.Said, answer.RetryAfter ?? relayed.Said?.RetryAfter) with
            {
                Midway = relayed.End == RelayEnd.FailedMidway,
            },
        RelayEnd.FailedMidway
            => new CallResult { Outcome = CallOutcome.Failed, Error = UpstreamErrors.Midway(relayed.Failure), Midway = true },
        _ => new CallResult { Outcome = CallOutcome.Failed, Error = UpstreamErrors.Of(relayed.Failure, exchange.Target.Provider) },
    };

    private static void Record(Exchange exchange, int status, string? failure) => exchange.AddAttempt(new AttemptRecord(
        exchange.Target.Provider.Id, exchange.Target.UpstreamModel, status, failure, (int)exchange.AttemptElapsed.TotalMilliseconds));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: provider {Provider} failed with {Failure}")]
    private partial void LogFailure(string requestId, string provider, string failure, Exception? cause);
}
