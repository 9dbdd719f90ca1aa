using System.Net;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Authentication;

/// <summary>
/// From where a call comes. A client can write into its headers what it likes, so only what trusted proxies have put there counts:
/// the header that the settings name, or the last entries of <c>X-Forwarded-For</c>. Without either it is the connection's other
/// end. On Azure that is already what the platform's front end saw: it appends the address to <c>X-Forwarded-For</c>, and the isolated
/// worker takes the last entry out of it before the function runs. Callers must take null, "not known", for an address that
/// nothing is allowed to.
/// </summary>
/// <seealso href="https://github.com/Azure/azure-functions-dotnet-worker/pull/2149"/>
/// <seealso href="https://learn.microsoft.com/azure/frontdoor/front-door-http-headers-protocol"/>
public sealed class ClientAddress(GatewayOptions options)
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <summary>IPv4 addresses in IPv6 form come as IPv4; null when it can't be known.</summary>
    public IPAddress? Of(HttpContext http)
    {
        var headers = http.Request.Headers;
        if (options.ClientAddressHeader.Length > 0)
        {
            // Two headers of this name: one of them is not the proxy's.
            return headers[options.ClientAddressHeader] is [{ } only] ? Parse(only) : null;
        }

        if (options.TrustedProxies == 0)
        {
            return Unmapped(http.Connection.RemoteIpAddress);
        }

        // Each proxy has appended whom it was called by, in the last header of the name.
        var lines = headers[ForwardedFor];
        var hops = options.TrustedProxies;
        for (var line = lines.Count - 1; line >= 0; line--)
        {
            var rest = lines[line].AsSpan();
            while (true)
            {
                var comma = rest.LastIndexOf(',');
                if (--hops == 0)
                {
                    return Parse(rest[(comma + 1)..]);
                }

                if (comma < 0)
                {
                    break;
                }

                rest = rest[..comma];
            }
        }

        return null;
    }

    /// <summary><c>192.0.2.1</c>, <c>192.0.2.1:4711</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]:4711</c>; null for others.</summary>
    private static IPAddress? Parse(ReadOnlySpan<char> text) =>
        IPEndPoint.TryParse(text.Trim(), out var end) ? Unmapped(end.Address) : null;

    private static IPAddress? Unmapped(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
