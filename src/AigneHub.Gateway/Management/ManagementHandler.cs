using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Core.Telemetry;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Management.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Management;

/// <summary>What every management call goes through: authentication, the role, the audit log, one place for errors.</summary>
public sealed partial class ManagementHandler(
    CallerGate gate, KeyAccess keys, KeyAuthenticator authenticator, AuditTrail audit, HubIds ids, UnexpectedErrors unexpected,
    IIncidents incidents, HubMetrics metrics, IHubSnapshots snapshots, ILogger<ManagementHandler> logger)
{
    private const int BodyBytesMax = 256 * 1024;

    /// <summary>Its own, so that model calls that fill theirs can't keep administrators out.</summary>
    internal BodyMemory Bodies { get; } = new(64L * 1024 * 1024);

    /// <summary>Of callers that are not known before their body is read, so that they can't keep administrators out either.</summary>
    internal BodyMemory UnauthenticatedBodies { get; } = new(8L * 1024 * 1024);

    /// <summary>
    /// Runs <paramref name="endpoint"/> for a caller that may make this call. What it returns is an error to render as problem
    /// details; null when it has written its answer.
    /// </summary>
    public Task RunAsync(
        HttpRequest request, ManagementRoute route, Func<ManagementCall, Task<HubError?>> endpoint,
        CancellationToken cancellationToken) => RunAsync(request, route, "", endpoint, cancellationToken);

    /// <inheritdoc cref="RunAsync(HttpRequest, ManagementRoute, Func{ManagementCall, Task{HubError?}}, CancellationToken)"/>
    /// <param name="id">
    /// Of the thing that the call is about, where its route names one: what the permission is needed for, and the audit log's target.
    /// </param>
    public Task RunAsync(
        HttpRequest request, ManagementRoute route, string id, Func<ManagementCall, Task<HubError?>> endpoint,
        CancellationToken cancellationToken) =>
        AnswerAsync(request, async requestId =>
        {
            var isChange = AuditTrail.IsChange(request);
            var (caller, error) = await gate.JudgeAsync(request, route.KeyScope, cancellationToken);
            if (caller is null)
            {
                if (isChange && error!.Status == StatusCodes.Status403Forbidden
                    && (await authenticator.IdentifyTokenAsync(request, cancellationToken)).Identity is { } stranger)
                {
                    await audit.DenyAsync(request, stranger, route.Function, route.Target, requestId, error, cancellationToken);
                }

                return error;
            }

            error ??= !caller.MayDespite(route.Permission) ? caller.Refusal : !May(caller, route, id) ? Forbidden(route) : null;
            if (error is not null)
            {
                if (isChange)
                {
                    await audit.DenyAsync(request, caller, route, id, requestId, error, cancellationToken);
                }

                return error;
            }

            Task<HubError?> Run(ManagementCall call) => RunAsync(call, route, id, endpoint);
            if (!isChange)
            {
                return await Run(new ManagementCall(request, caller, requestId, Bodies, BodyBytesMax, cancellationToken));
            }

            if (audit.CheckRate(caller) is { } tooMany)
            {
                return tooMany;
            }

            var draft = await audit.BeginAsync(request, caller, route, id, requestId, cancellationToken);
            var call = new ManagementCall(request, caller, requestId, Bodies, BodyBytesMax, cancellationToken, draft);
            return await RunAuditedAsync(call, draft, Run);
        }, cancellationToken);

    private async Task<HubError?> RunAsync(
        ManagementCall call, ManagementRoute route, string id, Func<ManagementCall, Task<HubError?>> endpoint) =>
        CheckMode(route.Mode) ?? (route.Scope == RouteScope.Key && id.Length > 0 ? await keys.CheckAsync(call, route, id) : null)
        ?? await endpoint(call);

    /// <summary>Null for what the hub's mode has.</summary>
    private HubError? CheckMode(HubMode? only) => only is null || only == snapshots.Current.Mode ? null
        : only == HubMode.Enterprise ? OwnerEndpoints.CheckMode(OwnerKind.Team, snapshots.Current.Mode)
        : new HubError(
            409, "mode_differs", Blame.Caller,
            "Credit is granted and sold in Provider mode alone. A budget is filled anew each period; POST …/adjustments adds to one.");

    /// <summary>
    /// Runs <paramref name="endpoint"/>, a change, for somebody with a good token, who need not be a member. What can't be found or is
    /// denied counts as a wrong key does.
    /// </summary>
    /// <param name="action">The function that serves it, and what it changes: for the audit log.</param>
    /// <param name="judge">Reads the request and changes nothing; exactly one of its results is null.</param>
    internal Task RunIdentifiedAsync<T>(
        HttpRequest request, (string Function, string Target) action, Func<IdentifiedCall, Task<(T? Judged, HubError? Error)>> judge,
        Func<IdentifiedCall, T, Task<HubError?>> endpoint, CancellationToken cancellationToken)
        where T : class =>
        AnswerAsync(request, async requestId =>
        {
            var (identity, error) = await authenticator.IdentifyTokenAsync(request, cancellationToken);
            if (identity is null)
            {
                return error;
            }

            IdentifiedCall Call(AuditDraft? draft) =>
                new(request, identity, requestId, UnauthenticatedBodies, BodyBytesMax, draft, cancellationToken);
            (var judged, error) = await judge(Call(null));
            if (judged is null)
            {
                if (error!.Status is StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound)
                {
                    authenticator.Failed(request);
                    await audit.DenyAsync(request, identity, action.Function, action.Target, requestId, error, cancellationToken);
                }

                return error;
            }

            var draft = await audit.BeginAsync(request, identity, action.Function, action.Target, requestId, cancellationToken);
            return await RunAuditedAsync(Call(draft), draft, call => endpoint(call, judged));
        }, cancellationToken);

    private async Task<HubError?> RunAuditedAsync<T>(T call, AuditDraft draft, Func<T, Task<HubError?>> endpoint)
        where T : ManagementRequest
    {
        HubError? error;
        try
        {
            error = await ErrorOfAsync(call.Request, call.RequestId, () => endpoint(call), call.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            await audit.EndGoneAsync(draft);
            throw;
        }

        await audit.EndAsync(draft, error?.Status ?? call.Request.HttpContext.Response.StatusCode, error?.Code);
        return error;
    }

    internal static bool May(Caller caller, ManagementRoute route, string id) => route.Scope switch
    {
        RouteScope.Own => caller.May(route.Permission, Scope.OfAccount(caller.Account)),
        RouteScope.Account => caller.May(route.Permission, Scope.OfAccount(id)),
        RouteScope.Team => caller.May(route.Permission, Scope.OfTeam(id)),
        RouteScope.Project => caller.May(route.Permission, Scope.OfProject(id)),
        RouteScope.Key or RouteScope.Member => caller.MaySomewhere(route.Permission),
        _ => caller.May(route.Permission),
    };

    private static HubError Forbidden(ManagementRoute route)
    {
        var roles = Enum.GetValues<Role>()
            .Where(role => Roles.Allow(role, route.Permission)).Select(role => role.ToString().ToLowerInvariant());
        var scope = route.Scope switch
        {
            RouteScope.Hub => "on the whole hub",
            RouteScope.Own => "in its own account",
            _ => $"of the {route.Scope.ToString().ToLowerInvariant()} or on the whole hub",
        };
        var hint = route.Permission == Permission.Pay ? " A key may pay, too, that was made with \"mayPay\": true." : "";
        return new HubError(403, "forbidden", Blame.Caller, $"This needs one of the roles {string.Join(", ", roles)} {scope}.{hint}");
    }

    /// <summary>Runs <paramref name="endpoint"/>, which sees for itself who calls, on the body as it came.</summary>
    internal Task RunUnauthenticatedAsync(
        HttpRequest request, Func<ReadOnlyMemory<byte>, Task<HubError?>> endpoint, CancellationToken cancellationToken) =>
        AnswerAsync(
            request,
            async _ =>
            {
                var (body, error) = await RequestBody.ReadAsync(request, UnauthenticatedBodies, BodyBytesMax, cancellationToken);
                using (body)
                {
                    return body is null ? error : await endpoint(body.Bytes);
                }
            },
            cancellationToken);

    /// <summary>For everybody: <paramref name="endpoint"/> gets the request's id and judges the caller itself.</summary>
    internal async Task AnswerAsync(HttpRequest request, Func<string, Task<HubError?>> endpoint, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var requestId = ids.New().ToString("N");
        response.Headers["x-request-id"] = requestId;
        response.Headers.CacheControl = "no-store";
        HubError? error;
        try
        {
            error = await ErrorOfAsync(request, requestId, () => endpoint(requestId), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (error is null)
        {
            return;
        }

        metrics.Error("management", error);
        if (response.HasStarted)
        {
            throw new AnswerBrokenException(requestId, error.Code);
        }

        await Problem.WriteAsync(response, error, requestId, request.HttpContext.RequestAborted);
    }

    /// <summary>What <paramref name="endpoint"/> returns, or what its exception means.</summary>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    private async Task<HubError?> ErrorOfAsync(
        HttpRequest request, string requestId, Func<Task<HubError?>> endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await endpoint();
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new HubError(
                503, "hub_stopping", Blame.Hub, "This instance of the hub is stopping. Retry.", RetryAfter: TimeSpan.FromSeconds(1));
        }
        catch (InvalidContinuationException)
        {
            return Problem.BadRequest("This continuation is not one of this list.", "continuation");
        }
        catch (StorageUnavailableException e)
        {
            LogStorage(requestId, e);
            return new HubError(
                503, "storage_unavailable", Blame.Hub, "The hub's storage does not answer at the moment. Retry shortly.",
                RetryAfter: TimeSpan.FromSeconds(2));
        }
        catch (PaymentProviderUnavailableException e) when (e.NeedsOperator)
        {
            incidents.Report(new Incident(IncidentKind.PaymentProviderRefused, null, requestId, e.Message));
            return new HubError(
                502, "payment_provider_refused", Blame.Upstream,
                "The payment provider has refused what the hub has asked for. The hub's operators have been told; repeating it won't "
                + "help.");
        }
        catch (PaymentProviderUnavailableException e)
        {
            LogProvider(requestId, e);
            return new HubError(
                503, "payment_provider_unavailable", Blame.Upstream,
                "The payment provider does not answer at the moment. Repeat the request.",
                RetryAfter: TimeSpan.FromSeconds(5));
        }
#pragma warning disable CA1031 // The one place where a bug becomes a clean 500 instead of the host's empty one.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return unexpected.Report(requestId, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Management call {RequestId}: the payment provider does not answer")]
    private partial void LogProvider(string requestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Management call {RequestId}: storage does not answer")]
    private partial void LogStorage(string requestId, Exception exception);
}

/// <summary>One authenticated management call.</summary>
public sealed class ManagementCall : ManagementRequest
{
    private readonly BodyMemory _bodies;
    private readonly int _bodyBytesMax;

    internal ManagementCall(
        HttpRequest request, Caller caller, string requestId, BodyMemory bodies, int bodyBytesMax, CancellationToken cancellationToken,
        AuditDraft? audit = null)
        : base(request, requestId, bodies, bodyBytesMax, audit, cancellationToken) =>
        (Caller, _bodies, _bodyBytesMax) = (caller, bodies, bodyBytesMax);

    public Caller Caller { get; }

    /// <summary>One of several changes that a call makes: what it tells the audit log doesn't count, the call's own report does.</summary>
    internal ManagementCall Part() => new(Request, Caller, RequestId, _bodies, _bodyBytesMax, CancellationToken);
}
