using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// What of a vendor's headers a caller gets to see: its request id, under another name. Rate limits, cookies and
/// organisation names are the hub's own affair.
/// </summary>
internal static class AnswerHeaders
{
    private const int RequestIdCharsMax = 200;

    public static void Apply(HttpResponse response, UpstreamResponse answer)
    {
        var id = answer.Header("x-request-id");
        if (id is { Length: > 0 and <= RequestIdCharsMax } && id.All(static c => c is > ' ' and <= '~'))
        {
            response.Headers["x-upstream-request-id"] = id;
        }
    }
}
