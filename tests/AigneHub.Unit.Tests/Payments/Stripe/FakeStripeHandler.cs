using System.Net;
using System.Text;

namespace AigneHub.Testing;

/// <summary><see cref="FakeStripe"/> without a socket.</summary>
internal sealed class FakeStripeHandler(FakeStripe stripe) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var (status, json) = stripe.Answer(new StripeCall(
            request.Method.Method, request.RequestUri!.AbsolutePath, request.RequestUri.Query,
            request.Headers.Authorization?.ToString(), One(request, "Stripe-Version"), One(request, "Idempotency-Key"),
            request.Content?.Headers.ContentType?.ToString(), body));
        return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
    }

    private static string? One(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
