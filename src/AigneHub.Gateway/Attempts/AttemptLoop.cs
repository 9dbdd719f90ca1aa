using System.Net.Mime;
using AigneHub.Core;
using AigneHub.Core.Routing;
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
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1);

    /// <param name="hubStops">
    /// The process is about to end: the answer is broken off, so that what was consumed is still recorded. (It also fires
    /// when the client has gone, before or after the request's own token: hence the grace.)
    /// </param>
    public async Task<CallResult> RunAsync(Exchange exchange, CancellationToken hubStops)
    {
        var gone = exchange.Http.RequestAborted;
        var seconds = exchange.IsStreamed ? options.StreamSecondsMax : options.AnswerSecondsMax;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var ending = hubStops.UnsafeRegister(
            _ =>
            {
                if (!exchange.ClientLeft.IsCancellationRequested)
                {
                    stop.CancelAfter(StopGrace);
                }
            }, null);
        using var staying = exchange.ClientLeft.UnsafeRegister(_ => StayFor(exchange, stop, seconds), null);
        using var stopping = lifetime.ApplicationStopping.UnsafeRegister(
            _ =>
            {
                if (exchange.ClientLeft.IsCancellationRequested)
                {
                    // Nobody waits for it here, and what it has cost must be recorded.
                    stop.CancelAfter(StopGrace);
                }
            }, null);
        using var leaving = gone.UnsafeRegister(
            _ => StopFor(exchange.Front.Shape.BeginsVideo ? ClientGonePolicy.Drain : exchange.Target.Provider.ClientGone, stop), null);
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
            if (stop.IsCancellationRequested || gone.IsCancellationRequested)
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

    /// <summary>A call that outlives its client is not stopped by what came just before the client was known to have left.</summary>
    private void StayFor(Exchange exchange, CancellationTokenSource stop, double seconds)
    {
        if (!exchange.Http.RequestAborted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            stop.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, (seconds * 1000) - exchange.ElapsedMilliseconds)));
        }
    }

    private void StopFor(ClientGonePolicy policy, CancellationTokenSource stop)
    {
        if (policy == ClientGonePolicy.Cancel)
        {
            stop.Cancel();
        }
        else
        {
            stop.CancelAfter(TimeSpan.FromSeconds(options.DrainSeconds));
        }
    }

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
        TokenUsage usage;
        bool estimated;
        try
        {
            (relayed, usage, estimated) = await RelayAsync(exchange, answer, codec, quirks, stop);
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

        var result = Ended(relayed, exchange, answer.RetryAfter) with { Usage = usage, Estimated = estimated };
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

    private async Task<(RelayResult Relayed, TokenUsage Usage, bool Estimated)> RelayAsync(
        Exchange exchange, UpstreamResponse answer, IAttemptCodec codec, UsageQuirks quirks, CancellationToken stop)
    {
        if (codec.Streams && SseText.ContentType.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return await StreamAsync(exchange, answer, codec, quirks, stop);
        }

        if (codec.AnswersBytes)
        {
            return await BytesAsync(exchange, answer, stop);
        }

        return codec.Streams && !AnswerReaders.For(codec.Api).MayNotStream
            ? (await NotStreamedAsync(answer, stop), default, false)
            : await WholeAsync(exchange, answer, codec, quirks, stop);
    }

    private async Task<(RelayResult Relayed, TokenUsage Usage, bool Estimated)> BytesAsync(
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
            return (relayed, default, false);
        }

        // Characters are what the vendor itself counts.
        var usage = EstimatedUsage.Of(exchange, null, 0, tokens, spoken.Milliseconds);
        return (relayed, usage, usage.Characters is null || relayed.End != RelayEnd.Delivered);
    }

    private async Task<(RelayResult Relayed, TokenUsage Usage, bool Estimated)> StreamAsync(
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
        if (relayed.End == RelayEnd.FailedBefore || (relayed.End == RelayEnd.FailedMidway && !tap.SawContent))
        {
            // At most keep-alive comments have gone to the client.
            return (relayed, default, false);
        }

        var told = WithImages(tap.Usage, codec);
        if (told is not { IsComplete: true } reported
            || !AnswerReaders.For(exchange.Front.Api).Fits(reported, exchange.Target.Rates))
        {
            return (relayed, EstimatedUsage.Of(exchange, told, tap.CountDelivered(tokens), tokens), true);
        }

        // Usage that a vendor reports as it goes is behind what it has sent: after a break the larger count holds.
        var delivered = tap.SawDone || tap.SawFinish ? 0 : tap.CountDelivered(tokens);
        return delivered > reported.Output ? (relayed, reported with { Output = delivered }, true) : (relayed, reported, false);
    }

    /// <summary>A vendor may answer a call for a stream with an error document under a success status.</summary>
    private static async Task<RelayResult> NotStreamedAsync(UpstreamResponse answer, CancellationToken stop)
    {
        if (!MediaTypeNames.Application.Json.Equals(answer.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return new RelayResult(RelayEnd.FailedBefore, UpstreamFailureKind.InvalidResponse);
        }

        using var content = await answer.Body.ReadAllAsync(VendorErrorBytesMax, stop);
        return content.Failure == UpstreamFailureKind.None && VendorError.TryRead(content.Bytes.Span) is { } said
            ? new RelayResult(RelayEnd.FailedBefore, Said: said)
            : new RelayResult(RelayEnd.FailedBefore, UpstreamFailureKind.InvalidResponse);
    }

    private async Task<(RelayResult Relayed, TokenUsage Usage, bool Estimated)> WholeAsync(
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
            // What can't be told must fail before anything is kept.
            AnswerHeaders.Apply(exchange, answer);
            read = read with { Usage = await codec.AcceptAsync(content.Bytes) ?? WithImages(read.Usage, codec) };
            exchange.Consumed = Count();
            exchange.Trace.Capture(content.Bytes, codec.Api);
            await keeper.KeepAsync(exchange, read.Id);
        }

        var relayed = await WholeRelay.RunAsync(exchange, codec, content, read, isText ? answer.ContentType : null, idempotency);
        var (usage, estimated) = relayed.End == RelayEnd.FailedBefore ? default : exchange.Consumed ?? Count();
        return (relayed, usage, estimated);

        (TokenUsage Usage, bool Estimated) Count() =>
            read.Usage is { IsComplete: true } reported && AnswerReaders.For(exchange.Front.Api).Fits(reported, exchange.Target.Rates)
                ? (reported, false)
                : (EstimatedUsage.Of(exchange, read.Usage, reader.CountDelivered(content.Bytes.Span, tokens), tokens), true);
    }

    private static TokenUsage? WithImages(TokenUsage? usage, IAttemptCodec codec) =>
        codec.Images is { } images ? (usage ?? default) with { Images = images } : usage;

    private static CallResult Ended(RelayResult relayed, Exchange exchange, TimeSpan? retryAfter) => relayed.End switch
    {
        RelayEnd.Delivered => new CallResult { Outcome = CallOutcome.Completed },
        RelayEnd.ClientGone => new CallResult { Outcome = CallOutcome.Cancelled },
        _ when relayed.Failure == UpstreamFailureKind.None
            => Rejected(exchange, JudgedStatus(relayed), relayed.Said, retryAfter ?? relayed.Said?.RetryAfter) with
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
