using System.Text;
using AigneHub.Core;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;
using Scalar.AspNetCore;

namespace AigneHub.Gateway.OpenApi;

/// <summary>
/// <c>GET /openapi.json</c>: the description of the hub's API, https://spec.openapis.org/oas/v3.1.1.html; <c>GET /docs</c>: the same to
/// read, by Scalar's page, whose script comes from this hub: the page asks nobody else for anything.
/// </summary>
public sealed class OpenApiEndpoints(HubIds ids)
{
    private const string Script = "text/javascript; charset=utf-8";

    /// <summary>The names of such files hold their hash.</summary>
    private const string KeepForGood = "public, max-age=31536000, immutable";
    private const string AskAgain = "no-cache";

    // Scalar adds style elements; scripts are the hub's own files alone.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Page =
        """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>AigneHub API</title>
          <link rel="icon" href="data:,">
        </head>
        <body>
          <div id="app"></div>
          <script src="docs/{scalar}"></script>
          <script src="docs/{start}"></script>
        </body>
        </html>

        """;

    private const string Start =
        """
        Scalar.createApiReference('#app', {
          url: 'openapi.json',
          agent: { disabled: true },
          hideClientButton: true,
          mcp: { disabled: true },
          persistAuth: false,
          showDeveloperTools: 'never',
          telemetry: false,
          withDefaultFonts: false,
        });

        """;

    private readonly Lazy<StaticAnswer> _document = new(
        () => new StaticAnswer(Resource(typeof(OpenApiEndpoints), "openapi.json"), "application/json", AskAgain));

    private readonly Lazy<IReadOnlyDictionary<string, StaticAnswer>> _files = new(MakeFiles);

    /// <summary>The document, with its ETag.</summary>
    public Task DocumentAsync(HttpRequest request, CancellationToken cancellationToken) =>
        _document.Value.WriteAsync(request, cancellationToken);

    /// <summary>The page; with a slash behind its address, the way to it: what it names lies beside it.</summary>
    public Task PageAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Path.Value?.EndsWith('/') == true)
        {
            // Relative, and not the host's own address: a proxy may have the hub below a path of its own.
            var response = request.HttpContext.Response;
            response.StatusCode = StatusCodes.Status308PermanentRedirect;
            response.Headers.Location = "../docs";
            response.Headers.CacheControl = AskAgain;
            return Task.CompletedTask;
        }

        var headers = request.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        return _files.Value[""].WriteAsync(request, cancellationToken);
    }

    /// <summary>One of the page's scripts.</summary>
    public Task FileAsync(HttpRequest request, string file, CancellationToken cancellationToken)
    {
        if (file.Length > 0 && _files.Value.TryGetValue(file, out var found))
        {
            return found.WriteAsync(request, cancellationToken);
        }

        var requestId = ids.New().ToString("N");
        request.HttpContext.Response.Headers["x-request-id"] = requestId;
        return Problem.WriteAsync(
            request.HttpContext.Response, Problem.NotFound("There is no such file. The page is at /docs."), requestId, cancellationToken);
    }

    /// <summary>By name; the page's is empty.</summary>
    private static Dictionary<string, StaticAnswer> MakeFiles()
    {
        var scalar = new StaticAnswer(
            Resource(typeof(ScalarOptions), "ScalarStaticAssets.scalar.js"), Script, KeepForGood, isGzip: true);
        var start = new StaticAnswer(Encoding.UTF8.GetBytes(Start), Script, KeepForGood);
        var (scalarName, startName) = ($"scalar.{scalar.Hash}.js", $"start.{start.Hash}.js");
        var page = Page.Replace("{scalar}", scalarName, StringComparison.Ordinal).Replace("{start}", startName, StringComparison.Ordinal);
        return new Dictionary<string, StaticAnswer>
        {
            [""] = new StaticAnswer(Encoding.UTF8.GetBytes(page), "text/html; charset=utf-8", AskAgain),
            [scalarName] = scalar,
            [startName] = start,
        };
    }

    private static byte[] Resource(Type beside, string name)
    {
        using var stream = beside.Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{beside.Assembly.GetName().Name} has no resource {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
