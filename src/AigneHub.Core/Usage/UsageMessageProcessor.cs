using System.Diagnostics;
using System.Text.Json;
using AigneHub.Core.Ledger;
using AigneHub.Core.Telemetry;

namespace AigneHub.Core.Usage;

/// <summary>The message was made by a newer hub: it stays in the queue until a settler that knows it takes it.</summary>
public sealed class UnknownUsageVersionException(int version) : Exception($"Usage event version {version} is not known.");

/// <summary>What the usage queue's two triggers do.</summary>
/// <param name="system">What the queue is of, as spans have it.</param>
public sealed class UsageMessageProcessor(
    UsageSettler settler, PurseFolder folder, PoisonBox poison, HubMetrics metrics, TimeProvider time,
    string system = UsageQueues.StorageSystem)
{
    private const string Settle = "settle";

    /// <summary>
    /// How long a failure that time mends is kept back: below the lock of a message (5 minutes), and long enough that the queue's
    /// 1,000 deliveries outlast an outage of a day.
    /// </summary>
    public static readonly TimeSpan RedeliveryPause = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Settles every unit in every purse. Returns only when all of it is settled or in the poison table; any exception
    /// means that the message must be delivered again, which is harmless.
    /// </summary>
    /// <exception cref="FormatException">Not a usage message.</exception>
    /// <exception cref="UnknownUsageVersionException">An event is of a version this hub does not know.</exception>
    /// <exception cref="StorageUnavailableException">Storage does not answer.</exception>
    /// <exception cref="PurseUnitDiffersException">A purse is kept in another unit.</exception>
    public async Task SettleAsync(string message, CancellationToken cancellationToken)
    {
        using var span = Start();
        try
        {
            await SettleUnitsAsync(message, cancellationToken);
        }
        catch (Exception e)
        {
            span?.SetTag(TelemetryNames.ErrorType, e.GetType().FullName);
            span?.SetStatus(ActivityStatusCode.Error);
            if (!cancellationToken.IsCancellationRequested)
            {
                metrics.SettlementFailed();
            }

            throw;
        }
    }

    /// <summary>
    /// <see cref="SettleAsync"/> for a queue that delivers a failed message again at once, and gives it up after so many times: an
    /// outage of storage, or of the settler that knows the message, is told after <see cref="RedeliveryPause"/>.
    /// </summary>
    public async Task SettleOrPauseAsync(string message, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(message, cancellationToken);
        }
        catch (Exception e) when (e is StorageUnavailableException or UnknownUsageVersionException)
        {
            await Task.Delay(RedeliveryPause, time, cancellationToken);
            throw;
        }
    }

    /// <summary>Keeps a message that the queue has given up: each unit becomes a row, what is no usage message is kept whole.</summary>
    public async Task PoisonAsync(string message, CancellationToken cancellationToken)
    {
        List<(string? Id, string? Home, string Json)> units;
        try
        {
            using var document = JsonDocument.Parse(message);
            units =
            [
                .. document.RootElement.GetProperty("units"u8).EnumerateArray()
                    .Select(unit => (UnitIdOf(unit), HomeOf(unit), unit.GetRawText())),
            ];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await poison.AddMessageAsync(message, exception.Message, cancellationToken);
            return;
        }

        foreach (var (id, home, json) in units)
        {
            await poison.AddUnitAsync(id, home, json, cancellationToken);
        }
    }

    /// <summary>https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans</summary>
    private Activity? Start()
    {
        var span = HubTraces.Source.StartActivity($"{Settle} {UsageQueues.Usage}", ActivityKind.Consumer);
        span?.SetTag(TelemetryNames.MessagingSystem, system);
        span?.SetTag(TelemetryNames.MessagingDestination, UsageQueues.Usage);
        span?.SetTag(TelemetryNames.MessagingOperation, Settle);
        span?.SetTag(TelemetryNames.MessagingOperationType, "process");
        return span;
    }

    private async Task SettleUnitsAsync(string message, CancellationToken cancellationToken)
    {
        var units = UsageMessage.Parse(message);
        foreach (var raw in units.SelectMany(unit => unit.Events))
        {
            // Without any version it is malformed and goes to the poison table by itself.
            if (raw.Version is not (0 or UsageEvent.CurrentVersion))
            {
                throw new UnknownUsageVersionException(raw.Version);
            }
        }

        foreach (var unit in units)
        {
            var settled = await settler.SettleAsync(unit, cancellationToken);
            folder.Touch(unit.Purses.Home);
            foreach (var purse in unit.Purses.Others)
            {
                folder.Touch(purse);
            }

            Measure(unit, settled);
        }
    }

    private void Measure(UsageUnit unit, IReadOnlyList<RawEvent> settled)
    {
        var now = time.GetUtcNow();
        foreach (var raw in settled)
        {
            var call = raw.Event!;
            // What was put aside has waited for somebody's decision, and not for the settler.
            var isRequeued = unit.Id == raw.OwnUnit;
            metrics.Settled(isRequeued ? null : now - HubIds.TimeOf(call.Id) - TimeSpan.FromMilliseconds(call.Timings.Total));
        }
    }

    private static string? UnitIdOf(JsonElement unit) =>
        unit.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String && UnitId.IsValid(id.GetString())
            ? id.GetString() : null;

    private static string? HomeOf(JsonElement unit) =>
        unit.TryGetProperty("home"u8, out var home) && home.ValueKind == JsonValueKind.String
            && PurseNames.IsValid(home.GetString()!) ? home.GetString() : null;
}
