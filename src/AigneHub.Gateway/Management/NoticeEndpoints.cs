using AigneHub.Core;
using AigneHub.Core.Notices;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>GET /api/admin/notices</c>: what was told of budgets and balances, newest first, and what became of it.</summary>
public sealed class NoticeEndpoints(ManagementHandler handler, INoticeStore notices)
{
    private const int PageMax = 200;

    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListNotices, ListAsync, cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "limit", "continuation");
        var limit = query.Limit("limit", 50, PageMax);
        var continuation = query.Text("continuation");
        if (query.Error is { } error)
        {
            return error;
        }

        var page = await notices.ListAsync(limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new NoticePage([.. page.Items.Select(NoticeDocument.Of)], page.Continuation), ManagementJson.Default.NoticePage);
        return null;
    }
}
