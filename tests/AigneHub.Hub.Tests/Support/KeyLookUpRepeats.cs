using System.Net;
using System.Net.Http.Json;

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// Repeats what a hub refused only because its storage, one Azurite on a busy machine, did not find the key in time: nothing was
/// done yet, and every client of the vendors repeats it, too.
/// </summary>
internal sealed class KeyLookUpRepeats(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int RepeatsMax = 5;

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
            if (!(await response.Content.ReadAsStringAsync(cancellationToken)).Contains("key_store_unavailable", StringComparison.Ordinal))
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(pause, cancellationToken);
        }
    }
}
