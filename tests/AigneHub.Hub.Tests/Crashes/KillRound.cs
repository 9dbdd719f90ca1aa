using System.Collections.Concurrent;
using System.Diagnostics;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>One round: callers that never pause, a kill among them.</summary>
internal sealed class KillRound(int number, Victim victim)
{
    private readonly ConcurrentQueue<CallRecord> _calls = new();
    private volatile bool _over;

    public int Number => number;

    public Victim Victim => victim;

    /// <summary>As <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long KilledAt { get; private set; }

    /// <summary>Calls that were begun before the kill, or at all when the gateway lived.</summary>
    public IEnumerable<CallRecord> Calls => _calls.Where(c => !GatewayDied || c.StartedAt < KilledAt);

    /// <summary>Storage took messages promptly when the kill came.</summary>
    public bool Calm { get; set; }

    public bool GatewayDied => victim != Victim.Settler;

    /// <summary>Begun before the kill and not seen to end.</summary>
    public IEnumerable<CallRecord> Running => Calls.Where(c => !c.Finished);

    /// <summary>How long before the kill a call's end was seen; negative after it.</summary>
    public TimeSpan BeforeKill(CallRecord call) => Stopwatch.GetElapsedTime(call.FinishedAt!.Value, KilledAt);

    /// <summary>Runs the callers until <see cref="Over"/>, each until its first broken call.</summary>
    public Task CallAsync(CallClient client, int callers, int seed) => Task.WhenAll(Enumerable.Range(0, callers).Select(async i =>
    {
        var random = new Random(HashCode.Combine(seed, number, i));
        while (!_over)
        {
            var call = await client.CallAsync(CallShape.Next(random));
            _calls.Enqueue(call);
            if (call.Broken is not null)
            {
                return;
            }
        }
    }));

    /// <summary>Returns when so many calls have finished.</summary>
    public Task FinishedAsync(int calls) => Until.TrueAsync(
        () => Task.FromResult(_calls.Count(c => c.Finished) >= calls), $"{calls} calls have finished");

    public void Kill(Action kill)
    {
        KilledAt = Stopwatch.GetTimestamp();
        kill();
    }

    public void Over() => _over = true;
}
