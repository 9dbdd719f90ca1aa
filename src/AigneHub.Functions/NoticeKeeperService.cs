using AigneHub.Core.Notices;
using Microsoft.Extensions.Hosting;

namespace AigneHub.Functions;

/// <summary>Keeps the notices that this instance's Syncs come across, and sends them.</summary>
internal sealed class NoticeKeeperService(NoticeKeeper keeper) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => keeper.RunAsync(stoppingToken);
}
