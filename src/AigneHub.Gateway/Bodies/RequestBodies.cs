using System.Net.Mime;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Bodies;

/// <summary>Reads the bodies of model calls, in whichever form they come.</summary>
internal sealed class RequestBodies(BodyMemory memory, SpoolSpace spool, GatewayOptions options)
{
    /// <summary>Exactly one of the results is null. Errors: 400, 408, 413, 415, 503.</summary>
    /// <param name="kinds">What the API takes.</param>
    public async ValueTask<(RequestBody? Body, HubError? Error)> ReadAsync(
        HttpRequest request, BodyKinds kinds, CancellationToken cancellationToken)
    {
        if (kinds.HasFlag(BodyKinds.Json) && request.HasJsonContentType())
        {
            return await RequestBody.ReadAsync(request, memory, options.BodyBytesMax, cancellationToken);
        }

        if (!kinds.HasFlag(BodyKinds.Form) || !IsForm(request.ContentType))
        {
            return (null, BodyErrors.UnsupportedType(kinds));
        }

        using var reader = new FormReader(memory, spool, options.FormBytesMax);
        return await reader.ReadAsync(request, cancellationToken);
    }

    private static bool IsForm(string? contentType) =>
        contentType?.Split(';')[0].Trim().Equals(MediaTypeNames.Multipart.FormData, StringComparison.OrdinalIgnoreCase) == true;
}
