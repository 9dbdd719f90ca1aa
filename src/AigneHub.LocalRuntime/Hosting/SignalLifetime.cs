using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace AigneHub.LocalRuntime.Hosting;

/// <summary>SIGINT and SIGTERM begin an orderly stop; a second SIGINT ends the process at once.</summary>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private PosixSignalRegistration[] _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        // Not cancelling a signal lets the runtime do what the system does by default: end the process.
        signal.Cancel = signal.Signal != PosixSignal.SIGINT || !lifetime.ApplicationStopping.IsCancellationRequested;
        lifetime.StopApplication();
    }
}
