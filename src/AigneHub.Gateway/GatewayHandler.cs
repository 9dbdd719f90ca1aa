using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Credit;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Fronts.Aigne;
using AigneHub.Gateway.Fronts.Errors;
using AigneHub.Gateway.Idempotency;
using AigneHub.Gateway.Relay;
using AigneHub.Gateway.Responses;
using AigneHub.Gateway.Telemetry;
using AigneHub.Gateway.Videos;
using AigneHub.Providers.Tokenizers;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway;

/// <summary>
/// The script of every model call:
/// 1 name the call · 2 authenticate · 3 read the body · 4 parse its head · 5 plan the route · 6 admit · 7 attempt and relay
/// · 8 tell the client of a failure, or wait for its video · 9 record what was consumed, whatever became of the client.
/// </summary>
public sealed class GatewayHandler
{
    private static readonly HubError Stopping = new(
        503, "hub_stopping", Blame.Hub, "The hub is being restarted. Retry.", RetryAfter: TimeSpan.FromSeconds(1));

    /// <summary>What is stored is not in force yet.</summary>
    internal static readonly HubError Starting = new(
        503, "hub_starting", Blame.Hub, "The hub is starting. Retry.", RetryAfter: TimeSpan.FromSeconds(1));

    private readonly CallerGate _gate;
    private readonly IHubSnapshots _snapshots;
    private readonly CallLimits _limits;
    private readonly IUsageSink _usage;
    private readonly CreditAdmission _credit;
    private readonly AttemptLoop _attempts;
    private readonly HealthBoard _health;
    private readonly ResponseKeeper _keeper;
    private readonly VideoAnswer _videos;
    private readonly IdempotencyKeys _idempotency;
    private readonly Resends _resends;
    private readonly TokenCounter _tokens;
    private readonly RequestBodies _bodies;
    private readonly HubIds _ids;
    private readonly TimeProvider _time;
    private readonly UnexpectedErrors _unexpected;
    private readonly CallTelemetry _telemetry;

    internal GatewayHandler(
        CallerGate gate, IHubSnapshots snapshots, CallLimits limits, IUsageSink usage, CreditAdmission credit,
        AttemptLoop attempts, HealthBoard health, ResponseKeeper keeper, VideoAnswer videos, IdempotencyKeys idempotency, Resends resends,
        TokenCounter tokens, RequestBodies bodies,
        HubIds ids, TimeProvider time, UnexpectedErrors unexpected, CallTelemetry telemetry)
    {
        _gate = gate;
        _snapshots = snapshots;
        _limits = limits;
        _usage = usage;
        _credit = credit;
        _attempts = attempts;
        _health = health;
        _keeper = keeper;
        _videos = videos;
        _idempotency = idempotency;
        _resends = resends;
        _tokens = tokens;
        _bodies = bodies;
        _ids = ids;
        _time = time;
        _unexpected = unexpected;
        _telemetry = telemetry;
    }

