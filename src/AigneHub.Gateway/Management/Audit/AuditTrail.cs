using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Audit;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Management.Audit;

/// <summary>Writes the audit log: the intent of a changing call before it, its outcome after it.</summary>
public sealed partial class AuditTrail(
    IAuditStore store, ClientAddress addresses, TimeProvider time, ILogger<AuditTrail> logger)
{
    /// <summary>Nginx's word for a client that left before its answer.</summary>
    private const int ClientGone = 499;

    // Ids come from routes, whatever callers write there.
    private const int TargetCharsMax = 256;

    private const int DeniedMax = 20;
    private const int AllDeniedMax = 200;
    private const int ChangesMax = 60;

    private readonly MinuteLimit _denials = new(DeniedMax, AllDeniedMax, time);
    private readonly MinuteLimit _changes = new(ChangesMax, int.MaxValue, time);

    internal static bool IsChange(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    /// <summary>
    /// Null while the log has room for a change of this caller: whoever has no role on the hub can't fill it. Keys that somebody has made
    /// for himself count as he does.
    /// </summary>
    internal HubError? CheckRate(Caller caller) =>
        caller.Assignments.Any(one => one.Scope == Scope.Hub)
        || _changes.Take(caller.Key.Member ?? caller.Key.Parent ?? caller.Key.Id) is not { } pause
            ? null
            : new HubError(
                429, "rate_limit_exceeded", Blame.Caller,
                $"Without a role on the hub, {ChangesMax} calls a minute may change something. Repeat it later.", RetryAfter: pause);

    /// <exception cref="StorageUnavailableException">Nothing is written: nothing may be changed.</exception>
    internal async Task<AuditDraft> BeginAsync(
        HttpRequest request, Caller caller, ManagementRoute route, string id, string requestId, CancellationToken cancellationToken)
    {
        var intent = IntentOf(request, caller, route, id, requestId);
        await store.AddAsync(intent, cancellationToken);
        return new AuditDraft(intent);
    }

    /// <summary>Likewise for somebody who need not be a member.</summary>
    /// <inheritdoc cref="BeginAsync(HttpRequest, Caller, ManagementRoute, string, string, CancellationToken)"/>
    internal async Task<AuditDraft> BeginAsync(
        HttpRequest request, TokenIdentity identity, string action, string target, string requestId,
        CancellationToken cancellationToken)
    {
        var intent = IntentOf(request, identity, action, target, requestId);
        await store.AddAsync(intent, cancellationToken);
        return new AuditDraft(intent);
    }

    /// <summary>The change is made, or not: whatever becomes of this, the caller is told which.</summary>
    internal async Task EndAsync(AuditDraft draft, int status, string? error)
    {
        try
        {
            // Storage's own limits of time bound it; a caller that has gone or a stop must not.
            await store.AddAsync(draft.End(OutcomeOf(status), status, error, time.GetUtcNow()), CancellationToken.None);
        }
#pragma warning disable CA1031 // The entry stays unfinished, which says what is to be looked at.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUnfinished(draft.Intent.Action, draft.Intent.Actor.Id, draft.Intent.Id.ToString("N"), status, e);
        }
    }

    internal Task EndGoneAsync(AuditDraft draft) => EndAsync(draft, ClientGone, "client_gone");

    /// <summary>A call that was answered with 403. Nothing was changed: storage that is away doesn't turn it into another error.</summary>
    internal Task DenyAsync(
        HttpRequest request, Caller caller, ManagementRoute route, string id, string requestId, HubError error,
        CancellationToken cancellationToken) =>
        DenyAsync(IntentOf(request, caller, route, id, requestId), error, cancellationToken);

    /// <summary>A call of somebody who need not be a member that was answered with 403 or 404.</summary>
    internal Task DenyAsync(
        HttpRequest request, TokenIdentity identity, string action, string target, string requestId, HubError error,
        CancellationToken cancellationToken) =>
        DenyAsync(IntentOf(request, identity, action, target, requestId), error, cancellationToken);

    private async Task DenyAsync(AuditEntry intent, HubError error, CancellationToken cancellationToken)
    {
        if (_denials.Take(intent.Actor.Id) is not null)
        {
            LogMore(intent.Actor.Id, intent.Action);
            return;
        }

        try
        {
            var denied = new AuditDraft(intent).End(OutcomeOf(error.Status), error.Status, error.Code, time.GetUtcNow());
            await store.AddAsync(denied, cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            LogDenial(intent.Actor.Id, intent.Action, e);
        }
    }

    private static AuditOutcome OutcomeOf(int status) => status switch
    {
        < 400 => AuditOutcome.Done,
        403 => AuditOutcome.Denied,
        ClientGone or >= 500 => AuditOutcome.Failed,
        _ => AuditOutcome.Refused,
    };

    private AuditEntry IntentOf(HttpRequest request, TokenIdentity identity, string action, string target, string requestId) => new(
        Guid.ParseExact(requestId, "N"), new AuditActor(identity.MemberId, identity.Name ?? identity.MemberId, "", []),
        addresses.Of(request.HttpContext)?.ToString(), request.Method, action, target, null);

    private AuditEntry IntentOf(HttpRequest request, Caller caller, ManagementRoute route, string id, string requestId)
    {
        var target = id.Length == 0 && route.Scope == RouteScope.Own ? caller.Account : id;
        return new AuditEntry(
            Guid.ParseExact(requestId, "N"), ActorOf(caller), addresses.Of(request.HttpContext)?.ToString(), request.Method,
            route.Function, route.Target, target.Length == 0 ? null : target[..Math.Min(target.Length, TargetCharsMax)]);
    }

    private static AuditActor ActorOf(Caller caller) => new(
        caller.Key.Id, caller.Key.Name, caller.Account,
        [.. caller.Assignments.Select(one => $"{one.Role.ToString().ToLowerInvariant()}@{one.Scope}")]);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Incident audit: {Action} by {Actor} ended with {Status}, which could not be written; {RequestId} stays unfinished")]
    private partial void LogUnfinished(string action, string actor, string requestId, int status, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A denied call of {Actor}, {Action}, could not be written to the audit log")]
    private partial void LogDenial(string actor, string action, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Denied calls of {Actor} in this minute are too many for the audit log: {Action}")]
    private partial void LogMore(string actor, string action);
}
