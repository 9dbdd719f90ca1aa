using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>Tells the operator that Stripe's payments are off, because the platform could not read one of their secrets.</summary>
/// <param name="setting">The setting that refers to it.</param>
internal sealed partial class StripeOffService(string setting, ILogger<StripeOffService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogOff(setting);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Incident: the Key Vault reference of {Setting} is not resolved; payments by Stripe are off until a restart with it")]
    private partial void LogOff(string setting);
}
