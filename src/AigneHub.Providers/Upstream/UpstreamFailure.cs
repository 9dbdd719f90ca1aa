namespace AigneHub.Providers.Upstream;

/// <summary>Why no answer, or no whole answer, came.</summary>
public enum UpstreamFailureKind
{
    /// <summary>No failure.</summary>
    None,
    NameResolution,
    ConnectionRefused,
    ConnectTimeout,
    TlsFailure,

    /// <summary>No headers in time.</summary>
    FirstByteTimeout,

    /// <summary>Silence within the answer for too long.</summary>
    IdleTimeout,

    /// <summary>The connection broke, before or within the answer.</summary>
    ConnectionReset,

    /// <summary>Not HTTP, headers too large, or compressed although it was asked not to be.</summary>
    InvalidResponse,

    /// <summary>The answer is longer than the limit.</summary>
    TooLarge,

    /// <summary>A redirect: never followed, because it would take the key elsewhere.</summary>
    BlockedRedirect,

    /// <summary>The provider is at an address that the hub may not connect to (<see cref="OutboundGuard"/>).</summary>
    BlockedAddress,

    /// <summary>The proxy in between refused.</summary>
    ProxyFailure,

    /// <summary>
    /// The hub's own credential can't be used: it is malformed, it may not go to this host, or whoever issues its tokens
    /// refused. Nothing was sent to the vendor.
    /// </summary>
    CredentialRefused,

    /// <summary>
    /// Whoever issues the tokens of the hub's credential could not be reached or failed. Nothing was sent to the vendor.
    /// </summary>
    TokenUnavailable,

    /// <summary>The caller's token.</summary>
    Cancelled,
}

/// <summary>A failed call.</summary>
/// <param name="Status">The vendor's HTTP status; 0 when none came.</param>
/// <param name="Cause">For logs only: its text may hold addresses.</param>
public sealed record UpstreamFailure(UpstreamFailureKind Kind, int Status = 0, Exception? Cause = null)
{
    /// <summary>Something of the request's body may have gone to the vendor, which may work on it.</summary>
    public bool BodyBegun { get; init; }

    /// <summary>Where a redirect leads; null for other failures, and when the vendor doesn't say.</summary>
    public Uri? Location { get; init; }

    /// <summary>The kind in snake case, for <c>AttemptRecord.Failure</c>.</summary>
    public string Code => CodeOf(Kind);

    public static string CodeOf(UpstreamFailureKind kind) => kind switch
    {
        UpstreamFailureKind.None => "none",
        UpstreamFailureKind.NameResolution => "name_resolution",
        UpstreamFailureKind.ConnectionRefused => "connection_refused",
        UpstreamFailureKind.ConnectTimeout => "connect_timeout",
        UpstreamFailureKind.TlsFailure => "tls_failure",
        UpstreamFailureKind.FirstByteTimeout => "first_byte_timeout",
        UpstreamFailureKind.IdleTimeout => "idle_timeout",
        UpstreamFailureKind.ConnectionReset => "connection_reset",
        UpstreamFailureKind.InvalidResponse => "invalid_response",
        UpstreamFailureKind.TooLarge => "too_large",
        UpstreamFailureKind.BlockedRedirect => "blocked_redirect",
        UpstreamFailureKind.BlockedAddress => "blocked_address",
        UpstreamFailureKind.ProxyFailure => "proxy_failure",
        UpstreamFailureKind.CredentialRefused => "credential_refused",
        UpstreamFailureKind.TokenUnavailable => "token_unavailable",
        UpstreamFailureKind.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
