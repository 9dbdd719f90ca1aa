using System.Diagnostics.Metrics;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Telemetry;

/// <summary>What is read when somebody looks, and costs calls nothing.</summary>
public static class HubGauges
{
    private static readonly string[] States = ["closed", "open", "half_open", "cooling", "disabled"];

    /// <param name="meter">The one of <see cref="HubMetrics"/>; the gauges live as long.</param>
    public static void Add(Meter meter, UsageFlusher usage, UsageQueueWatch queue, HealthBoard health)
    {
        meter.CreateObservableCounter("aignehub.usage.sent", () => usage.Counters.Sent, "{event}", "Usage events that the queue has.");
        meter.CreateObservableCounter("aignehub.usage.lost", () => usage.Counters.Lost, "{event}", "Usage events that are not charged.");
        meter.CreateObservableCounter(
            "aignehub.usage.send_failures", () => usage.Counters.SendFailures, "{send}",
            "Sends to the queue that failed and are repeated.");
        meter.CreateObservableGauge(
            "aignehub.usage.pending", () => usage.Counters.Pending, "{event}",
            "Usage events in memory that the queue does not have yet.");
        meter.CreateObservableGauge(
            "aignehub.usage.oldest", () => usage.OldestWait.TotalSeconds, "s", "How long the oldest of them has waited.");
        meter.CreateObservableGauge(
            "aignehub.usage.queue.age", () => AgeOf(queue), "s",
            "How long the first message of the usage queue has waited for a settler.");
        meter.CreateObservableGauge(
            "aignehub.targets", () => TargetsOf(health), "{target}", "Models with a credential, by provider and how they are.");
    }

    private static Measurement<double>[] AgeOf(UsageQueueWatch queue) =>
        queue.Age is { } age ? [new Measurement<double>(age.TotalSeconds)] : [];

    private static IEnumerable<Measurement<long>> TargetsOf(HealthBoard health) => health.View()
        .Where(route => route.Model is not null)
        .GroupBy(route => (route.Provider, route.State))
        .Select(group => new Measurement<long>(
            group.Count(),
            new(TelemetryNames.Provider, group.Key.Provider), new(TelemetryNames.State, States[(int)group.Key.State])));
}
