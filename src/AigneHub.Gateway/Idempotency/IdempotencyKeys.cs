using AigneHub.Core;
using AigneHub.Core.Idempotency;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Attempts;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Idempotency;

/// <summary>
/// Calls that their clients name with the header <c>Idempotency-Key</c>: a repeat within a day, to whatever instance, gets the
/// first call's answer and costs nothing. An answer of events, or one that is very large, is not kept: its repeat is refused, so that
/// nobody pays unawares. What has cost nothing may be tried again.
/// https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
/// </summary>
internal sealed partial class IdempotencyKeys(
    IIdempotentCalls calls, RecordingMemory memory, GatewayOptions options, TimeProvider time, ILogger<IdempotencyKeys> logger)
{
    private const string Header = "Idempotency-Key";

    /// <summary>How long a client waits at its call's end for what is to be remembered.</summary>
    private static readonly TimeSpan KeepTimeMax = TimeSpan.FromSeconds(3);

    /// <summary>After a call's deadline its instance has ended it, or has died.</summary>
    private static readonly TimeSpan RunsAfter = TimeSpan.FromMinutes(5);

    /// <summary>
    /// To be called when the request is read. Without an error, <c>Answered</c>: the client has the first call's answer; else the
    /// call is to be made, and ended by <see cref="EndAsync"/>.
    /// </summary>
    public async ValueTask<(bool Answered, HubError? Error)> BeginAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (!exchange.Http.Request.Headers.TryGetValue(Header, out var values))
        {
            return default;
        }

        if (values.Count != 1 || values[0] is not { } name || !IdempotentCall.IsName(name))
        {
            return (false, new HubError(
                400, "invalid_value", Blame.Caller, $"{Header} must be one value of 1 to 255 visible ASCII characters.", Header));
        }

        var now = time.GetUtcNow();
        var runsMax = TimeSpan.FromSeconds(Math.Max(options.StreamSecondsMax, options.AnswerSecondsMax)) + RunsAfter;
        var call = new IdempotentCall(
            exchange.Caller.Key.Id, name, CallFingerprint.Of(exchange), exchange.RequestId, now, now + runsMax);
        var (first, error) = await BeginAsync(call, cancellationToken);
        if (error is not null)
        {
            return (false, error);
        }

        if (first is null)
        {
            exchange.Begun(call);
            return default;
        }

        if (Refusal(call, first) is { } refusal)
        {
            return (false, refusal);
        }

        await ReplayAsync(exchange, first, first.Answer!.Value);
        return (true, null);
    }

    /// <summary>For an answer that goes to the client as it comes; null for a call without a name.</summary>
    public CollectedAnswer? Collect(Exchange exchange) => exchange.Idempotent is null ? null : new CollectedAnswer(memory);

    /// <summary>
    /// To be awaited before the client gets a whole answer. Never fails: the answer is there and must be delivered and billed.
    /// </summary>
    public Task KeepAsync(Exchange exchange, ReadOnlyMemory<byte> answer, string contentType) =>
        exchange.Idempotent is { } call
            ? CompleteAsync(exchange, call with { IsDone = true, Answer = answer, ContentType = contentType })
            : Task.CompletedTask;

    private async Task CompleteAsync(Exchange exchange, IdempotentCall done)
    {
        if (await TryAsync(exchange.RequestId, limit => calls.CompleteAsync(done, limit)))
        {
            exchange.Ended();
        }
    }

    /// <summary>To be called when a call has ended, in whatever way. Never fails.</summary>
    public Task EndAsync(Exchange exchange, CallResult? result) =>
        exchange.Idempotent is { } call ? ForgetOrKeepAsync(exchange, call, result) : Task.CompletedTask;

    private async Task ForgetOrKeepAsync(Exchange exchange, IdempotentCall call, CallResult? result)
    {
        exchange.Ended();
        var isPaid = result is { Outcome: CallOutcome.Completed }
            || (result is null ? exchange.Consumed is not null : result.Usage != default);
        await TryAsync(
            exchange.RequestId,
            limit => isPaid ? calls.CompleteAsync(call with { IsDone = true }, limit) : calls.AbandonAsync(call, limit));
    }

    private async Task<(IdempotentCall? First, HubError? Error)> BeginAsync(IdempotentCall call, CancellationToken gone)
    {
        try
        {
            // Not with the client's token: what is half done could not be taken back.
            using var limit = new CancellationTokenSource(KeepTimeMax, time);
            var first = await calls.BeginAsync(call, limit.Token);
            if (first is null && gone.IsCancellationRequested)
            {
                await TryAsync(call.RequestId, stop => calls.AbandonAsync(call, stop));
                gone.ThrowIfCancellationRequested();
            }

            return (first, null);
        }
        catch (Exception e) when (e is StorageUnavailableException || (e is OperationCanceledException && !gone.IsCancellationRequested))
        {
            LogUnknown(call.RequestId, e);
            await TryAsync(call.RequestId, stop => calls.AbandonAsync(call, stop));
            return (null, new HubError(
                503, "storage_unavailable", Blame.Hub,
                $"The hub's storage does not answer at the moment, so it can't be told whether the call of this {Header} was made. Retry.",
                RetryAfter: TimeSpan.FromSeconds(2)));
        }
    }

    private static HubError? Refusal(IdempotentCall call, IdempotentCall first) => first switch
    {
        _ when first.Fingerprint != call.Fingerprint => new HubError(
            422, "idempotency_key_reused", Blame.Caller,
            $"The {Header} was used for another request (x-request-id {first.RequestId}). Use a new one for each request.", Header),
        { IsDone: false } => new HubError(
            409, "idempotency_key_in_use", Blame.Caller,
            $"The first call with this {Header} is still running (x-request-id {first.RequestId}). Retry for its answer.", Header,
            RetryAfter: TimeSpan.FromSeconds(1)),
        { Answer: null } => new HubError(
            410, "idempotent_answer_gone", Blame.Caller,
            $"The call with this {Header} was made and is paid (x-request-id {first.RequestId}), but its answer was streamed or too "
            + "large to be kept. Use a new key to call again.", Header),
        _ => null,
    };

    private static async Task ReplayAsync(Exchange exchange, IdempotentCall first, ReadOnlyMemory<byte> answer)
    {
        var response = exchange.Http.Response;
        response.Headers["x-request-id"] = first.RequestId;
        response.Headers["Idempotent-Replayed"] = "true";
        response.ContentType = first.ContentType;
        response.ContentLength = answer.Length;
        await response.Body.WriteAsync(answer, exchange.Http.RequestAborted);
    }

    private async Task<bool> TryAsync(string requestId, Func<CancellationToken, Task> keep)
    {
        try
        {
            using var limit = new CancellationTokenSource(KeepTimeMax, time);
            await keep(limit.Token).WaitAsync(limit.Token);
            return true;
        }
#pragma warning disable CA1031 // Whatever storage says, the call goes on; its name stays taken, so that a repeat isn't paid.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotKept(requestId, e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: its idempotency key can't be looked up")]
    private partial void LogUnknown(string requestId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: what became of it can't be kept under its idempotency key")]
    private partial void LogNotKept(string requestId, Exception exception);
}
