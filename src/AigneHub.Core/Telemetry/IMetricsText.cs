namespace AigneHub.Core.Telemetry;

/// <summary>What was measured since the process started, as text for whoever scrapes it. Thread-safe.</summary>
public interface IMetricsText
{
    string ContentType { get; }

    string Collect();
}
