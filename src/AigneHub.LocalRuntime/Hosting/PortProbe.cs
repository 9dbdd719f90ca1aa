using System.Net;
using System.Net.Sockets;

namespace AigneHub.LocalRuntime.Hosting;

/// <summary>Finds out that a port is taken before anything of the app has started.</summary>
internal static class PortProbe
{
    public static void Check(IEnumerable<Uri> urls)
    {
        foreach (var url in urls)
        {
            if (url.Port != 0 && Address(url) is { } address && !IsFree(new IPEndPoint(address, url.Port)))
                throw Taken(url);
        }
    }

    public static bool IsFree(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static LocalStartupException Taken(Uri url) =>
        new($"Port {url.Port} of {url.Host} is taken: stop what listens there, or choose another with --port N (0 = any free).");

    private static IPAddress? Address(Uri url) =>
        url.Host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address
        : null;
}
