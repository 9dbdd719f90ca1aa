using System.Collections.Concurrent;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>The life of one gateway process, and the callers that never leave it alone.</summary>
internal sealed class LeasedGateway : IDisposable
{
    private readonly HubProcess _process;
    private readonly CallClient[] _clients;
    private readonly ConcurrentQueue<CallRecord> _calls = new();
    private readonly Task _callers;
    private volatile bool _over;

    /// <param name="keys">Each call is made with one of them.</param>
    public LeasedGateway(HubProcess process, IReadOnlyList<string> keys, int callers, Random random)
    {
        _process = process;
        _clients = [.. keys.Select(key => new CallClient(process, key))];
        _callers = Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync(new Random(random.Next()))));
    }

    public bool IsKilled { get; private set; }

    public IReadOnlyCollection<CallRecord> Calls => _calls;

    public int Finished => _calls.Count(call => call.Finished);

    public async Task KillAsync()
    {
        IsKilled = true;
        var death = _process.KillAsync();
        _over = true;
        await death;
        await _callers;
    }

    /// <summary>As a platform does it: its calls end, its leases are given back, its usage is sent.</summary>
    public async Task EndAsync()
    {
        _over = true;
        await _callers;
        Assert.Equal(0, await _process.TerminateAsync());
    }

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    private async Task CallAsync(Random random)
    {
        while (!_over)
        {
            // The answer costs more than the allowance for the prompt, so that little is held beyond what is spent.
            var tokens = random.Next(50, 250);
            var shape = new CallShape(random.Next(4) == 0, IncludeUsage: true, tokens, random.Next(1, 12), TokensMax: tokens);
            var call = await _clients[random.Next(_clients.Length)].CallAsync(shape);
            _calls.Enqueue(call);
            if (call.Status != 200)
            {
                await Task.Delay(random.Next(50, 150));
            }
        }
    }
}
