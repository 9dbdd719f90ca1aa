using System.Buffers;
using System.Net.Mime;
using AigneHub.Gateway.Idempotency;
using AigneHub.Providers;
using AigneHub.Providers.Audio;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// Hands an answer of bytes on as it comes, with the vendor's content type. Nothing goes to the client before the first byte
/// has come; a break after it ends the connection without its end, and without a word that would spoil what was sent.
/// </summary>
internal static class BytesRelay
{
    private const int BufferBytes = 32 * 1024;
    private const int ErrorBytesMax = 256 * 1024;

    /// <param name="spoken">Measures the audio that goes by.</param>
    /// <param name="stop">Ends the reading: the call's time is up, or nobody waits for the answer any more.</param>
    public static async Task<RelayResult> RunAsync(
        Exchange exchange, UpstreamResponse answer, SpokenLength spoken, IdempotencyKeys idempotency, CancellationToken stop)
    {
        if (IsDocument(answer.MediaType))
        {
            return await DocumentAsync(answer, stop);
        }

        var gone = exchange.Http.RequestAborted;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var collected = idempotency.Collect(exchange);
        try
        {
            var hasStarted = false;
            while (true)
            {
                var read = await answer.Body.ReadAsync(buffer, stop);
                if (gone.IsCancellationRequested)
                {
                    return new RelayResult(RelayEnd.ClientGone);
                }

                if (read.Failed)
                {
                    return new RelayResult(hasStarted ? RelayEnd.FailedMidway : RelayEnd.FailedBefore, read.Failure, Cause: read.Cause);
                }

                if (read.Bytes == 0)
                {
                    if (!hasStarted)
                    {
                        return new RelayResult(RelayEnd.FailedBefore, UpstreamFailureKind.InvalidResponse);
                    }

                    if (collected?.Whole is { } whole)
                    {
                        await idempotency.KeepAsync(exchange, whole, answer.ContentType!);
                    }

                    return new RelayResult(RelayEnd.Delivered);
                }

                if (!hasStarted)
                {
                    Start(exchange, answer);
                    hasStarted = true;
                }

                collected?.Add(buffer.AsSpan(0, read.Bytes));
                spoken.Add(buffer.AsSpan(0, read.Bytes));
                await exchange.Http.Response.BodyWriter.WriteAsync(buffer.AsMemory(0, read.Bytes), gone);
                exchange.MarkFirstByte();
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return new RelayResult(RelayEnd.ClientGone);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Neither audio nor a file: a vendor's error under a success status, or a proxy's page.</summary>
    private static bool IsDocument(string? mediaType) => mediaType is null
        || mediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase)
        || mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase);

    private static async Task<RelayResult> DocumentAsync(UpstreamResponse answer, CancellationToken stop)
    {
        using var content = await answer.Body.ReadAllAsync(ErrorBytesMax, stop);
        return content.Failure == UpstreamFailureKind.None && VendorError.TryRead(content.Bytes.Span) is { } said
            ? new RelayResult(RelayEnd.FailedBefore, Said: said)
            : new RelayResult(RelayEnd.FailedBefore, UpstreamFailureKind.InvalidResponse);
    }

    private static void Start(Exchange exchange, UpstreamResponse answer)
    {
        var response = exchange.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = answer.ContentType;
        // Who counts the bytes of a named call would think that it is over before its repeat can have them.
        response.ContentLength = exchange.Idempotent is null ? answer.ContentLength : null;
        response.Headers["X-Accel-Buffering"] = "no";
        AnswerHeaders.Apply(exchange, answer);
        exchange.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        exchange.MarkContent();
        exchange.SendsBytes = true;
    }
}
