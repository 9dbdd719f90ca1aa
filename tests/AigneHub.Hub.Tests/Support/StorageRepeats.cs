using System.Net;
using System.Net.Http.Json;

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// Repeats what a hub refused only because its storage, an Azurite on a busy machine, did not answer in time: nothing was sent or
/// done, and every client of the vendors repeats it, too.
/// </summary>
internal sealed class StorageRepeats(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int RepeatsMax = 5;
    private static readonly string[] Codes = ["key_store_unavailable", "ledger_unavailable", "ledger_busy"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var repeats = 0; ; repeats++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (repeats == RepeatsMax || response.StatusCode != HttpStatusCode.ServiceUnavailable
                || request.Content is not (null or ByteArrayContent or JsonContent)
                || response.Headers.RetryAfter?.Delta is not { } pause)
            {
                return response;
            }

            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!Codes.Any(code => body.Contains(code, StringComparison.Ordinal)))
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(pause, cancellationToken);
        }
    }
}
