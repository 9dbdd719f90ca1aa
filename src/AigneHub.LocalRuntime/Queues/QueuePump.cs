using AigneHub.LocalRuntime.Hosting;
using AigneHub.LocalRuntime.Invocation;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace AigneHub.LocalRuntime.Queues;

/// <summary>
/// Reads one queue with the host's semantics: batches of <see cref="QueueSettings.BatchSize"/>, the next one when no more
/// than <see cref="QueueSettings.NewBatchThreshold"/> messages run, pauses from 100 ms doubling to
/// <see cref="QueueSettings.PollingMax"/> while the queue is empty.
/// </summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#polling-algorithm"/>
internal sealed partial class QueuePump(
    QueueConnection connection, Invoker invoker, bool asText, QueueSettings settings, Shutdown shutdown, TimeProvider time,
    ILogger logger) : ITriggerPump
{
    private readonly List<Task> _running = [];
    private bool _created;
    private bool _failing;

    public async Task RunAsync()
    {
        await Task.Yield();
        var processor = new QueueMessageProcessor(connection, invoker, asText, settings, time, logger);
        var pause = QueueSettings.PollingMin;
        while (!shutdown.Stopping.IsCancellationRequested)
        {
            var messages = await ReceiveAsync();
            if (messages.Length == 0)
            {
                await Task.Delay(pause, time, shutdown.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < settings.PollingMax ? pause * 2 : settings.PollingMax;
                continue;
            }

            pause = QueueSettings.PollingMin;
            foreach (var message in messages)
                _running.Add(processor.ProcessAsync(message));
            while (_running.Count > settings.NewBatchThreshold)
            {
                await Task.WhenAny(_running);
                _running.RemoveAll(task => task.IsCompleted);
            }
        }

        await Task.WhenAll(_running);
    }

    /// <summary>None when the queue is empty or the storage is out of reach (said once, and once when it is back).</summary>
    private async Task<QueueMessage[]> ReceiveAsync()
    {
        try
        {
            if (!_created)
                await connection.Queue.CreateIfNotExistsAsync(cancellationToken: shutdown.Stopping);
            _created = true;
            // Not cancelled by the stop: messages of an answer that nobody read would stay locked.
            var messages = await connection.Queue.ReceiveMessagesAsync(settings.BatchSize, settings.Lock, shutdown.Forced);
            if (_failing)
                Reachable(logger, invoker.Name, connection.Queue.Name);
            _failing = false;
            return messages.Value;
        }
        catch (OperationCanceledException) when (shutdown.Stopping.IsCancellationRequested)
        {
            return [];
        }
        catch (Exception e)
        {
            _created = false;
            if (!_failing)
                Unreachable(logger, invoker.Name, connection.Queue.Name, e.Message);
            _failing = true;
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function}: queue {Queue} can't be read; trying on. {Reason}")]
    private static partial void Unreachable(ILogger logger, string function, string queue, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Function}: queue {Queue} can be read again")]
    private static partial void Reachable(ILogger logger, string function, string queue);
}
