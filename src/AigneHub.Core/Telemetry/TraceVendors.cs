namespace AigneHub.Core.Telemetry;

/// <summary>Which vendors learn the trace that a call belongs to (<c>traceparent</c>, https://www.w3.org/TR/trace-context/).</summary>
public enum TraceVendors
{
    None,

    /// <summary>Providers that were added by their base URL alone: usually somebody's own servers.</summary>
    Custom,

    All,
}
