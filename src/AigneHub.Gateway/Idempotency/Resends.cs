using System.Collections.Concurrent;

namespace AigneHub.Gateway.Idempotency;

/// <summary>
/// Clients that send a call again when its connection has broken, without naming it (AIGNE's does so up to three times): the same
/// call from the same key, within a minute of the break and on this instance, gets the first one's outcome, which goes on
/// meanwhile, instead of being made and paid again.
/// </summary>
internal sealed class Resends(RecordingMemory memory, TimeProvider time, TimeSpan window)
{
    public static readonly TimeSpan WindowDefault = TimeSpan.FromSeconds(60);

    /// <summary>A client may know of the break, and call again, before the hub does.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, RecordedCall> _calls = new(StringComparer.Ordinal);

    /// <summary>Calls that go on, or are kept, without a client.</summary>
    public int Abandoned => _calls.Values.Count(call => call.IsLeft);

    /// <summary>
    /// To be called when the request is read. True: the client has the outcome of the call that it repeats; else the call is to be
    /// made, and <see cref="Exchange.Recorded"/> to be ended.
    /// </summary>
    /// <exception cref="AnswerBrokenException">The first call's answer has broken off.</exception>
    public ValueTask<bool> TryJoinAsync(Exchange exchange) =>
        exchange.Front.JoinsResends && exchange.Idempotent is null ? JoinAsync(exchange) : new(false);

    private async ValueTask<bool> JoinAsync(Exchange exchange)
    {
        var name = $"{exchange.Caller.Key.Id} {CallFingerprint.Of(exchange)}";
        var call = new RecordedCall(exchange, memory, time, window, () => _calls.TryRemove(name, out _));
        while (!_calls.TryAdd(name, call))
        {
            if (_calls.TryGetValue(name, out var first))
            {
                call.Dispose();
                // Where its client is still there, it is another call that happens to be the same.
                return await first.IsLeftAsync(Notice) && await first.PlayAsync(exchange);
            }
        }

        exchange.Record(call);
        return false;
    }
}
