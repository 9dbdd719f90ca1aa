using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AigneHub.Core.Access;
using AigneHub.Core;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Management;

/// <summary>What every management call goes through: authentication, the role, one place for errors.</summary>
public sealed partial class ManagementHandler(
    KeyAuthenticator authenticator, HubIds ids, UnexpectedErrors unexpected, IIncidents incidents, ILogger<ManagementHandler> logger)
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
    /// <param name="id">Of the account, team or project that the call is about, where it is about one.</param>
    public Task RunAsync(
        HttpRequest request, ManagementRoute route, string id, Func<ManagementCall, Task<HubError?>> endpoint,
        CancellationToken cancellationToken) =>
        AnswerAsync(request, async requestId =>
        {
            var (caller, error) = await authenticator.AuthenticateAsync(request, cancellationToken);
            return caller is null ? error
                : !May(caller, route, id) ? Forbidden(route)
                : await endpoint(new ManagementCall(request, caller, requestId, Bodies, BodyBytesMax, cancellationToken));
        }, cancellationToken);

    private static bool May(Caller caller, ManagementRoute route, string id) => route.Scope switch
    {
        RouteScope.Own => caller.May(route.Permission, Scope.OfAccount(caller.Account)),
        RouteScope.Account => caller.May(route.Permission, Scope.OfAccount(id)),
        RouteScope.Team => caller.May(route.Permission, Scope.OfTeam(id)),
        RouteScope.Project => caller.May(route.Permission, Scope.OfProject(id)),
        RouteScope.Key => caller.MaySomewhere(route.Permission),
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
            error = await endpoint(requestId);
        }
        catch (OperationCanceledException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            error = new HubError(
                503, "hub_stopping", Blame.Hub, "This instance of the hub is stopping. Retry.", RetryAfter: TimeSpan.FromSeconds(1));
        }
        catch (InvalidContinuationException)
        {
            error = Problem.BadRequest("This continuation is not one of this list.", "continuation");
        }
        catch (StorageUnavailableException e)
        {
            LogStorage(requestId, e);
            error = new HubError(
                503, "storage_unavailable", Blame.Hub, "The hub's storage does not answer at the moment. Retry shortly.",
                RetryAfter: TimeSpan.FromSeconds(2));
        }
        catch (PaymentProviderUnavailableException e) when (e.NeedsOperator)
        {
            incidents.Report(new Incident(IncidentKind.PaymentProviderRefused, null, requestId, e.Message));
            error = new HubError(
                502, "payment_provider_refused", Blame.Upstream,
                "The payment provider has refused what the hub has asked for. The hub's operators have been told; repeating it won't help.");
        }
        catch (PaymentProviderUnavailableException e)
        {
            LogProvider(requestId, e);
            error = new HubError(
                503, "payment_provider_unavailable", Blame.Upstream,
                "The payment provider does not answer at the moment. Repeat the request.",
                RetryAfter: TimeSpan.FromSeconds(5));
        }
#pragma warning disable CA1031 // The one place where a bug becomes a clean 500 instead of the host's empty one.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = unexpected.Report(requestId, e);
        }

        if (error is null)
        {
            return;
        }

        if (response.HasStarted)
        {
            throw new AnswerBrokenException(requestId, error.Code);
        }

        await Problem.WriteAsync(response, error, requestId, request.HttpContext.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Management call {RequestId}: the payment provider does not answer")]
    private partial void LogProvider(string requestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Management call {RequestId}: storage does not answer")]
    private partial void LogStorage(string requestId, Exception exception);
}

/// <summary>One authenticated management call.</summary>
public sealed class ManagementCall
{
    private readonly BodyMemory _bodies;
    private readonly int _bodyBytesMax;

    internal ManagementCall(
        HttpRequest request, Caller caller, string requestId, BodyMemory bodies, int bodyBytesMax, CancellationToken cancellationToken)
    {
        Request = request;
        Caller = caller;
        RequestId = requestId;
        CancellationToken = cancellationToken;
        _bodies = bodies;
        _bodyBytesMax = bodyBytesMax;
    }

    public HttpRequest Request { get; }
    public Caller Caller { get; }
    public string RequestId { get; }
    public CancellationToken CancellationToken { get; }

    /// <summary>
    /// The body as <typeparamref name="T"/>; unknown and repeated fields are refused. Exactly one of the results is null.
    /// </summary>
    internal async Task<(T? Value, HubError? Error)> ReadAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        var (body, error) = await ReadBodyAsync(_bodyBytesMax);
        using (body)
        {
            try
            {
                var value = body is null ? null : JsonSerializer.Deserialize(body.Bytes.Span, type);
                return value is null ? (null, error ?? Problem.BadRequest("The body must be a JSON object.")) : (value, null);
            }
            catch (JsonException e)
            {
                return (null, Wrong(e));
            }
        }
    }

    /// <summary>Of a body that could not be read: the message names the field and never quotes values.</summary>
    internal static HubError Wrong(JsonException e) =>
        Problem.BadRequest($"The body is not what this call takes: {Describe(e)}", e.Path);

    /// <summary>The body as it came, for documents with a form of their own. Exactly one of the results is null.</summary>
    /// <param name="otherMedia">A media type that is taken besides JSON; null for none.</param>
    internal async Task<(byte[]? Bytes, HubError? Error)> ReadBytesAsync(int bytesMax, string? otherMedia = null)
    {
        var (body, error) = await ReadBodyAsync(bytesMax, otherMedia);
        using (body)
        {
            return (body?.Bytes.ToArray(), error);
        }
    }

    internal Task WriteAsync<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        var response = Request.HttpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(response.Body, value, type, CancellationToken);
    }

    private async Task<(RequestBody? Body, HubError? Error)> ReadBodyAsync(int bytesMax, string? otherMedia = null) =>
        Request.HasJsonContentType() || (otherMedia is not null && Request.GetTypedHeaders().ContentType?.MediaType == otherMedia)
            ? await RequestBody.ReadAsync(Request, _bodies, bytesMax, CancellationToken)
            : (null, new HubError(
                415, "unsupported_media_type", Blame.Caller,
                $"Send the body as Content-Type: application/json{(otherMedia is null ? "" : $" or {otherMedia}")}."));

    private static string Describe(JsonException e) =>
        e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? $"unknown field at {e.Path}."
        : e.Message.Contains("missing required", StringComparison.Ordinal) ? "a required field is missing."
        : $"malformed or of the wrong type at {e.Path ?? "$"} (line {e.LineNumber + 1}).";
}
