using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace AigneHub.Unit.Tests.Notices;

/// <summary>Takes webhooks on loopback; <see cref="Status"/> is its answer.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Id, string Timestamp, string Signature, string Body)> _got = new();

    private WebhookReceiver(WebApplication app) => _app = app;

    public int Status { get; set; } = 200;

    public string Url => $"{_app.Urls.First()}/hook";

    public IReadOnlyList<(string Id, string Timestamp, string Signature, string Body)> Got => [.. _got];

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(app);
        app.MapPost("/hook", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            receiver._got.Enqueue((
                headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, await reader.ReadToEndAsync()));
            context.Response.StatusCode = receiver.Status;
            context.Response.Headers.Location = "http://127.0.0.1:1/elsewhere";
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
