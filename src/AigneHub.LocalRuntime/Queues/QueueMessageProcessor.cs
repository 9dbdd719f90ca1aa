using System.Text;
using AigneHub.LocalRuntime.Invocation;
using Azure;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace AigneHub.LocalRuntime.Queues;

/// <summary>
/// Takes one message through one invocation: its lock is renewed while the function runs; then it is deleted, or comes
/// back after <see cref="QueueSettings.RetryDelay"/>, or, failed <see cref="QueueSettings.MaxDequeueCount"/> times, moves
/// to the poison queue.
/// </summary>
internal sealed partial class QueueMessageProcessor(
    QueueConnection connection, Invoker invoker, bool asText, QueueSettings settings, TimeProvider time, ILogger logger)
{
    /// <summary>Never throws: what fails is logged and the message comes back when its lock ends.</summary>
    public async Task ProcessAsync(QueueMessage message)
    {
        try
        {
            if (connection.Poison is not null && message.DequeueCount > settings.MaxDequeueCount)
            {
                await MoveToPoisonAsync(message, message.PopReceipt);
                return;
            }

            if (Decode(message) is not { } value)
            {
                Undecodable(logger, invoker.Name, message.MessageId);
                if (connection.Poison is not null)
                    await MoveToPoisonAsync(message, message.PopReceipt);
                return;
            }

            var (succeeded, popReceipt) = await RunLockedAsync(message, value);
            if (succeeded)
                await connection.Queue.DeleteMessageAsync(message.MessageId, popReceipt);
            else if (connection.Poison is not null && message.DequeueCount >= settings.MaxDequeueCount)
                await MoveToPoisonAsync(message, popReceipt);
            else
                await connection.Queue.UpdateMessageAsync(message.MessageId, popReceipt, visibilityTimeout: settings.RetryDelay);
        }
        catch (Exception e)
        {
            Unsettled(logger, invoker.Name, message.MessageId, e.Message);
        }
    }

    private async Task<(bool Succeeded, string PopReceipt)> RunLockedAsync(QueueMessage message, object value)
    {
        using var ended = new CancellationTokenSource();
        var renewal = RenewAsync(message, ended.Token);
        bool succeeded;
        try
        {
            await invoker.InvokeAsync(value);
            succeeded = true;
        }
        catch (Exception e)
        {
            Failed(logger, e, invoker.Name, message.MessageId, message.DequeueCount);
            succeeded = false;
        }

        await ended.CancelAsync();
        return (succeeded, await renewal);
    }

    /// <summary>Null when the text is not the Base64 that it should be: no try will change that.</summary>
    private object? Decode(QueueMessage message)
    {
        if (!settings.Base64)
            return asText ? message.MessageText : new BinaryData(message.MessageText);
        var bytes = new byte[message.MessageText.Length];
        if (!Convert.TryFromBase64String(message.MessageText, bytes, out var length))
            return null;
        return asText ? Encoding.UTF8.GetString(bytes, 0, length) : new BinaryData(bytes.AsMemory(0, length));
    }

    /// <summary>The receipt that is valid at the end.</summary>
    private async Task<string> RenewAsync(QueueMessage message, CancellationToken ended)
    {
        var popReceipt = message.PopReceipt;
        var pause = settings.Lock / 2;
        while (true)
        {
            await Task.Delay(pause, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested)
                return popReceipt;
            try
            {
                // Not cancelled by the end: the answer holds the receipt that the end needs.
                var renewed = await connection.Queue.UpdateMessageAsync(
                    message.MessageId, popReceipt, visibilityTimeout: settings.Lock, cancellationToken: CancellationToken.None);
                popReceipt = renewed.Value.PopReceipt;
                pause = settings.Lock / 2;
            }
            catch (RequestFailedException e) when (e.Status is 400 or 404)
            {
                // Another reader has it, or it is gone: nothing is left to renew.
                NotRenewed(logger, invoker.Name, message.MessageId, e.Message);
                return popReceipt;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
            {
                NotRenewed(logger, invoker.Name, message.MessageId, e.Message);
                pause = settings.Lock / 8;
            }
        }
    }

    private async Task MoveToPoisonAsync(QueueMessage message, string popReceipt)
    {
        // As the host does: a plain copy with the default time to live of 7 days.
        var poison = connection.Poison!;
        await poison.CreateIfNotExistsAsync();
        await poison.SendMessageAsync(message.MessageText);
        await connection.Queue.DeleteMessageAsync(message.MessageId, popReceipt);
        Poisoned(logger, invoker.Name, message.MessageId, poison.Name, message.DequeueCount);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function}: message {Message} failed (try {Try})")]
    private static partial void Failed(ILogger logger, Exception error, string function, string message, long @try);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function}: message {Message} is not Base64 as host.json demands")]
    private static partial void Undecodable(ILogger logger, string function, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function}: message {Message} moved to {Queue} after {Tries} tries")]
    private static partial void Poisoned(ILogger logger, string function, string message, string queue, long tries);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function}: the lock of message {Message} was not renewed. {Reason}")]
    private static partial void NotRenewed(ILogger logger, string function, string message, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function}: message {Message} is not settled and comes back. {Reason}")]
    private static partial void Unsettled(ILogger logger, string function, string message, string reason);
}
