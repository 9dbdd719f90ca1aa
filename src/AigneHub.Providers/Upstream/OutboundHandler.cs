using System.Net;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// A pool of connections that a guard opens. Providers of the settings and those added at run time have each their own
/// (<see cref="UpstreamClient"/>): a pooled connection is never used by a request that could not have opened it.
/// </summary>
internal sealed class OutboundHandler : DelegatingHandler
{
    private readonly OutboundGuard _guard;
    private readonly IWebProxy? _proxy;

    public OutboundHandler(SocketsHttpHandler handler, OutboundGuard guard)
        : base(handler)
    {
        handler.ConnectCallback = guard.ConnectAsync;
        _guard = guard;
#pragma warning disable RS0030 // No client is made: this is where the environment's proxy is to be had.
        _proxy = handler.UseProxy ? handler.Proxy ?? HttpClient.DefaultProxy : null;
#pragma warning restore RS0030
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _proxy is { } proxy && request.RequestUri is { } url && proxy.GetProxy(url) is not null && !proxy.IsBypassed(url)
            ? SendBehindProxyAsync(request, url.IdnHost, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    /// <summary>A connection to a proxy may be an old one, and tells nothing of where the proxy goes.</summary>
    private async Task<HttpResponseMessage> SendBehindProxyAsync(
        HttpRequestMessage request, string host, CancellationToken cancellationToken)
    {
        await _guard.CheckBehindProxyAsync(host, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
