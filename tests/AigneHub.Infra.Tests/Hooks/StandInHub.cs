using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Infra.Tests.Hooks;

/// <summary>The calls that the hooks make, answered as the hub does, on a free port of loopback.</summary>
internal sealed class StandInHub : IAsyncDisposable
{
    private const string CallId = "018f0000-0000-7000-8000-000000000001";
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _entered = new();
    private int _asked;

    private StandInHub(string key, int refusesKey, bool knownProvider, bool cutsStreams, bool settles)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/health")
                || (context.Request.Headers.Authorization == $"Bearer {key}" && Interlocked.Decrement(ref refusesKey) < 0))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        // Not ready at first, as a new site.
        _app.MapGet("/health/ready", () => Results.StatusCode(Interlocked.Increment(ref _asked) < 3 ? 503 : 200));
        _app.MapGet("/api/admin/keys", () => Results.Json(new { items = Array.Empty<string>() }));
        _app.MapPost("/api/admin/providers", context => EnterAsync(context, knownProvider ? 409 : 201));
        _app.MapPost("/api/admin/credentials", context => EnterAsync(context, 201));
        _app.MapPost("/v1/chat/completions", context =>
        {
            context.Response.Headers["x-request-id"] = CallId;
            context.Response.ContentType = "text/event-stream";
            return context.Response.WriteAsync(cutsStreams ? "data: {}\n\n" : "data: {}\n\ndata: [DONE]\n\n");
        });
        _app.MapGet("/api/me/ledger", () => Results.Text(settles ? $$"""{"items":[{"id":"{{CallId}}"}]}""" : """{"items":[]}"""));
    }

    public string Url => _app.Urls.Single();

    /// <summary>The bodies of calls that enter something, in order.</summary>
    public IReadOnlyList<string> Entered => [.. _entered];

    /// <param name="refusesKey">How often its own key is refused at first.</param>
    public static async Task<StandInHub> StartAsync(
        string key, int refusesKey = 0, bool knownProvider = false, bool cutsStreams = false, bool settles = true)
    {
        var hub = new StandInHub(key, refusesKey, knownProvider, cutsStreams, settles);
        await hub._app.StartAsync();
        return hub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task EnterAsync(HttpContext context, int status)
    {
        using var reader = new StreamReader(context.Request.Body);
        _entered.Enqueue((await reader.ReadToEndAsync()).Trim());
        context.Response.StatusCode = status;
    }
}
