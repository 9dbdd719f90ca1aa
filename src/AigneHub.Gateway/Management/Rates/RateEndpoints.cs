using System.Buffers.Text;
using System.Text;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Ledger;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Rates;

/// <summary><c>/api/admin/rates</c>: what every model costs and is sold for; and the history of both.</summary>
public sealed class RateEndpoints(ManagementHandler handler, RateCalls calls, IConfigurationStore store)
{
    private const int PageDefault = 50;
    private const int ContinuationCharactersMax = 1_000;

    private enum Show
    {
        All,
        Overridden,
        Drift,
        BelowCost,
    }

    /// <summary>GET by name; <c>provider</c>, <c>show</c>: all, overridden, drift, belowCost.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListRates, ListAsync, cancellationToken);

    /// <summary>GET, newest first.</summary>
    public Task ListHistoryAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListRateHistory, ListHistoryAsync, cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "limit", "continuation", "provider", "show");
        var limit = query.Limit("limit", PageDefault, ConfigurationCalls.PageMax);
        var show = query.Word<Show>("show") ?? Show.All;
        var (provider, continuation) = (query.Text("provider"), query.Text("continuation"));
        if (query.Error is { } error)
        {
            return error;
        }

        var after = continuation is null ? "" : NameOf(continuation);
        var page = new RateView(calls.InForce).All()
            .Where(rate => string.CompareOrdinal(rate.Model, after) > 0 && IsShown(rate, show)
                && (provider is null || rate.Model.StartsWith(provider + "/", StringComparison.OrdinalIgnoreCase)))
            .Take(limit + 1).ToList();
        var more = page.Count > limit;
        var items = page.Take(limit).ToList();
        await call.WriteAsync(
            new RecordPage<RateDocument>(items, more ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(items[^1].Model)) : null),
            ManagementJson.Default.RecordPageRateDocument);
        return null;
    }

    private async Task<HubError?> ListHistoryAsync(ManagementCall call)
    {
        var (limit, continuation, _, error) = ConfigurationCalls.Page(call.Request, ofProvider: false);
        if (error is not null)
        {
            return error;
        }

        var page = await store.ListPriceChangesAsync(limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new RecordPage<PriceChangeDocument>([.. page.Items.Select(PriceChangeDocument.Of)], page.Continuation),
            ManagementJson.Default.RecordPagePriceChangeDocument);
        return null;
    }

    private static bool IsShown(RateDocument rate, Show show) => show switch
    {
        Show.Overridden => rate.Source == PriceSource.Override,
        Show.Drift => rate.Drift is not null || !rate.InForce,
        Show.BelowCost => rate.BelowCost is not null,
        _ => true,
    };

    private static string NameOf(string continuation) =>
        continuation.Length is > 0 and <= ContinuationCharactersMax && Base64Url.IsValid(continuation)
            ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(continuation))
            : throw new InvalidContinuationException();
}
