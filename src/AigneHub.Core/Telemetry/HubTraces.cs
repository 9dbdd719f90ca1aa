using System.Diagnostics;

namespace AigneHub.Core.Telemetry;

/// <summary>Where the hub's spans come from: docs/telemetry.md is the list.</summary>
public static class HubTraces
{
    /// <summary>One for the process, as listeners find it by its name.</summary>
    public static ActivitySource Source { get; } = new(TelemetryNames.Source);
}
