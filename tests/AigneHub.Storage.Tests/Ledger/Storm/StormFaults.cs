using AigneHub.Core;

namespace AigneHub.Storage.Tests.Ledger.Storm;

/// <summary>What befalls the requests of one process.</summary>
/// <param name="share">Of requests that fail; as many again are done although they seem to have failed.</param>
internal sealed class StormFaults(Random random, double share)
{
    private static readonly TaskCompletionSource Never = new();
    private TaskCompletionSource? _stall;

    public bool IsDead { get; private set; }

    /// <summary>From now on nothing that it has asked for comes back.</summary>
    public void Kill() => IsDead = true;

    /// <summary>Nothing comes back for a while.</summary>
    public async Task StallAsync(TimeSpan time)
    {
        var stall = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stall = stall;
        await Task.Delay(time);
        _stall = null;
        stall.SetResult();
    }

    public async Task<T> RunAsync<T>(Func<Task<T>> request)
    {
        var fault = Next();
        await WaitAsync();
        if (fault < share)
        {
            throw new StorageUnavailableException("Lost on its way there.");
        }

        var answer = await request();
        await WaitAsync();
        return fault < 2 * share ? throw new StorageUnavailableException("Lost on its way back.") : answer;
    }

    private async Task WaitAsync()
    {
        if (IsDead)
        {
            await Never.Task;
        }

        if (_stall is { } stall)
        {
            await stall.Task;
        }
    }

    private double Next()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }
}
