using System.Diagnostics;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Providers;

namespace AigneHub.Gateway.Telemetry;

/// <summary>What telemetry keeps of one call while it runs.</summary>
internal sealed class CallTrace
{
    /// <summary>https://www.w3.org/TR/trace-context/</summary>
    private const string Parent = "traceparent";

    private const string State = "tracestate";

    /// <summary>The answer's headers say what took how long.</summary>
    public bool TellsTiming { get; set; }

    public TraceVendors Vendors { get; set; }

    /// <summary>Since the call's arrival; null before.</summary>
    public TimeSpan? AuthenticatedAfter { get; set; }

    /// <summary>Since the call's arrival; null before.</summary>
    public TimeSpan? AdmittedAfter { get; set; }

    /// <summary>Null when nobody listens, or the trace is not sampled.</summary>
    public Activity? Span { get; set; }

    /// <summary>The attempt's; null as above.</summary>
    public Activity? AttemptSpan { get; set; }

    /// <summary>What was told instead of an answer, before or beside a result.</summary>
    public HubError? Error { get; set; }

    /// <summary>Null where nothing was sent to a vendor.</summary>
    public UsageEvent? Charged { get; set; }

    /// <summary>Null where the account's content is not captured.</summary>
    public CallContent? Content { get; set; }

    /// <summary>The vendor's answer, whole.</summary>
    public void Capture(ReadOnlyMemory<byte> answer, ModelApi api) => Content?.Answer(answer, api);

    /// <summary>The tap itself, or one that reads the answer's content, too.</summary>
    public IStreamTap Captured(IStreamTap tap, ModelApi api) =>
        Content is { } content && content.NewReader(api) is { } reader ? new CapturingTap(tap, content, reader) : tap;

    /// <summary>The headers for a vendor, with the trace's where it is to know it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers(
        RouteTarget target, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        if (AttemptSpan is not { } span || Vendors == TraceVendors.None
            || (Vendors == TraceVendors.Custom && !CustomVendors.IsCustom(target.Provider.Vendor)))
        {
            return headers;
        }

        KeyValuePair<string, string>[] state = span.TraceStateString is { Length: > 0 } text ? [new(State, text)] : [];
        return [.. headers, new(Parent, span.Id!), .. state];
    }

    /// <summary>Where the client's own trace goes on; default when it names none.</summary>
    public static ActivityContext ParentOf(Exchange exchange)
    {
        var headers = exchange.Http.Request.Headers;
        return ActivityContext.TryParse(headers[Parent], headers[State], isRemote: true, out var context) ? context : default;
    }
}
