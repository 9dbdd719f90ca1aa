namespace AigneHub.Providers.Upstream;

/// <summary>Connections under the hub's rules for what is no vendor.</summary>
public static class OutboundConnections
{
    /// <summary>
    /// To addresses that the settings name: they may be private, never link-local or a metadata service. Redirects are not followed.
    /// Requests carry <see cref="OutboundGuard.FromSettings"/>.
    /// </summary>
    public static HttpMessageInvoker OfSettings(UpstreamOptions options)
    {
        var guard = new OutboundGuard(fromSettings: true, privateAllowed: true);
        return new HttpMessageInvoker(new OutboundHandler(() => UpstreamClient.HandlerOf(options), guard, guard));
    }
}
