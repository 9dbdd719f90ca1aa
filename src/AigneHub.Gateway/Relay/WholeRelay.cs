using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Idempotency;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// Hands an answer that is not streamed on, byte for byte. It is read whole first: a body that breaks off, or is no answer
/// in spite of its status, becomes a clean error, and the usage in it is known before the client could be told.
/// </summary>
internal static class WholeRelay
{
    /// <param name="content">The answer's body as far as it came.</param>
    /// <param name="read">What the body is.</param>
    /// <param name="textType">The content type of an answer that is text, passed on as it is; null for a document.</param>
    public static async ValueTask<RelayResult> RunAsync(
        Exchange exchange, IAttemptCodec codec, UpstreamContent content, AnswerReading read, string? textType,
        IdempotencyKeys idempotency)
    {
        var gone = exchange.Http.RequestAborted;
        if (content.Failure == UpstreamFailureKind.Cancelled && gone.IsCancellationRequested)
        {
            return new RelayResult(RelayEnd.ClientGone);
        }

        if (content.Failure != UpstreamFailureKind.None)
        {
            return new RelayResult(RelayEnd.FailedBefore, content.Failure, Cause: content.Cause);
        }

        if (read.Error is not null)
        {
            return new RelayResult(RelayEnd.FailedBefore, Said: read.Error);
        }

        if (!read.IsAnswer || codec.Answer(content.Bytes) is not { } found)
        {
            return new RelayResult(RelayEnd.FailedBefore, UpstreamFailureKind.InvalidResponse);
        }

        if (exchange.Front.Shape.AwaitsVideo)
        {
            // The answer is the video, which the call goes on to wait for.
            return new RelayResult(gone.IsCancellationRequested ? RelayEnd.ClientGone : RelayEnd.Delivered);
        }

        var contentType = textType ?? found.ContentType;
        var response = exchange.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.ContentLength = found.Bytes.Length;
        await idempotency.KeepAsync(exchange, found.Bytes, contentType);
        try
        {
            await response.Body.WriteAsync(found.Bytes, gone);
            exchange.MarkFirstByte();
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Seen below.
        }

        return new RelayResult(gone.IsCancellationRequested ? RelayEnd.ClientGone : RelayEnd.Delivered);
    }
}
