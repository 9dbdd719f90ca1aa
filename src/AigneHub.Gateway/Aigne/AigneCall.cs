using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>One call of AIGNE's endpoints that are no model calls.</summary>
internal sealed class AigneCall(HttpRequest request, CancellationToken cancellationToken)
{
    public HttpRequest Request { get; } = request;
    public AigneQuery Query { get; } = new(request);
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Writes the answer; no error.</summary>
    public async Task<HubError?> WriteAsync<T>(T document, JsonTypeInfo<T> type)
    {
        var response = Request.HttpContext.Response;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, type);
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, CancellationToken);
        return null;
    }
}
