using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// <c>GET /api/me/balance</c>: the purses that the caller's calls are charged to.
/// <c>GET /api/admin/{accounts|teams|projects|keys}/{id}/balance</c>: one purse. Current as soon as a call is settled.
/// </summary>
public sealed class BalanceEndpoints(ManagementHandler handler, PurseReader reader, OwnedPurses purses, IHubSnapshots snapshots)
{
    public Task MineAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.MyBalance, async call =>
        {
            var all = call.Caller.Terms.Purses.All;
            var states = await Task.WhenAll(all.Select(purse => reader.ReadAsync(purse, call.CancellationToken)));
            await call.WriteAsync(
                new BalanceList([.. all.Zip(states, DocumentOf)]), ManagementJson.Default.BalanceList);
            return null;
        }, cancellationToken);

    public Task OfAsync(
        HttpRequest request, ManagementRoute route, PurseId purse, CancellationToken cancellationToken) => handler.RunAsync(
        request, route, PurseNames.OwnerOf(purse), async call =>
        {
            if (await CheckAsync(purse, call.CancellationToken) is { } error)
            {
                return error;
            }

            await call.WriteAsync(
                DocumentOf(purse, await reader.ReadAsync(purse, call.CancellationToken)), ManagementJson.Default.BalanceDocument);
            return null;
        }, cancellationToken);

    private async Task<HubError?> CheckAsync(PurseId purse, CancellationToken cancellationToken)
    {
        var (owner, error) = await FindAsync(purses, purse, cancellationToken);
        return error ?? (owner!.Terms is null && !PurseNames.IsHome(purse)
            ? Problem.NotFound(
                $"This {PurseNames.KindOf(purse)} has no budget. What was used is at "
                + $"GET /api/admin/usage?groupBy={PurseNames.KindOf(purse)}.",
                "no_budget")
            : null);
    }

    /// <summary>Exactly one of the results is null.</summary>
    internal static async Task<(PurseOwner? Owner, HubError? Error)> FindAsync(
        OwnedPurses purses, PurseId purse, CancellationToken cancellationToken) =>
        PurseNames.IsValid(purse.Value) && await purses.FindOwnerAsync(purse, cancellationToken) is { } owner
            ? (owner, null)
            : (null, Problem.NotFound(
                $"There is no {PurseNames.KindOf(purse)} with this id.", $"{PurseNames.KindOf(purse)}_not_found"));

    private BalanceDocument DocumentOf(PurseId purse, PurseState state) =>
        BalanceDocument.Of(purse, state, Units.Name(snapshots.Current.Mode));
}
