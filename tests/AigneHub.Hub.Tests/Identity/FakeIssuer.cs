using AigneHub.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Identity;

/// <summary>An OpenID Connect provider on loopback: discovery, key set, tokens; several issuers below its address.</summary>
internal sealed class FakeIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<string, TokenMint> _mints = new(StringComparer.Ordinal);

    private FakeIssuer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/");

    public bool IsAway { get; set; }

    /// <param name="paths">A path for each issuer, such as <c>id</c>.</param>
    public static async Task<FakeIssuer> StartAsync(params string[] paths)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var issuer = new FakeIssuer(app);
        app.MapGet("/{**path}", async context =>
        {
            var path = context.Request.Path.Value!;
            var found = issuer._mints.Values.FirstOrDefault(mint => mint.Issuer == issuer.Address + At(path));
            context.Response.StatusCode = issuer.IsAway ? 503 : found is null ? 404 : 200;
            if (context.Response.StatusCode == 200)
            {
                await context.Response.WriteAsync(path.EndsWith("/keys", StringComparison.Ordinal) ? found!.KeySet : found!.Discovery);
            }
        });
        await app.StartAsync();
        foreach (var path in paths)
        {
            issuer._mints[path] = new TokenMint(issuer.Address + path);
        }

        return issuer;
    }

    public TokenMint this[string path] => _mints[path];

    public async ValueTask DisposeAsync()
    {
        foreach (var mint in _mints.Values)
        {
            mint.Dispose();
        }

        await _app.DisposeAsync();
    }

    private static string At(string path) => path[1..]
        .Replace("/.well-known/openid-configuration", "", StringComparison.Ordinal).Replace("/keys", "", StringComparison.Ordinal);
}
