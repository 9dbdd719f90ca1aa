using AigneHub.Core.Notices;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Notices of budgets and balances.</summary>
public sealed class NoticeFunctions(NoticeEndpoints notices, NoticeSender sender, HubStartup startup)
{
    [Function(nameof(ListNotices))]
    public Task ListNotices(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/admin/notices")] HttpRequest request,
        CancellationToken cancellationToken) => notices.ListAsync(request, cancellationToken);

    /// <summary>Sends again what could not be delivered. Every minute.</summary>
    [Function(nameof(SendNotices))]
    public async Task SendNotices([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(timer);
        await startup.ReadyAsync(cancellationToken);
        await sender.SendDueAsync(cancellationToken);
    }
}
