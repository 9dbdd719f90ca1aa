using System.Net.Mime;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Bodies;

/// <summary>Reads the bodies of model calls, in whichever form they come.</summary>
internal sealed class RequestBodies(BodyMemory memory, SpoolSpace spool, GatewayOptions options, TimeProvider time)
{
    /// <summary>Smaller ones are bounded by the slowest rate alone.</summary>
    private const int QuickBytesMax = 1024 * 1024;

    /// <summary>An empty one, for a request that came as JSON.</summary>
    public RequestForm NewForm() => new(memory, spool);

    /// <summary>Exactly one of the results is null. Errors: 400, 408, 413, 415, 503.</summary>
    /// <param name="kinds">What the API takes.</param>
    public async ValueTask<(RequestBody? Body, HubError? Error)> ReadAsync(
        HttpRequest request, BodyKinds kinds, CancellationToken cancellationToken)
    {
        var isJson = kinds.HasFlag(BodyKinds.Json) && request.HasJsonContentType();
        if (!isJson && (!kinds.HasFlag(BodyKinds.Form) || !IsForm(request.ContentType)))
        {
            return (null, BodyErrors.UnsupportedType(kinds));
        }

        return isJson && request.ContentLength <= QuickBytesMax
            ? await RequestBody.ReadAsync(request, memory, options.BodyBytesMax, cancellationToken)
            : await ReadInTimeAsync(request, isJson, cancellationToken);
    }

    private async ValueTask<(RequestBody? Body, HubError? Error)> ReadInTimeAsync(
        HttpRequest request, bool isJson, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.BodySecondsMax), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (isJson)
            {
                return await RequestBody.ReadAsync(request, memory, options.BodyBytesMax, either.Token);
            }

            using var reader = new FormReader(memory, spool, options.FormBytesMax);
            return await reader.ReadAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, BodyErrors.TooSlow);
        }
    }

    private static bool IsForm(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals(MediaTypeNames.Multipart.FormData, StringComparison.OrdinalIgnoreCase) == true;
}
