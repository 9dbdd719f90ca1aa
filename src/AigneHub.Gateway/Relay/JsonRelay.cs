using AigneHub.Gateway.Attempts;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// Hands an answer that is not streamed on, byte for byte. It is read whole first: a body that breaks off becomes a clean
/// error, and the usage in it is known before the client could be told.
/// </summary>
internal static class JsonRelay
{
    /// <param name="content">The answer's body as far as it came.</param>
    public static async Task<RelayResult> RunAsync(Exchange exchange, UpstreamResponse answer, UpstreamContent content)
    {
        if (content.Failure == UpstreamFailureKind.Cancelled && exchange.Http.RequestAborted.IsCancellationRequested)
        {
            return new RelayResult(RelayEnd.ClientGone);
        }

        if (content.Failure != UpstreamFailureKind.None)
        {
            return new RelayResult(RelayEnd.FailedBefore, UpstreamErrors.Of(content.Failure, exchange.Target.Provider), Cause: content.Cause);
        }

        if (!LooksLikeJsonObject(content.Bytes.Span))
        {
            return new RelayResult(RelayEnd.FailedBefore, UpstreamErrors.Of(UpstreamFailureKind.InvalidResponse, exchange.Target.Provider));
        }

        var gone = exchange.Http.RequestAborted;
        var response = exchange.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.ContentLength = content.Bytes.Length;
        AnswerHeaders.Apply(response, answer);
        try
        {
            await response.Body.WriteAsync(content.Bytes, gone);
            exchange.MarkFirstByte();
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Seen below.
        }

        return new RelayResult(gone.IsCancellationRequested ? RelayEnd.ClientGone : RelayEnd.Delivered);
    }

    private static bool LooksLikeJsonObject(ReadOnlySpan<byte> body)
    {
        var trimmed = body.Trim(" \t\r\n"u8);
        return trimmed is [(byte)'{', .., (byte)'}'];
    }
}
