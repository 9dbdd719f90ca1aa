using System.Globalization;

namespace AigneHub.Gateway.Telemetry;

/// <summary>
/// What took how long until the answer's headers, in milliseconds: https://www.w3.org/TR/server-timing/. Of a stream, <c>upstream</c>
/// is the wait for its first event, of a whole answer for its end.
/// </summary>
internal static class ServerTiming
{
    public static void Tell(Exchange exchange)
    {
        var trace = exchange.Trace;
        if (trace.TellsTiming && trace.AuthenticatedAfter is { } authenticated && trace.AdmittedAfter is { } admitted)
        {
            exchange.Http.Response.Headers["Server-Timing"] = string.Create(
                CultureInfo.InvariantCulture,
                $"auth;dur={authenticated.TotalMilliseconds:0.###}, "
                + $"admission;dur={(admitted - authenticated).TotalMilliseconds:0.###}, "
                + $"upstream;dur={exchange.UpstreamWait.TotalMilliseconds:0.###}, total;dur={exchange.Elapsed.TotalMilliseconds:0.###}");
        }
    }
}
