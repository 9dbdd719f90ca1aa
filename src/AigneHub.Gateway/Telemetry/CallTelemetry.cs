using System.Diagnostics;
using AigneHub.Core;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Attempts;
using AigneHub.Providers;

namespace AigneHub.Gateway.Telemetry;

/// <summary>
/// Measures model calls, and makes a span of each that is admitted, <c>{operation} {model}</c>: it covers all its attempts, as
/// https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans has it. Neither holds what was asked or answered, unless the
/// account's content is captured.
/// </summary>
internal sealed class CallTelemetry(HubMetrics metrics, TelemetryOptions options)
{
    public void Begin(Exchange exchange)
    {
        metrics.CallBegan();
        exchange.Trace.TellsTiming = options.ServerTiming;
        exchange.Trace.Vendors = options.TraceVendors;
    }

    public static void Authenticate(Exchange exchange)
    {
        if (exchange.Trace.TellsTiming)
        {
            exchange.Trace.AuthenticatedAfter = exchange.Elapsed;
        }
    }

    /// <summary>Before any attempt.</summary>
    public void Refuse(Exchange exchange, HubError error)
    {
        metrics.Admission(error.Code);
        Fail(exchange, error);
        if (Activity.Current is { } request)
        {
            request.SetTag(TelemetryNames.RequestId, exchange.RequestId);
            request.SetTag(TelemetryNames.ErrorType, error.Code);
        }
    }

    /// <summary>The client is told of an error.</summary>
    public void Fail(Exchange exchange, HubError error)
    {
        exchange.Trace.Error = error;
        metrics.Error(exchange.Front.Name, error);
    }

    /// <summary>The attempts begin.</summary>
    public void Admit(Exchange exchange)
    {
        metrics.Admission("admitted");
        exchange.Trace.AdmittedAfter = exchange.Elapsed;
        if (exchange.IsStreamed)
        {
            metrics.StreamBegan();
        }

        if (HubTraces.Source.HasListeners())
        {
            exchange.Trace.Span = Start(exchange, options.TrustClientTraces != false);
            var isCaptured = exchange.Trace.Span is { IsAllDataRequested: true } && exchange.Caller.Terms.Account.CaptureContent;
            exchange.Trace.Content = isCaptured ? new CallContent(options.ContentCharsMax) : null;
        }
    }

    public void Charge(Exchange exchange, UsageEvent charged)
    {
        exchange.Trace.Charged = charged;
        if (metrics.IsListened)
        {
            metrics.Consumed(MeasuredTarget.Of(exchange.Target), charged.Lines, charged.Cost);
        }
    }

    /// <summary>After everything else, of every call that began; what it throws is no affair of the call.</summary>
    /// <param name="result">Null when no attempt was made, or the call failed unexpectedly.</param>
    public void End(Exchange exchange, CallResult? result)
    {
        var trace = exchange.Trace;
        if (trace.Error is null && result is { Error: { } error, Outcome: not CallOutcome.Cancelled })
        {
            Fail(exchange, error);
        }

        if (trace.AdmittedAfter is not null && exchange.IsStreamed)
        {
            metrics.StreamEnded();
        }

        MeasuredTarget? target = trace.AdmittedAfter is null || !metrics.IsListened ? null : MeasuredTarget.Of(exchange.Target);
        var outcome = OutcomeOf(exchange, result);
        metrics.CallEnded(exchange.Front.Name, outcome, target, exchange.Elapsed);
        if (target is { } measured)
        {
            Measure(exchange, measured, result);
        }

        if (trace.Span is { } span)
        {
            try
            {
                Describe(span, exchange, result, outcome);
            }
            finally
            {
                span.Dispose();
            }
        }
    }

    internal static void SetServer(Activity span, Exchange exchange)
    {
        var (target, front) = (exchange.Target, exchange.Front.Api);
        if (target.Provider.BindingFor(front, target.UpstreamModel) is { BaseUrl: { IsAbsoluteUri: true } server })
        {
            span.SetTag(TelemetryNames.ServerAddress, server.Host);
            span.SetTag(TelemetryNames.ServerPort, server.Port);
        }
    }

    private static Activity? Start(Exchange exchange, bool trustsClient)
    {
        var operation = GenAiOperation.NameOf(exchange.Front.Api);
        var model = exchange.Head.Model;
        // What samplers may look at.
        ActivityTagsCollection tags = new()
        {
            [TelemetryNames.OperationName] = operation,
            [TelemetryNames.ProviderName] = MeasuredTarget.NameOf(exchange.Target.Provider.Vendor),
            [TelemetryNames.RequestModel] = model,
            [TelemetryNames.RequestStream] = exchange.IsStreamed,
        };
        var client = CallTrace.ParentOf(exchange);
        var parent = Activity.Current?.Context ?? client;
        if (trustsClient || client == default)
        {
            return HubTraces.Source.StartActivity($"{operation} {model}", ActivityKind.Client, parent, tags);
        }

        // The request's own span is the client's to steer: its trace, and whether it is sampled.
        var request = Activity.Current;
        Activity.Current = null;
        var span = HubTraces.Source.StartActivity(
            $"{operation} {model}", ActivityKind.Client, default(ActivityContext), tags, [new ActivityLink(parent)]);
        Activity.Current ??= request;
        return span;
    }

