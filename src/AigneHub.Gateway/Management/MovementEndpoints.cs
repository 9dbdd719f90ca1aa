using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// What administrators do to purses, and their statements: <c>…/grants</c>, <c>…/grants/{grantId}/reversal</c>,
/// <c>…/adjustments</c>, <c>…/movements</c> of <c>/api/admin/{accounts|teams|projects|keys}/{id}</c>. Each is booked once, under
/// its Idempotency-Key, with a reason.
/// </summary>
public sealed class MovementEndpoints(
    ManagementHandler handler, PurseSync sync, PurseReader purseReader, LedgerReader ledger, OwnedPurses purses,
    IHubSnapshots snapshots, TimeProvider time)
{
    private const string Source = "admin";
    private const string ReversalSource = "reversal";
    private const int IdempotencyKeyCharsMax = 100;
    private const int ReasonCharsMax = 500;
    private const int PriorityMax = 100;

    /// <summary>POST: credit for an account.</summary>
    public Task GrantAsync(HttpRequest request, ManagementRoute route, PurseId purse, CancellationToken cancellationToken) =>
        RunAsync(request, route, purse, GrantAsync, cancellationToken);

    /// <summary>GET: what can still be spent of each.</summary>
    public Task ListGrantsAsync(HttpRequest request, ManagementRoute route, PurseId purse, CancellationToken cancellationToken) =>
        RunAsync(
            request, route, purse, async (call, _) =>
            {
                var state = await purseReader.ReadAsync(purse, call.CancellationToken);
                await call.WriteAsync(
                    new GrantList(Unit, [.. state.Grants.Where(grant => !grant.Dead).Select(GrantDocument.Of)]),
                    ManagementJson.Default.GrantList);
                return null;
            }, cancellationToken);

    /// <summary>POST: takes an administrator's grant back, once.</summary>
    public Task ReverseAsync(
        HttpRequest request, ManagementRoute route, PurseId purse, string grantId, CancellationToken cancellationToken) =>
        RunAsync(request, route, purse, (call, _) => ReverseAsync(call, purse, grantId), cancellationToken);

    /// <summary>POST: more or less, of a budget until its period ends.</summary>
    public Task AdjustAsync(HttpRequest request, ManagementRoute route, PurseId purse, CancellationToken cancellationToken) =>
        RunAsync(request, route, purse, AdjustAsync, cancellationToken);

    /// <summary>GET, newest first; <c>limit</c> 1 to 500, <c>continuation</c>.</summary>
    public Task ListAsync(HttpRequest request, ManagementRoute route, PurseId purse, CancellationToken cancellationToken) =>
        RunAsync(
            request, route, purse, async (call, _) =>
            {
                var query = new Query(call.Request, "limit", "continuation");
                var limit = query.Limit("limit", 50, LedgerReader.LimitMax);
                if (query.Error is { } error)
                {
                    return error;
                }

                var page = await ledger.ReadMovementsAsync(purse, limit, query.Text("continuation"), call.CancellationToken);
                await call.WriteAsync(
                    new MovementPage(Unit, [.. page.Items.Select(MovementItem.Of)], page.Continuation),
                    ManagementJson.Default.MovementPage);
                return null;
            }, cancellationToken);

    private string Unit => Units.Name(snapshots.Current.Mode);

    private Task RunAsync(
        HttpRequest request, ManagementRoute route, PurseId purse, Func<ManagementCall, OwnedPurse, Task<HubError?>> endpoint,
        CancellationToken cancellationToken) => handler.RunAsync(
            request, route, PurseNames.OwnerOf(purse), async call =>
            {
                var (owner, error) = await BalanceEndpoints.FindAsync(purses, purse, cancellationToken);
                return error ?? await endpoint(call, new OwnedPurse(purse, owner!.Terms));
            }, cancellationToken);

    private async Task<HubError?> GrantAsync(ManagementCall call, OwnedPurse owned)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.GrantRequest);
        if (body is null)
        {
            return error;
        }

        var (key, keyError) = IdempotencyKeyOf(call);
        error = CheckCredit(owned) ?? keyError ?? CheckReason(body.Reason);
        if (error is not null)
        {
            return error;
        }

        if (!Nano.TryParse(body.Amount, out var amount) || amount is 0 or > SyncCommand.AmountMax)
        {
            return WrongAmount("above 0");
        }

        if (body.ExpiresAt <= time.GetUtcNow())
        {
            return Problem.BadRequest("'expiresAt' lies in the past.", "expiresAt");
        }

        return body.Priority is < 0 or > PriorityMax
            ? Problem.BadRequest($"'priority' must be a whole number from 0 to {PriorityMax}.", "priority")
            : await BookAsync(call, owned.Purse, new SyncCommand.GrantCredit(
                new OutsideId(Source, key), amount, body.Reason, call.Caller.Key.Id, body.ExpiresAt, body.Priority ?? 0));
    }

    private async Task<HubError?> ReverseAsync(ManagementCall call, PurseId purse, string grantId)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.ReversalRequest);
        error ??= CheckReason(body!.Reason);
        if (error is not null)
        {
            return error;
        }

        // What a payment has brought is taken back by its refund, a period's limit by another budget.
        var granted = grantId.StartsWith(Source + "|", StringComparison.Ordinal)
            && new OutsideId(Source, grantId[(Source.Length + 1)..]) is { IsValid: true } id
            ? await ledger.FindMovementAsync(purse, id, call.CancellationToken)
            : null;
        if (granted is not { Kind: MovementKind.Grant })
        {
            return Problem.NotFound(
                "No administrator has made such a grant here. GET …/movements lists them, with their ids.", "grant_not_found");
        }

        var amount = granted.Amount;
        if (body!.Amount is not null && (!Nano.TryParse(body.Amount, out amount) || amount == 0 || amount > granted.Amount))
        {
            return Problem.BadRequest(
                $"'amount' must be a decimal text above 0, at most what the grant was: {Nano.ToDecimalString(granted.Amount)}.", "amount");
        }

        // Under the grant's id: it is reversed once, whoever asks.
        return await BookAsync(call, purse, new SyncCommand.Reverse(
            new OutsideId(ReversalSource, grantId), amount, body.Reason, call.Caller.Key.Id, granted.Id!));
    }

    private async Task<HubError?> AdjustAsync(ManagementCall call, OwnedPurse owned)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.AdjustmentRequest);
        if (body is null)
        {
            return error;
        }

        var (key, keyError) = IdempotencyKeyOf(call);
        error = owned.Terms is null
            ? new HubError(
                409, "no_budget", Blame.Caller,
                $"Nothing limits this {PurseNames.KindOf(owned.Purse)}: there is no budget or credit to adjust.")
            : keyError ?? CheckReason(body.Reason);
        if (error is not null)
        {
            return error;
        }

        return !Amounts.TryParseSigned(body.Amount, out var amount) || amount is 0 or > SyncCommand.AmountMax or < -SyncCommand.AmountMax
            ? WrongAmount("other than 0")
            : await BookAsync(call, owned.Purse, new SyncCommand.Adjust(
                new OutsideId(Source, key), amount, body.Reason, call.Caller.Key.Id));
    }

    private async Task<HubError?> BookAsync(ManagementCall call, PurseId purse, SyncCommand.Move move)
    {
        call.Because(move.Reason);
        var result = await sync.SyncAsync(purse, move, call.CancellationToken);
        var error = result.Outcome switch
        {
            SyncOutcome.Done or SyncOutcome.BookedBefore => null,
            SyncOutcome.Busy => new HubError(
                503, "ledger_busy", Blame.Hub, "The purse is being changed by others at the moment. Repeat the request.",
                RetryAfter: TimeSpan.FromSeconds(2)),
            _ => RefusalOf(move, result.Refused),
        };
        if (error is not null)
        {
            return error;
        }

        var booked = await ledger.FindMovementAsync(purse, move.OutsideId, call.CancellationToken)
            ?? throw new InvalidOperationException($"Purse {purse}: {move.OutsideId} is booked and has no movement.");
        if (booked.Reason != move.Reason)
        {
            return Reused(move);
        }

        var isNew = result.Outcome == SyncOutcome.Done;
        if (!isNew)
        {
            call.Request.HttpContext.Response.Headers["Idempotent-Replayed"] = "true";
        }

        await call.WriteAsync(
            MovementItem.Of(booked), ManagementJson.Default.MovementItem,
            isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        return null;
    }

    private static HubError RefusalOf(SyncCommand.Move move, string? refused) => refused switch
    {
        "outside_id_conflict" => Reused(move),
        "grant_expired" => Problem.BadRequest("'expiresAt' lies in the past.", "expiresAt"),
        "too_many_grants" => new HubError(
            409, "too_many_grants", Blame.Caller,
            $"The purse has {PurseState.GrantsMax} grants that have expired and are still reserved. Repeat the request in some minutes."),
        _ => Problem.BadRequest("The ledger does not take this movement.", "amount", refused ?? "refused"),
    };

    private static HubError Reused(SyncCommand.Move move) => move is SyncCommand.Reverse
        ? new(
            409, "already_reversed", Blame.Caller,
            "This grant was reversed before, with another amount or reason. Take more away by an adjustment.")
        : new(422, "idempotency_key_reused", Blame.Caller, "This Idempotency-Key was used for another request.", "Idempotency-Key");

    private static HubError? CheckCredit(OwnedPurse owned) =>
        owned.Terms is not { Kind: PurseKind.Credit }
            ? new HubError(
                409, "no_credit", Blame.Caller, "Nothing limits this account. PATCH it with \"credit\": true first, then grant.")
        : null;

    private static (string Key, HubError? Error) IdempotencyKeyOf(ManagementCall call)
    {
        var key = call.Request.Headers["Idempotency-Key"].ToString();
        return key.Length is > 0 and <= IdempotencyKeyCharsMax
            && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? (key, null)
            : ("", Problem.BadRequest(
                $"Send an Idempotency-Key of 1 to {IdempotencyKeyCharsMax} letters, digits, '-', '_', '.' and ':', another for each "
                + "movement: it is booked once, however often it is sent.", "Idempotency-Key", "idempotency_key_required"));
    }

    private static HubError? CheckReason(string reason) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > ReasonCharsMax || reason.Any(char.IsControl)
            ? Problem.BadRequest($"'reason' must have 1 to {ReasonCharsMax} characters, none of them control characters.", "reason")
            : null;

    private static HubError WrongAmount(string range) => Problem.BadRequest(
        $"'amount' is a decimal text of whole units {range} with at most 9 decimals, such as \"50.00\", "
        + $"up to {Nano.ToDecimalString(SyncCommand.AmountMax)}.", "amount");

    private sealed record OwnedPurse(PurseId Purse, PurseTerms? Terms);
}
