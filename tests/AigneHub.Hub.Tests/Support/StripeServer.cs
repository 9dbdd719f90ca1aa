using AigneHub.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Support;

/// <summary><see cref="FakeStripe"/> on loopback.</summary>
internal sealed class StripeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StripeServer(WebApplication app) => _app = app;

    public FakeStripe Stripe { get; } = new(TimeProvider.System);

    public string BaseUrl => _app.Urls.First();

    public static async Task<StripeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new StripeServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = context.Request;
        var (status, json) = Stripe.Answer(new StripeCall(
            request.Method, request.Path, request.QueryString.Value ?? "", One("Authorization"), One("Stripe-Version"),
            One("Idempotency-Key"), request.ContentType, await reader.ReadToEndAsync()));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);

        string? One(string name) => request.Headers.TryGetValue(name, out var values) ? values.Single() : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Assert.Empty(Stripe.Refused);
    }
}
