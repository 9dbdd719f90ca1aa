using AigneHub.Core;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>/api/admin/usage/poison</c>: usage that could not be settled. List, inspect, requeue, drop with a reason.</summary>
public sealed class PoisonEndpoints(ManagementHandler handler, IPoisonStore store, PoisonBox box)
{
    private const int PageMax = 200;
    private const int ReasonCharsMax = 500;

    /// <summary><c>status</c>: open (default), requeued, dropped or all.</summary>
    public Task ListAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.ListPoison, ListAsync, cancellationToken);

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.GetPoison, call => WriteAsync(call, id), cancellationToken);

    /// <summary>Sends it to the usage queue again; what is in the ledger already is not charged twice.</summary>
    public Task RequeueAsync(HttpRequest request, string id, CancellationToken cancellationToken) => handler.RunAsync(
        request, ManagementRoutes.RequeuePoison, id,
        async call => ErrorOf(await box.RequeueAsync(id, call.Caller.Key.Id, call.CancellationToken)) ?? await WriteAsync(call, id),
        cancellationToken);

    /// <summary>Gives it up for good; the reason is kept with it.</summary>
    public Task DropAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.DropPoison, id, call => DropAsync(call, id), cancellationToken);

    private async Task<HubError?> ListAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "limit", "continuation", "status");
        var limit = query.Limit("limit", 50, PageMax);
        var continuation = query.Text("continuation");
        PoisonStatus? status = query.Text("status") == "all" ? null : query.Word<PoisonStatus>("status", "all") ?? PoisonStatus.Open;
        if (query.Error is { } error)
        {
            return error;
        }

        var page = await store.ListAsync(status, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new PoisonPage([.. page.Items.Select(PoisonDocument.Of)], page.Continuation), ManagementJson.Default.PoisonPage);
        return null;
    }

    private async Task<HubError?> DropAsync(ManagementCall call, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.DropPoisonRequest);
        if (body is null)
        {
            return error;
        }

        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > ReasonCharsMax)
        {
            return Problem.BadRequest($"'reason' must say in 1 to {ReasonCharsMax} characters why this usage is given up.", "reason");
        }

        call.Because(body.Reason);
        return ErrorOf(await box.DropAsync(id, call.Caller.Key.Id, body.Reason, call.CancellationToken)) ?? await WriteAsync(call, id);
    }

    private async Task<HubError?> WriteAsync(ManagementCall call, string id)
    {
        if (await store.FindAsync(id, call.CancellationToken) is not { } found)
        {
            return ErrorOf(PoisonDecision.NotFound);
        }

        await call.WriteAsync(PoisonDocument.Of(found.Value), ManagementJson.Default.PoisonDocument);
        return null;
    }

    private static HubError? ErrorOf(PoisonDecision decision) => decision switch
    {
        PoisonDecision.Done => null,
        PoisonDecision.NotFound => Problem.NotFound("There is no poisoned usage with this id.", "poison_not_found"),
        PoisonDecision.Dropped => new HubError(409, "already_dropped", Blame.Caller, "This usage has been dropped; that is final."),
        _ => new HubError(409, "conflict", Blame.Caller, "Somebody else has decided about it meanwhile. Read it again."),
    };
}

internal sealed record DropPoisonRequest(string Reason);

internal sealed record PoisonPage(IReadOnlyList<PoisonDocument> Items, string? Continuation);

/// <param name="Content">What a requeue sends.</param>
internal sealed record PoisonDocument(
    string Id, PoisonKind Kind, PoisonStatus Status, string Reason, string? Detail, string? SettlementUnit, string? Purse, string Content,
    DateTimeOffset AddedAt, string? DecidedBy, DateTimeOffset? DecidedAt, string? DropReason)
{
    public static PoisonDocument Of(PoisonEntry entry) => new(
        entry.Id, entry.Kind, entry.Status, entry.Reason, entry.Detail, entry.Unit, entry.Home, entry.Content,
        entry.AddedAt, entry.DecidedBy, entry.DecidedAt, entry.DropReason);
}
