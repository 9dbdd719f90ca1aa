using System.Net;
using System.Net.Sockets;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// Opens the hub's connections to vendors: resolves the host itself, refuses it when any of its addresses is not allowed, and
/// connects to exactly the addresses it has looked at, so that a second answer of the DNS changes nothing. Thread-safe.
/// </summary>
/// <remarks>
/// Link-local, metadata, multicast and reserved addresses are refused for everybody. Providers added at run time may be at
/// loopback and private addresses only where the operator allows it, and never get a key over plain http elsewhere.
/// Through an HTTP proxy it is the proxy's address that is connected: the operator chose it, so it may be private. The vendor's
/// name is then resolved and judged beforehand for providers added at run time; where the proxy itself goes, only the proxy
/// can guard.
/// </remarks>
public sealed class OutboundGuard
{
    private readonly bool _fromSettings;
    private readonly bool _privateAllowed;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <param name="fromSettings">The connections are for providers of the settings.</param>
    /// <param name="privateAllowed">They may lead to loopback and private addresses.</param>
    /// <param name="resolve">Instead of the system's resolver; it throws when there is no such host.</param>
    internal OutboundGuard(
        bool fromSettings, bool privateAllowed, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _fromSettings = fromSettings;
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
        var plain = !proxied && context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttp;
        var addresses = await AddressesAsync(target.Host, cancellationToken);
        foreach (var found in addresses)
        {
            Check(found, target.Host, _privateAllowed || proxied, plain);
        }

        return await ConnectAsync(addresses, target.Port, cancellationToken);
    }

    /// <summary>For requests that go through a proxy, before each of them.</summary>
    /// <exception cref="BlockedAddressException">The host is not allowed.</exception>
    /// <exception cref="HttpRequestException">The host of a provider added at run time is not known.</exception>
    internal async ValueTask CheckBehindProxyAsync(string host, CancellationToken cancellationToken)
    {
        if (_fromSettings && !IPAddress.TryParse(host, out _))
        {
            // Behind a proxy, names may be the proxy's alone to resolve.
            return;
        }

        try
        {
            foreach (var found in await AddressesAsync(host, cancellationToken))
            {
                Check(found, host, _privateAllowed, plain: false);
            }
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(HttpRequestError.NameResolutionError, "The vendor's host is not known.", e);
        }
    }

    private Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? Task.FromResult<IPAddress[]>([address]) : _resolve(host, cancellationToken);

    /// <summary>
    /// A connection that leads elsewhere than its request goes to a proxy; so does one for the handler's own CONNECT, whose
    /// URL is the proxy's. No request of the hub has that method.
    /// </summary>
    private static bool IsProxy(DnsEndPoint target, HttpRequestMessage request) =>
        request.Method == HttpMethod.Connect
        || request.RequestUri is not { } url
        || url.Port != target.Port
        || !url.IdnHost.Equals(target.Host, StringComparison.OrdinalIgnoreCase);

    private void Check(IPAddress address, string host, bool privateAllowed, bool plain)
    {
        var reach = OutboundAddress.ReachOf(address);
        if (reach == AddressReach.Never || (reach == AddressReach.Private && !privateAllowed))
        {
            throw new BlockedAddressException(reach == AddressReach.Never
                ? $"{host} is at {address}, where the hub never connects."
                : $"{host} is at {address}, a private network, which this provider may not use.");
        }

        if (plain && !_fromSettings && reach == AddressReach.Public)
        {
            throw new BlockedAddressException($"{host} is at {address} on the internet, where plain http would show the key.");
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
