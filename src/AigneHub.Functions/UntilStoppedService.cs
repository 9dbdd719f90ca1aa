using Microsoft.Extensions.Hosting;

namespace AigneHub.Functions;

/// <summary>
/// Runs in the background until everything else has stopped, in whatever order a runtime stops its services: calls that end while the
/// process is stopping still need it. Then it ends.
/// </summary>
internal abstract class UntilStoppedService : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running;
        await EndAsync();
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Until cancelled; returns then.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>What is left to do when nothing else runs; bounded by itself.</summary>
    protected abstract Task EndAsync();
}
