using System.Diagnostics.Metrics;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Ledger.Storm;

/// <summary>
/// A process that settles: takes messages in any order, lets some wait, dies over some, settles some and does not say so.
/// </summary>
internal sealed class StormSettler(
    ServiceProvider hub, StorageClients clients, Random random, LeaseTimes times, IIncidents incidents, Action<PurseId, PurseState> committed)
{
    private static readonly TimeSpan Invisible = TimeSpan.FromSeconds(1);

    /// <summary>Until cancelled; then until the queue is empty, and without faults.</summary>
    public async Task RunAsync(CancellationToken storm)
    {
        while (true)
        {
            var isOver = storm.IsCancellationRequested;
            QueueMessage[] messages = await clients.UsageQueue.ReceiveMessagesAsync(16, Invisible, CancellationToken.None);
            random.Shuffle(messages);
            foreach (var message in messages)
            {
                await SettleAsync(message, isOver ? 0 : 0.02, isOver);
            }

            if (messages.Length == 0)
            {
                if (isOver && (await clients.UsageQueue.GetPropertiesAsync(CancellationToken.None)).Value.ApproximateMessagesCount == 0)
                {
                    return;
                }

                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private async Task SettleAsync(QueueMessage message, double faults, bool isOver)
    {
        var fate = random.NextDouble();
        if (!isOver && fate < 0.1)
        {
            // Taken, and dead before anything was done.
            return;
        }

        var ledger = new StormLedger(hub.GetRequiredService<ILedgerStore>(), new StormFaults(random, faults), committed);
        var registrar = new PurseRegistrar(hub.GetRequiredService<IPurseRegistry>(), LedgerUnit.NanoUsd, incidents, TimeProvider.System);
        var poison = new PoisonBox(
            hub.GetRequiredService<IPoisonStore>(), hub.GetRequiredService<IUsageQueue>(), new HubIds(TimeProvider.System), incidents,
            TimeProvider.System);
        using var folder = new PurseFolder(
            new PurseSync(ledger, registrar, times, new NoticeBox(), incidents, Random.Shared, TimeProvider.System), incidents, TimeProvider.System);
        using var meter = new Meter(TelemetryNames.Source);
        var processor = new UsageMessageProcessor(
            new UsageSettler(ledger, registrar, poison, TimeProvider.System), folder, poison, new HubMetrics(meter), TimeProvider.System);
        try
        {
            await processor.SettleAsync(message.Body.ToString(), CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // Comes again.
            return;
        }

        if (isOver || fate < 0.85)
        {
            await DeleteAsync(message);
        }
    }

    private async Task DeleteAsync(QueueMessage message)
    {
        try
        {
            await clients.UsageQueue.DeleteMessageAsync(message.MessageId, message.PopReceipt, CancellationToken.None);
        }
        catch (RequestFailedException failed) when (failed.Status is 400 or 404)
        {
            // It took so long that somebody else has taken it meanwhile.
        }
    }
}
