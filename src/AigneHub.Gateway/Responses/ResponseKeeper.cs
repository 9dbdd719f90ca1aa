using AigneHub.Core;
using AigneHub.Core.Responses;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Responses;

/// <summary>
/// Remembers with which provider and credential each stored response was made, so that a call that continues it goes there,
/// and so that no other account can continue or read it.
/// </summary>
internal sealed partial class ResponseKeeper(IStoredResponses responses, TimeProvider time, ILogger<ResponseKeeper> logger)
{
    /// <summary>How long a client waits for the note before it gets the end of its answer.</summary>
    private static readonly TimeSpan KeepTimeMax = TimeSpan.FromSeconds(3);

    /// <summary>
    /// To be awaited before the client has the whole answer: its next call may come at once, to another instance. Never fails:
    /// what can't be remembered can't be continued, but it is answered.
    /// </summary>
    /// <param name="id">As the vendor named the response; null when it didn't.</param>
    public async Task KeepAsync(Exchange exchange, string? id)
    {
        if (id is null || !exchange.Head.Store || !StoredResponse.IsId(id)
            || ProviderTable.Find(exchange.Target.Provider.Vendor) is not { KeepsResponses: true })
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(KeepTimeMax, time);
            await responses.PutAsync(
                new StoredResponse(exchange.Caller.Account, id, exchange.Target.Provider.Id, exchange.Credential.Id),
                limit.Token).WaitAsync(limit.Token);
        }
#pragma warning disable CA1031 // The answer is there and must be delivered and billed, whatever storage says.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotKept(exchange.RequestId, e);
        }
    }

    /// <summary>The plan with nothing in it but the place of the response that the call continues. One of the results is null.</summary>
    public async Task<(RoutePlan? Plan, HubError? Error)> PinAsync(
        RoutePlan plan, string account, string previous, CancellationToken cancellationToken)
    {
        StoredResponse? stored;
        try
        {
            stored = StoredResponse.IsId(previous) ? await responses.FindAsync(account, previous, cancellationToken) : null;
        }
        catch (StorageUnavailableException e)
        {
            LogNotFound(e);
            return (null, KeptCalls.StorageUnavailable);
        }

        if (stored is null)
        {
            return (null, new HubError(
                400, "previous_response_not_found", Blame.Caller, $"Previous response with id '{Shown(previous)}' not found.",
                "previous_response_id"));
        }

        return plan.PinnedTo(stored.Provider, stored.Credential) is { } pinned
            ? (pinned, null)
            : (null, new HubError(
                400, "previous_response_elsewhere", Blame.Caller,
                $"The previous response was made by the provider '{stored.Provider}', which keeps it; the model of this request is not "
                + "served there (any more). Continue with one of its models, or send the conversation in 'input'.",
                "previous_response_id"));
    }

    internal static string Shown(string id) => StoredResponse.IsId(id) ? id : "…";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: its response can't be remembered, so it can't be continued")]
    private partial void LogNotKept(string requestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A previous response can't be looked up: storage does not answer")]
    private partial void LogNotFound(Exception exception);
}
