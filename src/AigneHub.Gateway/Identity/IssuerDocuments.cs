using System.Text;
using AigneHub.Providers.Upstream;
using Microsoft.IdentityModel.Protocols;

namespace AigneHub.Gateway.Identity;

/// <summary>
/// Fetches issuers' discovery documents and signing keys: https alone (http on this machine), no redirects, little and not for long.
/// An issuer is the operator's choice, as a provider of the settings is, and so are the addresses that its discovery document names.
/// </summary>
internal sealed class IssuerDocuments(UpstreamOptions options) : IDocumentRetriever, IDisposable
{
    private const int BytesMax = 512 * 1024;
    private static readonly TimeSpan FetchMax = TimeSpan.FromSeconds(2);

    private readonly HttpMessageInvoker _network = OutboundConnections.OfSettings(options);

    /// <exception cref="IOException">There is no such document, or none that is taken.</exception>
    /// <exception cref="HttpRequestException">The server is not reached.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || !TokenIssuers.IsSafe(url))
        {
            throw new IOException("An identity provider's document is not at an https URL.");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(FetchMax);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await _network.SendAsync(request, stop.Token);
        if (!response.IsSuccessStatusCode)
        {
            throw new IOException($"An identity provider answered {(int)response.StatusCode}.");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(stop.Token);
        var bytes = new byte[BytesMax + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop.Token);
        return length > BytesMax
            ? throw new IOException($"An identity provider's document has more than {BytesMax} bytes.")
            : Encoding.UTF8.GetString(bytes, 0, length);
    }

    public void Dispose() => _network.Dispose();
}
