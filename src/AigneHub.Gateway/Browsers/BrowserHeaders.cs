using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Browsers;

/// <summary>
/// What every answer tells browsers: nothing here is a page, a script or something to be framed, guessed at or kept; and, where
/// the settings allow the origin, that its scripts may read the answer (CORS). A function that serves a page says otherwise.
/// </summary>
/// <remarks>
/// It only sets headers and always goes on: the isolated worker waits for a function to run for every request.
/// <see cref="FallbackEndpoints"/> answers the preflights.
/// </remarks>
/// <seealso href="https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers"/>
/// <seealso href="https://fetch.spec.whatwg.org/#http-cors-protocol"/>
internal sealed class BrowserHeaders(GatewayOptions options, ICorsService cors) : IStartupFilter
{
    private const string NothingAllowed = "default-src 'none'; frame-ancestors 'none'";
    private const string HttpsForAYear = "max-age=31536000";
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    private readonly CorsPolicy? _policy = PolicyOf(options);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, following) =>
        {
            Set(context);
            return following(context);
        });
        next(app);
    };

    private void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = NothingAllowed;
        headers.CacheControl = "no-store";
        // Behind the platform's front end the connection itself is not encrypted; a client that lies here harms itself alone.
        if (context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"] == "https")
        {
            headers.StrictTransportSecurity = HttpsForAYear;
        }

        if (_policy is not null)
        {
            headers.Vary = "Origin";
            if (context.Request.Headers.Origin.Count > 0)
            {
                cors.ApplyResult(cors.EvaluatePolicy(context, _policy), context.Response);
            }
        }
    }

    /// <summary>Keys come in headers and never in cookies, so credentials are not allowed to anybody.</summary>
    private static CorsPolicy? PolicyOf(GatewayOptions options) => options.CorsOrigins.Length == 0
        ? null
        : new CorsPolicyBuilder(options.CorsOriginList()).AllowAnyMethod().AllowAnyHeader().SetPreflightMaxAge(PreflightAge)
            .WithExposedHeaders(
                "x-request-id", "request-id", "x-upstream-request-id", "Retry-After", "ETag", "Idempotent-Replayed", "Server-Timing",
                "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests",
                "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens")
            .Build();
}
