using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Gateway.Configuration;
using AigneHub.Providers.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Management;

/// <summary>What the management calls of stored records have in common.</summary>
public sealed partial class ConfigurationCalls(HubSnapshots snapshots, TimeProvider time, ILogger<ConfigurationCalls> logger)
{
    internal const int PageMax = 200;
    private const int PageDefault = 50;
    private static readonly RecordState Pending = new(RecordStatus.Pending, "This instance will take it up within seconds.");

    internal DateTimeOffset Now => time.GetUtcNow();

    internal ConfigurationInForce InForce => snapshots.InForce;

    internal SettingsConfiguration Settings => snapshots.Settings;

    /// <summary>Puts in force what is stored.</summary>
    internal Task RefreshAsync(CancellationToken cancellationToken) => snapshots.RefreshAsync(cancellationToken);

    internal static RecordState StateOf(IReadOnlyDictionary<string, RecordState> states, string id) =>
        states.GetValueOrDefault(id) ?? Pending;

    /// <summary>Reads <c>limit</c>, <c>continuation</c> and, where there is one, <c>provider</c>.</summary>
    internal static (int Limit, string? Continuation, string? Provider, HubError? Error) Page(HttpRequest request, bool ofProvider)
    {
        var query = ofProvider ? new Query(request, "limit", "continuation", "provider") : new Query(request, "limit", "continuation");
        var limit = query.Limit("limit", PageDefault, PageMax);
        return (limit, query.Text("continuation"), ofProvider ? query.Text("provider") : null, query.Error);
    }

    /// <summary>Null when the header names the version found.</summary>
    internal static HubError? CheckIfMatch(ManagementCall call, string etag, bool isNeeded)
    {
        var ifMatch = call.Request.Headers.IfMatch.ToString();
        return ifMatch.Length == 0
            ? isNeeded
                ? new HubError(
                    428, "if_match_required", Blame.Caller, "Send If-Match with the ETag of the version you are changing.",
                    "If-Match")
                : null
            : ifMatch == etag ? null : Mismatch();
    }

    internal static HubError ReadOnly(string setting) => new(
        409, "read_only", Blame.Caller, $"This entry comes from the hub's settings ({setting}): change it there.");

    internal static HubError? Invalid((string Message, string Param)? wrong) =>
        wrong is { } found ? Problem.BadRequest(found.Message, found.Param) : null;

    /// <summary>
    /// The error of a write; null when it is done: then it is in force on this instance, and on the others within seconds.
    /// </summary>
    /// <param name="what">Action and kind, e.g. <c>Created provider</c>.</param>
    internal async Task<HubError?> AfterAsync(ManagementCall call, WriteResult result, string what, string id)
    {
        if (Written(call, result, what, id) is { } error)
        {
            return error;
        }

        await PutInForceAsync(call);
        return null;
    }

    /// <summary>The error of a write; null when it is done, and will be in force within seconds.</summary>
    /// <inheritdoc cref="AfterAsync"/>
    internal HubError? Written(ManagementCall call, WriteResult result, string what, string id)
    {
        var error = ErrorOf(result);
        if (error is null)
        {
            LogChange(call.RequestId, call.Caller.Key.Id, what, id);
        }

        return error;
    }

    /// <summary>Puts in force at once what this call has written.</summary>
    internal async Task PutInForceAsync(ManagementCall call)
    {
        try
        {
            await snapshots.RefreshAsync(call.CancellationToken);
        }
#pragma warning disable CA1031 // It is stored, whatever keeps this instance from following at once; it tries again, like the others.
        catch (Exception e) when (!call.CancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogLater(call.RequestId, e);
        }
    }

    internal static async Task<HubError?> NoContentAsync(ManagementCall call, Task<HubError?> after)
    {
        var error = await after;
        if (error is null)
        {
            call.Request.HttpContext.Response.StatusCode = StatusCodes.Status204NoContent;
        }

        return error;
    }

    private static HubError? ErrorOf(WriteResult result) => result.Status switch
    {
        WriteStatus.Done => null,
        WriteStatus.Exists => new(409, "already_exists", Blame.Caller, result.Message!),
        WriteStatus.NotFound => Problem.NotFound(result.Message!),
        WriteStatus.Changed => Mismatch(),
        WriteStatus.ProviderMissing => Problem.BadRequest(result.Message!, "provider", "provider_not_found"),
        WriteStatus.TooMany => new(409, "too_many", Blame.Caller, result.Message!),
        WriteStatus.TooLarge => new(413, "request_too_large", Blame.Caller, result.Message!),
        _ => new(409, "conflict", Blame.Caller, result.Message!),
    };

    internal static HubError Mismatch() => new(
        412, "etag_mismatch", Blame.Caller, "It has been changed meanwhile. Read it again and repeat the change.", "If-Match");

    [LoggerMessage(Level = LogLevel.Information, Message = "Management call {RequestId} by {Key}: {What} {Id}")]
    private partial void LogChange(string requestId, string key, string what, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Management call {RequestId}: stored, but not in force here yet")]
    private partial void LogLater(string requestId, Exception exception);
}
