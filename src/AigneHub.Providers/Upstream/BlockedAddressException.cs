namespace AigneHub.Providers.Upstream;

/// <summary>
/// A connection was refused before it was opened. The transport wraps it; <see cref="UpstreamClient"/> makes a result of it.
/// Its text names the host, so it is for logs only.
/// </summary>
internal sealed class BlockedAddressException(string message) : IOException(message);
