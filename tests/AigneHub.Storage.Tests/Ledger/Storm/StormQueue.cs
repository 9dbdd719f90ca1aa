using System.Collections.Concurrent;
using System.Text;
using AigneHub.Core.Usage;

namespace AigneHub.Storage.Tests.Ledger.Storm;

/// <summary>The queue as one process sees it; what it has taken is remembered.</summary>
internal sealed class StormQueue(IUsageQueue inner, StormFaults faults, ConcurrentQueue<string> taken) : IUsageQueue
{
    public Task SendAsync(ReadOnlyMemory<byte> message, string messageId, CancellationToken cancellationToken)
    {
        var copy = message.ToArray();
        return faults.RunAsync(async () =>
        {
            // What is under way arrives, though its sender is dead.
            await inner.SendAsync(copy, messageId, CancellationToken.None);
            taken.Enqueue(Encoding.UTF8.GetString(copy));
            return true;
        });
    }
}