    public async Task HandleAsync(ModelCall call, HttpRequest request, CancellationToken cancellationToken)
    {
        // :: 1 One id names the call: for the client, in the log, in the ledger.
        var exchange = new Exchange(call, request.HttpContext, _ids.New(), _time);
        _telemetry.Begin(exchange);
        var response = request.HttpContext.Response;
        var gone = request.HttpContext.RequestAborted;
        response.Headers["x-request-id"] = exchange.RequestId;
        if (call.Front.Errors == ErrorFormat.Anthropic)
        {
            // Where Anthropic's clients look for it: https://docs.claude.com/en/api/errors#request-id
            response.Headers["request-id"] = exchange.RequestId;
        }

        CallResult? result = null;
        HubSnapshot? snapshot = null;
        var recorded = false;
        try
        {
            // :: 2–6
            (snapshot, var error) = await AdmitAsync(exchange, request, cancellationToken);
            if (snapshot is null)
            {
                if (error is null)
                {
                    return;
                }

                if (error.Code != RoutePlanner.ApiNotServed || !await EstimatedTokens.TryAnswerAsync(exchange, _snapshots.Current, _tokens))
                {
                    _telemetry.Refuse(exchange, error);
                    await call.Front.Errors.WriteAsync(response, error, exchange.RequestId, gone);
                }

                return;
            }

            // :: 7
            _telemetry.Admit(exchange);
            result = await _attempts.RunAsync(exchange, cancellationToken);

            // :: 8
            if (call.Front.Shape.AwaitsVideo && exchange.Video is { } video && result.Outcome == CallOutcome.Completed)
            {
                // What has begun is paid, whatever becomes of the wait.
                recorded = true;
                Record(exchange, result, snapshot);
                result = result with { Error = await _videos.RunAsync(exchange, video, cancellationToken) };
                gone = exchange.Http.RequestAborted; // A repeat gets the error, too: it must not begin another video.
            }

            await TellAsync(exchange, result, gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The client has gone: there is nobody to tell.
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !response.HasStarted)
        {
            _telemetry.Fail(exchange, Stopping);
            await call.Front.Errors.WriteAsync(response, Stopping, exchange.RequestId, gone);
        }
#pragma warning disable CA1031 // The one place where a bug becomes a clean 500 instead of the host's empty one.
        catch (Exception e) when (e is not AnswerBrokenException)
#pragma warning restore CA1031
        {
            var error = _unexpected.Report(exchange.RequestId, e);
            _telemetry.Fail(exchange, error);
            await TellUnexpectedAsync(exchange, error, gone);
        }
        finally
        {
            // :: 9
            try
            {
                if (snapshot is not null && exchange.Attempts.Count > 0 && !recorded)
                {
                    Record(exchange, result, snapshot);
                }
            }
            finally
            {
                exchange.Reservation?.Release();
                CallLimits.End(exchange, result);
                try
                {
                    await _idempotency.EndAsync(exchange, result);
                    exchange.Recorded?.End(broken: result is null or { Midway: true });
                }
                finally
                {
                    EndTelemetry(exchange, result);
                    exchange.Body?.Dispose();
                }
            }
        }
    }

    /// <summary>Without either result the call is answered already.</summary>
    private async ValueTask<(HubSnapshot? Snapshot, HubError? Error)> AdmitAsync(
        Exchange exchange, HttpRequest request, CancellationToken cancellationToken)
    {
        // :: 2 Authenticate
        var (caller, error) = await _gate.LetInAsync(
            request, exchange.Front.Scope, cancellationToken, queryKey: exchange.Front.Errors == ErrorFormat.Gemini);
        if (caller is null)
        {
            return (null, error);
        }

        exchange.Caller = caller;
        CallTelemetry.Authenticate(exchange);
        if (!_snapshots.IsLoaded)
        {
            return (null, Starting);
        }

        // :: 3 Read the body
        (var body, error) = await _bodies.ReadAsync(request, exchange.Front.Shape.Bodies, cancellationToken);
        if (body is null)
        {
            return (null, error);
        }

        exchange.Body = body;
        if (body.Form is { } form && BodyErrors.OfFiles(form, exchange.Front.Shape) is { } wrong)
        {
            return (null, wrong);
        }

        if (exchange.Front.Shape.Flatten?.Invoke(body.Bytes) is { } flat)
        {
            body.Replace(flat);
            if (AigneInputImages.Take(exchange, _bodies) is { } unfit)
            {
                return (null, unfit);
            }
        }

        // :: 4 Parse its head
        (var head, error) = RequestHeadParser.Parse(body.Bytes.Span, exchange.Front.Shape, exchange.Call.Model);
        if (head is null)
        {
            return (null, error);
        }

        exchange.Head = exchange.Call.Stream ? head with { Stream = true } : head;
        (var answered, error) = await _idempotency.BeginAsync(exchange, cancellationToken);
        if (answered || error is not null || await _resends.TryJoinAsync(exchange))
        {
            return (null, error);
        }

        // :: 5 Plan the route
        var snapshot = _snapshots.Current;
        using var facts = RequestFacts.For(snapshot, exchange, _tokens);
        (var plan, error) = RoutePlanner.Plan(
            snapshot, new RouteRequest(head.Model, exchange.Front.Api, caller.Key) { Facts = facts, FirstByteTimes = _health });
        if (error is not null)
        {
            return (null, error);
        }

        // :: 6 Admit
        (var allowed, error) = Admission.Check(caller, plan!, _usage);
        if (allowed is not null && head.PreviousResponse is { } previous)
        {
            var pinned = await _keeper.PinAsync(allowed, caller.Account, previous, cancellationToken);
            (allowed, error) = pinned;
        }

        if (allowed is null)
        {
            return (null, error);
        }

        exchange.Plan = allowed;
        exchange.AffinityKey = allowed.SessionAffinity || facts is { IsBoundToAccount: true }
            ? facts?.ConversationKey()
            : null;
        exchange.Target = allowed.Targets[0];
        error = await _limits.AdmitAsync(exchange, cancellationToken);
        error ??= await _credit.ReserveAsync(exchange, cancellationToken);
        return error is null ? (snapshot, null) : (null, error);
    }

    private void Record(Exchange exchange, CallResult? result, HubSnapshot snapshot) =>
        _telemetry.Charge(exchange, _credit.Record(exchange, UsageOf.Call(exchange, result, snapshot)));

    private void EndTelemetry(Exchange exchange, CallResult? result)
    {
        try
        {
            _telemetry.End(exchange, result);
        }
#pragma warning disable CA1031 // The call is over: what tells of it must not make it fail.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _unexpected.Report(exchange.RequestId, e);
        }
    }

    private static async Task TellAsync(Exchange exchange, CallResult result, CancellationToken cancellationToken)
    {
        if (result.Error is not { } error || result.Outcome == CallOutcome.Cancelled)
        {
            return;
        }

        var response = exchange.Http.Response;
        if (result.Midway)
        {
            if (!exchange.SendsBytes)
            {
                await response.Body.WriteAsync(
                    exchange.Front.Errors.StreamEvent(error, exchange.RequestId, exchange.Call.Framing), cancellationToken);
                await response.Body.FlushAsync(cancellationToken);
            }

            throw new AnswerBrokenException(exchange.RequestId, error.Code);
        }

        if (result.VendorError is { } vendorError)
        {
            response.StatusCode = error.Status;
            response.ContentType = "application/json";
            AnswerHeaders.NameTarget(exchange);
            response.ContentLength = vendorError.Length;
            await response.Body.WriteAsync(vendorError, cancellationToken);
            return;
        }

        AnswerHeaders.NameTarget(exchange);
        await exchange.Front.Errors.WriteAsync(response, error, exchange.RequestId, cancellationToken);
    }

    private static async Task TellUnexpectedAsync(Exchange exchange, HubError error, CancellationToken cancellationToken)
    {
        if (exchange.Http.Response.HasStarted)
        {
            throw new AnswerBrokenException(exchange.RequestId, error.Code);
        }

        exchange.Http.Response.ContentLength = null;
        await exchange.Front.Errors.WriteAsync(exchange.Http.Response, error, exchange.RequestId, cancellationToken);
    }
}
