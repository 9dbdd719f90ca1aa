namespace AigneHub.Providers.Upstream;

/// <summary>
/// Two pools of connections, one for requests that may go to private addresses and one for those that may not
/// (<see cref="OutboundGuard.PrivateAllowed"/>): a pooled connection is never used by a request that could not have opened it.
/// </summary>
internal sealed class OutboundHandler : HttpMessageHandler
{
    private readonly HttpMessageInvoker _private;
    private readonly HttpMessageInvoker _public;

    /// <param name="pool">Makes a handler whose connections the guard opens.</param>
    /// <param name="privateForAll">The operator allows private addresses to every provider.</param>
    /// <param name="guard">Makes the guard of a pool, by whether private addresses are allowed in it.</param>
    public OutboundHandler(Func<SocketsHttpHandler> pool, bool privateForAll, Func<bool, OutboundGuard> guard)
    {
        _private = Guarded(pool(), guard(true));
        _public = privateForAll ? _private : Guarded(pool(), guard(false));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        InvokerOf(request).SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _private.Dispose();
            _public.Dispose();
        }

        base.Dispose(disposing);
    }

    private static HttpMessageInvoker Guarded(SocketsHttpHandler handler, OutboundGuard guard)
    {
        handler.ConnectCallback = guard.ConnectAsync;
        return new HttpMessageInvoker(handler);
    }

    private HttpMessageInvoker InvokerOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(OutboundGuard.PrivateAllowed, out var allowed) && allowed ? _private : _public;
}
