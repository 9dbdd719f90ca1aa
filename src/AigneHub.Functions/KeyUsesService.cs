using AigneHub.Gateway.Authentication;
using Microsoft.Extensions.Hosting;

namespace AigneHub.Functions;

/// <summary>Writes when keys were used last.</summary>
internal sealed class KeyUsesService(KeyUses uses) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => uses.RunAsync(stoppingToken);
}
