using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.OpenApi;

/// <summary>A file that is part of the hub and the same for everybody: answered with its ETag, and as it was packed.</summary>
/// <param name="content">Its bytes; those of gzip when <paramref name="isGzip"/>.</param>
/// <param name="cacheControl">How long clients may keep it.</param>
internal sealed class StaticAnswer(byte[] content, string contentType, string cacheControl, bool isGzip = false)
{
    private const string Gzip = "gzip";
    private const int HashCharacters = 16;

    /// <summary>The first 64 bits of the content's SHA-256 in hex.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(content))[..HashCharacters];

    /// <summary>304 when the client names the version that it would get.</summary>
    public async Task WriteAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var response = request.HttpContext.Response;
        var headers = response.Headers;
        var etag = $"\"{Hash}\"";
        headers.ETag = etag;
        headers.CacheControl = cacheControl;
        headers.XContentTypeOptions = "nosniff";
        if (isGzip)
        {
            headers.Append("Vary", "Accept-Encoding");
        }

        if (request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(
            one => one == "*" || one == etag || one == $"W/{etag}"))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = contentType;
        if (!isGzip)
        {
            response.ContentLength = content.Length;
            await response.Body.WriteAsync(content, cancellationToken);
        }
        else if (TakesGzip(request))
        {
            headers.ContentEncoding = Gzip;
            response.ContentLength = content.Length;
            await response.Body.WriteAsync(content, cancellationToken);
        }
        else
        {
            await using var unpacked = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
            await unpacked.CopyToAsync(response.Body, cancellationToken);
        }
    }

    private static bool TakesGzip(HttpRequest request) => request.GetTypedHeaders().AcceptEncoding.Any(
        one => one.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);
}
