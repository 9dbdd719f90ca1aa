using System.Diagnostics;
using System.Globalization;
using AigneHub.Core.Telemetry;

namespace AigneHub.Gateway.Telemetry;

/// <summary>
/// The span of one attempt, below the call's: an HTTP client's,
/// https://opentelemetry.io/docs/specs/semconv/http/http-spans. It names no path or query: vendors' may hold a key.
/// </summary>
internal readonly struct AttemptTrace : IDisposable
{
    private readonly Exchange _exchange;
    private readonly Activity? _span;
    private readonly int _before;

    private AttemptTrace(Exchange exchange, Activity? span, int before) => (_exchange, _span, _before) = (exchange, span, before);

    public static AttemptTrace Begin(Exchange exchange)
    {
        var trace = exchange.Trace;
        trace.AttemptSpan = trace.Span is { } call ? HubTraces.Source.StartActivity("POST", ActivityKind.Client, call.Context) : null;
        if (trace.AttemptSpan is { } span)
        {
            var target = exchange.Target;
            span.SetTag(TelemetryNames.HttpMethod, "POST");
            span.SetTag(TelemetryNames.Provider, target.Provider.Id);
            span.SetTag(TelemetryNames.Model, target.FullName);
            CallTelemetry.SetServer(span, exchange);
            if (exchange.Attempts.Count > 0)
            {
                span.SetTag(TelemetryNames.HttpResend, exchange.Attempts.Count);
            }
        }

        return new AttemptTrace(exchange, trace.AttemptSpan, exchange.Attempts.Count);
    }

    public void Dispose()
    {
        if (_span is null)
        {
            return;
        }

        _exchange.Trace.AttemptSpan = null;
        if (_exchange.Attempts.Count == _before)
        {
            // Nothing was sent: the target can't be asked this.
            _span.SetTag(TelemetryNames.ErrorType, "not_sent");
        }
        else
        {
            var attempt = _exchange.Attempts[^1];
            if (attempt.Status > 0)
            {
                _span.SetTag(TelemetryNames.HttpStatus, attempt.Status);
            }

            if (attempt.Failure is { } failure)
            {
                _span.SetTag(
                    TelemetryNames.ErrorType,
                    attempt.Status >= 400 ? attempt.Status.ToString(CultureInfo.InvariantCulture) : failure);
                _span.SetStatus(ActivityStatusCode.Error);
            }
        }

        _span.Dispose();
    }
}
