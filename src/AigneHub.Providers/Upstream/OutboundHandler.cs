using System.Net;

namespace AigneHub.Providers.Upstream;

/// <summary>
/// Two pools of connections, one for providers of the settings and one for those added at run time
/// (<see cref="OutboundGuard.FromSettings"/>): a pooled connection is never used by a request that could not have opened it.
/// </summary>
internal sealed class OutboundHandler : HttpMessageHandler
{
    private readonly Pool _settings;
    private readonly Pool _stored;

    /// <param name="handler">Makes a handler whose connections a guard opens.</param>
    public OutboundHandler(Func<SocketsHttpHandler> handler, OutboundGuard settings, OutboundGuard stored)
    {
        _settings = Pool.Of(handler(), settings);
        _stored = Pool.Of(handler(), stored);
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var pool = request.Options.TryGetValue(OutboundGuard.FromSettings, out var fromSettings) && fromSettings
            ? _settings
            : _stored;
        if (pool.Proxy is { } proxy && request.RequestUri is { } url && proxy.GetProxy(url) is not null && !proxy.IsBypassed(url))
        {
            // A connection to a proxy may be an old one, and tells nothing of where the proxy goes.
            await pool.Guard.CheckBehindProxyAsync(url.IdnHost, cancellationToken);
        }

        return await pool.Invoker.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _settings.Invoker.Dispose();
            _stored.Invoker.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed record Pool(HttpMessageInvoker Invoker, OutboundGuard Guard, IWebProxy? Proxy)
    {
        public static Pool Of(SocketsHttpHandler handler, OutboundGuard guard)
        {
            handler.ConnectCallback = guard.ConnectAsync;
#pragma warning disable RS0030 // No client is made: this is where the environment's proxy is to be had.
            var proxy = handler.UseProxy ? handler.Proxy ?? HttpClient.DefaultProxy : null;
#pragma warning restore RS0030
            return new Pool(new HttpMessageInvoker(handler), guard, proxy);
        }
    }
}
