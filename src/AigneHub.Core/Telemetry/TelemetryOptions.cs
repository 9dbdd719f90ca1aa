using AigneHub.Core.Keys;

namespace AigneHub.Core.Telemetry;

/// <summary>What the hub tells of itself. Setting names: <c>AigneHub__Telemetry__&lt;property&gt;</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Fewest characters of <see cref="ScrapeToken"/>.</summary>
    public const int ScrapeTokenCharsMin = 24;

    /// <summary><c>GET /metrics</c> is served, in Prometheus' text format.</summary>
    public bool Prometheus { get; set; }

    /// <summary>
    /// Reads <c>/metrics</c> beside administrators' keys, as <c>Authorization: Bearer</c>; at least 24 characters. Empty: none does.
    /// </summary>
    public string ScrapeToken { get; set; } = "";

    /// <summary>Answers of model calls say in <c>Server-Timing</c> what took how long until their first byte.</summary>
    public bool ServerTiming { get; set; }

    /// <summary>
    /// Calls' spans are part of the trace that the client names, and are sampled as it says. False: they begin a trace of their own, with
    /// a link to the client's. Default: true in Enterprise mode, whose callers are known, false in Provider mode.
    /// </summary>
    public bool? TrustClientTraces { get; set; }

    /// <summary>Vendors that learn the trace a call belongs to.</summary>
    public TraceVendors TraceVendors { get; set; } = TraceVendors.Custom;

    /// <summary>
    /// Characters of a call's prompt, and of its answer, that its span holds, 0 to 262,144; only where the account's content is
    /// captured.
    /// </summary>
    public int ContentCharsMax { get; set; } = 32_768;

    /// <summary>Null when all is well; otherwise a message that names the setting and not its value.</summary>
    public string? WhatIsWrong() =>
        AdministratorKey.IsUnresolved(ScrapeToken)
            ? $"AigneHub__Telemetry__{nameof(ScrapeToken)} is a reference to Azure Key Vault that was not resolved."
        : ScrapeToken is { Length: > 0 and < ScrapeTokenCharsMin }
            ? $"AigneHub__Telemetry__{nameof(ScrapeToken)} must have at least {ScrapeTokenCharsMin} characters."
        : ContentCharsMax is < 0 or > 262_144
            ? $"AigneHub__Telemetry__{nameof(ContentCharsMax)} must be from 0 to 262144; it is {ContentCharsMax}."
        : null;
}
