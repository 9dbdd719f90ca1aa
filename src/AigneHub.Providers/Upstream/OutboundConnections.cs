namespace AigneHub.Providers.Upstream;

/// <summary>Connections under the hub's rules for what is no vendor.</summary>
public static class OutboundConnections
{
    /// <summary>
    /// To addresses that the settings name: they may be private, never link-local or a metadata service. Redirects are not followed.
    /// </summary>
    public static HttpMessageInvoker OfSettings(UpstreamOptions options) => new(new OutboundHandler(
        UpstreamClient.HandlerOf(options), new OutboundGuard(fromSettings: true, privateAllowed: true)));
}
