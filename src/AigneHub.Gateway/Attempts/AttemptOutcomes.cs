using AigneHub.Core.Routing.Health;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Attempts;

/// <summary>What an attempt's end says about the target and the credential.</summary>
internal static class AttemptOutcomes
{
    /// <summary>Of an attempt that brought no answer, or nothing of one.</summary>
    public static AttemptOutcome Of(UpstreamFailureKind kind) => kind switch
    {
        UpstreamFailureKind.NameResolution or UpstreamFailureKind.ConnectionRefused or UpstreamFailureKind.TlsFailure
            or UpstreamFailureKind.ProxyFailure or UpstreamFailureKind.TokenUnavailable => AttemptOutcomeKind.Unreachable,
        UpstreamFailureKind.ConnectTimeout or UpstreamFailureKind.FirstByteTimeout or UpstreamFailureKind.IdleTimeout
            => AttemptOutcomeKind.Timeout,
        // The configuration's fault: neither a repeat nor another credential changes it, another target may.
        UpstreamFailureKind.BlockedAddress => AttemptOutcomeKind.NotSent,
        UpstreamFailureKind.CredentialRefused => AttemptOutcomeKind.Unauthorized,
        UpstreamFailureKind.Cancelled => AttemptOutcomeKind.Cancelled,
        _ => AttemptOutcomeKind.Unavailable,
    };

    /// <param name="status">The vendor's, as its error document is to be understood.</param>
    /// <param name="explained">There was an error document: without one, a firewall may have refused the request, not the key.</param>
    public static AttemptOutcome OfStatus(int status, bool explained, TimeSpan? retryAfter) => status switch
    {
        401 or 407 => AttemptOutcomeKind.Unauthorized,
        402 => AttemptOutcomeKind.Unpaid,
        403 when explained => AttemptOutcomeKind.Forbidden,
        403 or 404 => AttemptOutcomeKind.NotServed,
        429 => AttemptOutcome.RateLimited(retryAfter),
        < 400 or 408 or >= 500 => AttemptOutcome.Unavailable(retryAfter),
        _ => AttemptOutcomeKind.Rejected,
    };
}
