using Microsoft.Extensions.Hosting;

namespace AigneHub.LocalRuntime.Invocation;

/// <summary>
/// Runs the pumps from when the listener is up. It is registered after the app's own hosted services, so that its stop,
/// which waits for the pumps' invocations, comes before theirs.
/// </summary>
internal sealed class TriggerPumps(IReadOnlyList<ITriggerPump> pumps) : IHostedLifecycleService
{
    private Task _running = Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(pumps.Select(pump => pump.RunAsync()));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _running.WaitAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
