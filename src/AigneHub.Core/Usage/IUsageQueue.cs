namespace AigneHub.Core.Usage;

/// <summary>The queue between the instances that serve calls and the settlers: at least once, in any order.</summary>
#pragma warning disable CA1711 // It is a queue.
public interface IUsageQueue
#pragma warning restore CA1711
{
    /// <summary>Sends one message, kept until it is consumed. Sending the same message again is harmless.</summary>
    /// <param name="message">UTF-8 JSON, at most <see cref="UsageMessage.BytesMax"/> bytes; valid only during the call.</param>
    /// <param name="messageId">UUID v7 as 32 hex digits; the same for a repeat of the same bytes.</param>
    /// <exception cref="StorageUnavailableException">Not known to be sent: repeat it.</exception>
    Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken);
}
