using System.Net;
using System.Net.Sockets;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// Opens the hub's connections to vendors: resolves the host itself, refuses it when any of its addresses is not allowed, and
/// connects to exactly the addresses it has looked at, so that a second answer of the DNS changes nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Link-local, metadata, multicast and reserved addresses are refused for everybody. Through an HTTP proxy it is the proxy's
/// address that is connected: the operator chose it, so it may be private, and the vendor's name is the proxy's to resolve
/// and to judge; only a vendor's literal address is looked at here.
/// </remarks>
public sealed class OutboundGuard
{
    /// <summary>
    /// Whether a request may go to loopback and private addresses. Not set: it may not. Requests with and without it
    /// never share a connection (<see cref="OutboundHandler"/>).
    /// </summary>
    public static readonly HttpRequestOptionsKey<bool> PrivateAllowed = new("AigneHub.PrivateAllowed");

    private readonly bool _privateAllowed;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <param name="privateAllowed">Of every connection this guard opens.</param>
    /// <param name="resolve">Instead of the system's resolver; it throws when there is no such host.</param>
    internal OutboundGuard(bool privateAllowed, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _privateAllowed = privateAllowed;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
    }

    /// <summary>What is wrong with the base URL of a provider that is to be saved: a sentence, or null.</summary>
    /// <param name="baseUrl">As it was given: its own text is looked at, for what <see cref="Uri"/> smooths over.</param>
    /// <param name="privateAllowed">The provider may be at a loopback or private address.</param>
    public static string? WhatIsWrong(Uri baseUrl, bool privateAllowed) => OutboundUrl.WhatIsWrong(baseUrl, privateAllowed);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="BlockedAddressException">An address is not allowed.</exception>
    /// <exception cref="SocketException">The host is not known or no address answers.</exception>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var proxied = IsProxy(target, context.InitialRequestMessage);
        if (proxied && IPAddress.TryParse(VendorOf(context.InitialRequestMessage), out var literal))
        {
            Check(literal, target.Host, _privateAllowed);
        }

        var addresses = IPAddress.TryParse(target.Host, out var address)
            ? [address]
            : await _resolve(target.Host, cancellationToken);
        foreach (var found in addresses)
        {
            Check(found, target.Host, _privateAllowed || proxied);
        }

        return await ConnectAsync(addresses, target.Port, cancellationToken);
    }

    /// <summary>
    /// A connection that leads elsewhere than its request goes to a proxy; so does one for the handler's own CONNECT, whose
    /// URL is the proxy's. No request of the hub has that method.
    /// </summary>
    private static bool IsProxy(DnsEndPoint target, HttpRequestMessage request) =>
        request.Method == HttpMethod.Connect
        || request.RequestUri is not { } url
        || url.Port != target.Port
        || !url.IdnHost.Equals(target.Host, StringComparison.OrdinalIgnoreCase);

    private static string? VendorOf(HttpRequestMessage request) => request.Method == HttpMethod.Connect
        ? Uri.TryCreate("https://" + request.Headers.Host, UriKind.Absolute, out var tunnelled) ? tunnelled.IdnHost : null
        : request.RequestUri?.IdnHost;

    private static void Check(IPAddress address, string host, bool privateAllowed)
    {
        var reach = OutboundAddress.ReachOf(address);
        if (reach == AddressReach.Never || (reach == AddressReach.Private && !privateAllowed))
        {
            throw new BlockedAddressException(reach == AddressReach.Never
                ? $"{host} is at {address}, where the hub never connects."
                : $"{host} is at {address}, a private network, which this provider may not use.");
        }
    }

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                // The next address may answer.
                failure = e;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }
}
