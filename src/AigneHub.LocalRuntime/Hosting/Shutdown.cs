using Microsoft.Extensions.Hosting;

namespace AigneHub.LocalRuntime.Hosting;

/// <summary>
/// The three steps of a stop: no new work (<see cref="Stopping"/>); invocations that still run after the drain time are
/// cancelled (<see cref="Forced"/>); those that don't end on that either are no longer waited for (<see cref="Abandoned"/>).
/// </summary>
internal sealed class Shutdown : IDisposable
{
    private readonly CancellationTokenSource _forced;
    private readonly CancellationTokenSource _abandoned;
    private readonly CancellationTokenRegistration _onStopping;

    public Shutdown(IHostApplicationLifetime lifetime, RuntimeSettings settings, TimeProvider time)
    {
        Stopping = lifetime.ApplicationStopping;
        _forced = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _abandoned = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _onStopping = Stopping.Register(() =>
        {
            _forced.CancelAfter(settings.Drain);
            _abandoned.CancelAfter(settings.Drain + RuntimeSettings.CancelGrace);
        });
    }

    public CancellationToken Stopping { get; }

    public CancellationToken Forced => _forced.Token;

    public CancellationToken Abandoned => _abandoned.Token;

    public void Dispose()
    {
        _onStopping.Dispose();
        _forced.Dispose();
        _abandoned.Dispose();
    }
}
