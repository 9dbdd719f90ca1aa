using AigneHub.Core.Keys;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>Who calls, and the account's credits, of which there are none yet: valid, empty answers.</summary>
public sealed class AigneUserEndpoints(AigneHandler handler)
{
    private const int PageSizeMax = 100;

    public Task InfoAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, (call, caller) => call.WriteAsync(
            new AigneUserInfo(
                new AigneUser(
                    caller.Account, caller.Key.Name, "", null, caller.Key.Role == KeyRole.Administrator ? "admin" : "member"),
                null, null, null, EnableCredit: false, null, null),
            AigneApiJson.Default.AigneUserInfo),
        cancellationToken);

    public Task BalanceAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, (call, _) => call.WriteAsync(AigneCreditBalance.None, AigneApiJson.Default.AigneCreditBalance), cancellationToken);

    /// <summary>Grants, or transactions.</summary>
    public Task NothingAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(request, async (call, _) =>
    {
        var paging = new AignePaging(
            call.Query.Number("page", 1, 1, int.MaxValue), call.Query.Number("pageSize", 20, 1, PageSizeMax));
        return call.Query.Error
            ?? await call.WriteAsync(new AigneNothing(0, [], paging), AigneApiJson.Default.AigneNothing);
    }, cancellationToken);

    /// <summary>Null: credits can't be bought.</summary>
    public Task PaymentLinkAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, (call, _) => call.WriteAsync<string?>(null, AigneApiJson.Default.String), cancellationToken);
}
