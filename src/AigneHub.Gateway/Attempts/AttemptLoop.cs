using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Fronts.OpenAi;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Tokenizers;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Attempts;

/// <summary>
/// Sends a call to the targets of its plan, one after the other, until one answers. Another target is tried only while
/// nothing has gone to the client, and only after a failure that says nothing against the request itself.
/// </summary>
internal sealed partial class AttemptLoop(
    UpstreamClient upstream, StreamRelay streams, TokenCounter tokens, GatewayOptions options, UpstreamOptions upstreamOptions,
    TimeProvider time, ILogger<AttemptLoop> logger)
{
    private const int VendorErrorBytesMax = 256 * 1024;
    private const string ChatPath = "chat/completions";

    public async Task<CallResult> RunAsync(Exchange exchange)
    {
        var gone = exchange.Http.RequestAborted;
        var seconds = exchange.Head.Stream ? options.StreamSecondsMax : options.AnswerSecondsMax;
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
        using var leaving = gone.UnsafeRegister(_ => StopFor(exchange.Target.Provider.ClientGone, stop), null);
        CallResult? result = null;
        var targets = Math.Min(exchange.Plan.Targets.Count, options.AttemptsMax);
        for (var i = 0; i < targets; i++)
        {
            exchange.Target = exchange.Plan.Targets[i];
            (result, var mayRetry) = await TryAsync(exchange, stop.Token);
            if (!mayRetry || stop.IsCancellationRequested || gone.IsCancellationRequested)
            {
                break;
            }
        }

        return result!;
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

    private async Task<(CallResult Result, bool MayRetry)> TryAsync(Exchange exchange, CancellationToken stop)
    {
        var target = exchange.Target;
        var row = ProviderTable.Find(target.Provider.Id);
        var body = ChatRequestEdit.Apply(
            exchange.Body.Bytes, exchange.Head, target.UpstreamModel, row?.TakesStreamOptions ?? true);
        var started = time.GetTimestamp();
        var sent = await upstream.SendAsync(new UpstreamRequest(target.Provider, ChatPath, body, exchange.Head.Stream), stop);
        if (!sent.Answered)
        {
            return (WithoutAnswer(exchange, sent.Failure, started), MayRetry: true);
        }

        using var answer = sent.Response;
        var milliseconds = Milliseconds(started);
        if (!answer.IsSuccess)
        {
            Record(exchange, answer.Status, $"status_{answer.Status}", milliseconds);
            return (await RejectedAsync(target.Provider, answer, stop), UpstreamErrors.MayRetryElsewhere(answer.Status));
        }

        var quirks = row?.Quirks ?? UsageQuirks.None;
        var (result, failure) = exchange.Head.Stream
            ? await StreamAsync(exchange, answer, quirks, stop)
            : await WholeAsync(exchange, answer, quirks, stop);
        Record(exchange, answer.Status, failure, milliseconds);
        return (result, MayRetry: result is { Outcome: CallOutcome.Failed, Midway: false });
    }

    private CallResult WithoutAnswer(Exchange exchange, UpstreamFailure failure, long started)
    {
        Record(exchange, failure.Status, failure.Code, Milliseconds(started));
        if (exchange.Http.RequestAborted.IsCancellationRequested)
        {
            return new CallResult { Outcome = CallOutcome.Cancelled };
        }

        LogFailure(exchange.RequestId, exchange.Target.Provider.Id, failure.Code, failure.Cause);
        return new CallResult { Outcome = CallOutcome.Failed, Error = UpstreamErrors.Of(failure.Kind, exchange.Target.Provider) };
    }

    /// <summary>A vendor's verdict on the request is passed on as it is; its complaints about the hub are not.</summary>
    private static async Task<CallResult> RejectedAsync(ProviderEntry provider, UpstreamResponse answer, CancellationToken stop)
    {
        var error = UpstreamErrors.OfStatus(answer.Status, provider, answer.RetryAfter);
        byte[]? vendorError = null;
        if (error.Blame == Blame.Caller)
        {
            using var content = await answer.Body.ReadAllAsync(VendorErrorBytesMax, stop);
            vendorError = content.Failure == UpstreamFailureKind.None && IsErrorDocument(content.Bytes) ? content.Bytes.ToArray() : null;
        }

        return new CallResult { Outcome = CallOutcome.Failed, Error = error, VendorError = vendorError };
    }

    private async Task<(CallResult Result, string? Failure)> StreamAsync(
        Exchange exchange, UpstreamResponse answer, UsageQuirks quirks, CancellationToken stop)
    {
        if (answer.MediaType != "text/event-stream")
        {
            return (NotAnAnswer(exchange.Target.Provider), "invalid_response");
        }

        using var tap = new ChatStreamTap(quirks, upstreamOptions.TextBytesMax);
        var relayed = await streams.RunAsync(exchange, answer, tap, dropUsage: !exchange.Head.IncludeUsage, stop);
        LogBroken(exchange, relayed);
        if (relayed.End == RelayEnd.FailedBefore)
        {
            return (new CallResult { Outcome = CallOutcome.Failed, Error = relayed.Error }, relayed.Error!.Code);
        }

        var counted = tap.Usage is { IsComplete: true };
        var usage = counted ? tap.Usage!.Value : Estimate(exchange, tap.Usage, tap.CountDelivered(tokens));
        return (Ended(relayed, usage, estimated: !counted), relayed.Error?.Code);
    }

    private async Task<(CallResult Result, string? Failure)> WholeAsync(
        Exchange exchange, UpstreamResponse answer, UsageQuirks quirks, CancellationToken stop)
    {
        using var content = await answer.Body.ReadAllAsync(upstreamOptions.AnswerBytesMax, stop);
        var relayed = await JsonRelay.RunAsync(exchange, answer, content);
        LogBroken(exchange, relayed);
        if (relayed.End == RelayEnd.FailedBefore)
        {
            return (new CallResult { Outcome = CallOutcome.Failed, Error = relayed.Error }, relayed.Error!.Code);
        }

        var reported = ChatJsonTap.ReadUsage(content.Bytes.Span, quirks);
        var counted = reported is { IsComplete: true };
        var usage = counted ? reported!.Value : Estimate(exchange, reported, ChatJsonTap.CountDelivered(content.Bytes.Span, tokens));
        return (Ended(relayed, usage, estimated: !counted), null);
    }

    private static CallResult Ended(RelayResult relayed, TokenUsage usage, bool estimated) => new()
    {
        Outcome = relayed.End switch
        {
            RelayEnd.Delivered => CallOutcome.Completed,
            RelayEnd.ClientGone => CallOutcome.Cancelled,
            _ => CallOutcome.Failed,
        },
        Error = relayed.Error,
        Midway = relayed.End == RelayEnd.FailedMidway,
        ErrorSent = relayed.ErrorSent,
        Usage = usage,
        Estimated = estimated,
    };

    /// <summary>Counts with the tokenizer what the vendor did not report.</summary>
    private TokenUsage Estimate(Exchange exchange, TokenUsage? reported, long delivered)
    {
        var usage = reported ?? default;
        return usage with
        {
            Input = usage.Input ?? ChatPrompt.Count(exchange.Body.Bytes.Span, tokens),
            Output = usage.Output ?? delivered,
        };
    }

    private static CallResult NotAnAnswer(ProviderEntry provider) =>
        new() { Outcome = CallOutcome.Failed, Error = UpstreamErrors.Of(UpstreamFailureKind.InvalidResponse, provider) };

    private static bool IsErrorDocument(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void LogBroken(Exchange exchange, RelayResult relayed)
    {
        if (relayed.Error is { } error)
        {
            LogFailure(exchange.RequestId, exchange.Target.Provider.Id, error.Code, relayed.Cause);
        }
    }

    private int Milliseconds(long started) => (int)time.GetElapsedTime(started).TotalMilliseconds;

    private static void Record(Exchange exchange, int status, string? failure, int milliseconds) => exchange.AddAttempt(
        new AttemptRecord(exchange.Target.Provider.Id, exchange.Target.UpstreamModel, status, failure, milliseconds));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: provider {Provider} failed with {Failure}")]
    private partial void LogFailure(string requestId, string provider, string failure, Exception? cause);
}