    private static string OutcomeOf(Exchange exchange, CallResult? result) =>
        result is not null ? NameOf(result.Outcome)
        : exchange.Trace.Error is not null ? exchange.Trace.AdmittedAfter is null ? "refused" : "failed"
        : exchange.Http.RequestAborted.IsCancellationRequested ? "cancelled"
        : "answered";

    private static string NameOf(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Completed => "completed",
        CallOutcome.Cancelled => "cancelled",
        _ => "failed",
    };

    private static long InputOf(in TokenUsage usage) =>
        (usage.Input ?? 0) + (usage.CachedInput ?? 0) + (usage.CacheWrite5m ?? 0) + (usage.CacheWrite1h ?? 0) + (usage.AudioInput ?? 0)
        + (usage.ImageInput ?? 0);

    private static long OutputOf(in TokenUsage usage) => (usage.Output ?? 0) + (usage.AudioOutput ?? 0) + (usage.ImageOutput ?? 0);

    private void Measure(Exchange exchange, in MeasuredTarget target, CallResult? result)
    {
        for (var i = 0; i < exchange.Attempts.Count; i++)
        {
            metrics.Attempt(exchange.Attempts[i].Provider, exchange.Attempts[i].Failure, isFirst: i == 0);
        }

        if (exchange.Attempts.Count > 0)
        {
            metrics.Overhead(exchange.IsStreamed, exchange.Overhead ?? exchange.Elapsed - exchange.UpstreamWait);
            if (exchange.FirstByte is { } firstByte)
            {
                metrics.FirstByte(target, exchange.IsStreamed, firstByte);
            }
        }

        var operation = GenAiOperation.NameOf(exchange.Front.Api);
        var begun = exchange.Trace.AdmittedAfter!.Value;
        metrics.Operation(target, operation, exchange.Elapsed - begun, exchange.Trace.Error?.Code);
        var usage = result?.Usage ?? exchange.Consumed?.Usage ?? default;
        var (input, output) = (InputOf(usage), OutputOf(usage));
        if (input > 0)
        {
            metrics.Tokens(target, operation, "input", input);
        }

        if (output > 0)
        {
            metrics.Tokens(target, operation, "output", output);
        }

        if (exchange.Head.Stream && result?.Outcome == CallOutcome.Completed && exchange.FirstByte is { } first)
        {
            metrics.Streamed(target, operation, first - begun, exchange.Elapsed - first, output);
        }
    }

    private static void Describe(Activity span, Exchange exchange, CallResult? result, string outcome)
    {
        var trace = exchange.Trace;
        span.SetTag(TelemetryNames.ProviderName, MeasuredTarget.NameOf(exchange.Target.Provider.Vendor));
        span.SetTag(TelemetryNames.RequestId, exchange.RequestId);
        span.SetTag(TelemetryNames.Account, exchange.Caller.Account);
        span.SetTag(TelemetryNames.Key, exchange.Caller.Key.Id);
        span.SetTag(TelemetryNames.Front, exchange.Front.Name);
        span.SetTag(TelemetryNames.Provider, exchange.Target.Provider.Id);
        span.SetTag(TelemetryNames.Attempts, exchange.Attempts.Count);
        span.SetTag(TelemetryNames.Outcome, outcome);
        SetServer(span, exchange);
        if (exchange.Attempts.Count > 0 && trace.Error is null)
        {
            span.SetTag(TelemetryNames.ResponseModel, exchange.AnsweredBy ?? exchange.Target.UpstreamModel);
            span.SetTag(TelemetryNames.ResponseId, exchange.AnswerId);
        }

        if (exchange.Head.Stream && exchange.FirstByte is { } first)
        {
            span.SetTag(TelemetryNames.FirstChunk, (first - trace.AdmittedAfter!.Value).TotalSeconds);
        }

        if (trace.Charged is { } charged)
        {
            span.SetTag(TelemetryNames.Project, charged.Project);
            span.SetTag(TelemetryNames.Cost, charged.Cost);
            span.SetTag(TelemetryNames.Estimated, charged.Estimated);
            Consumed(span, result?.Usage ?? exchange.Consumed?.Usage ?? default);
        }

        if (trace.Content is { } content)
        {
            var (instructions, messages) = content.OfRequest(exchange.Front.Api, exchange.Body.Bytes);
            span.SetTag(TelemetryNames.SystemInstructions, instructions);
            span.SetTag(TelemetryNames.InputMessages, messages);
            span.SetTag(TelemetryNames.OutputMessages, content.OfAnswer());
            span.SetTag(TelemetryNames.FinishReasons, content.Finish is { } finish ? new[] { finish } : null);
        }

        if (trace.Error is { } error)
        {
            span.SetTag(TelemetryNames.ErrorType, error.Code);
            span.SetTag(TelemetryNames.Blame, error.Blame.ToString().ToLowerInvariant());
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static void Consumed(Activity span, in TokenUsage usage)
    {
        span.SetTag(TelemetryNames.InputTokens, InputOf(usage));
        span.SetTag(TelemetryNames.OutputTokens, OutputOf(usage));
        span.SetTag(TelemetryNames.CachedTokens, usage.CachedInput);
        span.SetTag(
            TelemetryNames.CacheWriteTokens,
            usage.CacheWrite5m is { } five ? five + (usage.CacheWrite1h ?? 0) : usage.CacheWrite1h);
        span.SetTag(TelemetryNames.ReasoningTokens, usage.Reasoning);
    }
}
