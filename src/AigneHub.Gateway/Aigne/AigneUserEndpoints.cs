using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>Who calls, and the account's credit. Where the account spends none: valid, empty answers.</summary>
public sealed class AigneUserEndpoints(
    AigneHandler handler, PurseReader purses, LedgerReader ledger, GatewayOptions options, TimeProvider time)
{
    private const int PageSizeMax = 100;

    /// <summary>Rows that one search reads.</summary>
    private const int RowsMax = 10_000;

    private string? PaymentLink => options.PaymentLink?.AbsoluteUri;

    public Task InfoAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, async (call, caller) =>
        {
            var isCredit = caller.SpendsCredit;
            return await call.WriteAsync(
                new AigneUserInfo(
                    new AigneUser(
                        caller.Account, caller.Key.Name, caller.Terms.Account.Email ?? "", null,
                        caller.May(Permission.ManageHub) ? "admin" : "member"),
                    isCredit ? await BalanceOfAsync(call, caller) : null, isCredit ? PaymentLink : null,
                    isCredit ? AigneCreditBalance.Credits : null, isCredit, null, null),
                AigneApiJson.Default.AigneUserInfo);
        },
        cancellationToken);

    public Task BalanceAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, async (call, caller) => await call.WriteAsync(
            caller.SpendsCredit ? await BalanceOfAsync(call, caller) : AigneCreditBalance.None,
            AigneApiJson.Default.AigneCreditBalance),
        cancellationToken);

    /// <summary>Newest first.</summary>
    public Task GrantsAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, async (call, caller) =>
        {
            var (paging, from, to) = PageOf(call);
            if (call.Query.Error is { } error)
            {
                return error;
            }

            var (grants, truncated) = caller.SpendsCredit ? await GrantsOfAsync(call, caller) : ([], false);
            var found = grants.Where(grant => grant.CreatedAt >= from && grant.CreatedAt < to).ToList();
            return await call.WriteAsync(
                new AigneGrantPage(found.Count, paging.Of(found), paging, truncated), AigneApiJson.Default.AigneGrantPage);
        }, cancellationToken);

    /// <summary>The calls that were charged, newest first.</summary>
    public Task TransactionsAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request, async (call, caller) =>
        {
            var (paging, from, to) = PageOf(call);
            if (call.Query.Error is { } error)
            {
                return error;
            }

            var read = 0;
            var found = new List<AigneTransaction>();
            if (caller.SpendsCredit)
            {
                await foreach (var line in ledger.WalkAsync(caller.Account, from, to, call.CancellationToken).Take(RowsMax))
                {
                    read++;
                    if (line.Event.Cost is { } cost and > 0)
                    {
                        found.Add(new AigneTransaction(
                            line.Event.Id.ToString("N"), "consumption", Nano.ToDecimalString(-cost), line.Event.Model, caller.Account,
                            HubIds.TimeOf(line.Event.Id)));
                    }
                }
            }

            return await call.WriteAsync(
                new AigneTransactionPage(found.Count, paging.Of(found), paging, read == RowsMax),
                AigneApiJson.Default.AigneTransactionPage);
        }, cancellationToken);

    /// <summary>Null: credit can't be bought.</summary>
    public Task PaymentLinkAsync(HttpRequest request, CancellationToken cancellationToken) => handler.RunAsync(
        request,
        (call, caller) => call.WriteAsync<string?>(caller.SpendsCredit ? PaymentLink : null, AigneApiJson.Default.String),
        cancellationToken);

    private (AignePaging Paging, DateTimeOffset From, DateTimeOffset To) PageOf(AigneCall call) => (
        new AignePaging(call.Query.Number("page", 1, 1, int.MaxValue), call.Query.Number("pageSize", 20, 1, PageSizeMax)),
        call.Query.Time("start", DateTimeOffset.UnixEpoch), call.Query.Time("end", time.GetUtcNow().AddDays(1)));

    private async Task<AigneCreditBalance> BalanceOfAsync(AigneCall call, Caller caller) =>
        AigneCreditBalance.Of(await purses.ReadAsync(caller.Terms.Purses.Home, call.CancellationToken));

    private async Task<(IReadOnlyList<AigneGrant> Grants, bool Truncated)> GrantsOfAsync(AigneCall call, Caller caller)
    {
        var purse = caller.Terms.Purses.Home;
        var state = await purses.ReadAsync(purse, call.CancellationToken);
        var left = state.Grants.Where(grant => !grant.Dead).ToDictionary(grant => grant.Id, StringComparer.Ordinal);
        var over = new Dictionary<string, string>(StringComparer.Ordinal);
        var grants = new List<AigneGrant>();
        var read = 0;
        await foreach (var movement in ledger.WalkMovementsAsync(purse, call.CancellationToken).Take(RowsMax))
        {
            read++;
            if (movement.GrantId is { } ended && movement.Kind is MovementKind.Expiry or MovementKind.Reversal)
            {
                // The last thing that has become of it comes first.
                over.TryAdd(ended, movement.Kind == MovementKind.Expiry ? "expired" : "voided");
            }
            else if (movement is { Kind: MovementKind.Grant or MovementKind.Adjustment, Amount: > 0, Id: { } id })
            {
                // What a later movement of the same id has brought is left of it first.
                left.Remove(id, out var rest);
                grants.Add(new AigneGrant(
                    id, movement.Reason ?? "", id.StartsWith("payment|", StringComparison.Ordinal) ? "paid" : "promotional",
                    rest is not null ? "granted" : over.GetValueOrDefault(id, "depleted"), Nano.ToDecimalString(movement.Amount),
                    Nano.ToDecimalString(rest?.Remaining ?? 0), caller.Account, movement.At.ToUnixTimeSeconds(),
                    rest?.Expires?.ToUnixTimeSeconds(), movement.At));
            }
        }

        return (grants, read == RowsMax);
    }
}
