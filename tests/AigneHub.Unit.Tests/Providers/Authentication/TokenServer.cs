using System.Net;
using System.Text;

namespace AigneHub.Unit.Tests.Providers.Authentication;

/// <summary>Google's token service, as the hub's calls would reach it: each test says what it answers.</summary>
internal sealed class TokenServer(Func<string, string, (int Status, string Body)> answer) : HttpMessageHandler
{
    /// <summary>URL and body of each call.</summary>
    public List<(string Url, string Body)> Calls { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!.AbsoluteUri;
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        Calls.Add((url, body));
        var (status, text) = answer(url, body);
        return new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(text, Encoding.UTF8, "application/json"),
            RequestMessage = request,
        };
    }
}
