using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Attempts;

/// <summary>What callers are told about failures of the upstream: never a vendor's address, key or account.</summary>
internal static class UpstreamErrors
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>A failure without an answer, or before anything of it went to the client.</summary>
    public static HubError Of(UpstreamFailureKind kind, ProviderEntry provider) => kind switch
    {
        UpstreamFailureKind.ConnectTimeout or UpstreamFailureKind.FirstByteTimeout or UpstreamFailureKind.IdleTimeout
            => new(504, "upstream_timeout", Blame.Upstream,
                $"The provider {provider.Id} did not answer in time. Retry, or use stream=true for long answers.", RetryAfter: DefaultRetryAfter),
        UpstreamFailureKind.NameResolution or UpstreamFailureKind.ConnectionRefused or UpstreamFailureKind.TlsFailure
            or UpstreamFailureKind.ProxyFailure or UpstreamFailureKind.TokenUnavailable
            => new(502, "upstream_unreachable", Blame.Upstream,
                $"The provider {provider.Id} could not be reached. Retry shortly; an administrator finds the reason in the hub's log.", RetryAfter: DefaultRetryAfter),
        UpstreamFailureKind.BlockedAddress
            => new(502, "upstream_address_blocked", Blame.Hub,
                $"The provider {provider.Id} may not be called at its address. An administrator must correct its base URL, or "
                + "allow private networks by the setting AigneHub__Upstream__PrivateNetworks."),
        UpstreamFailureKind.CredentialRefused
            => new(502, "upstream_refused_hub", Blame.Hub,
                $"The hub's own credential for the provider {provider.Id} can't be used. An administrator finds the reason in the "
                + "hub's log."),
        UpstreamFailureKind.ConnectionReset
            => new(502, "upstream_connection_lost", Blame.Upstream, $"The connection to the provider {provider.Id} broke before its answer was complete. Retry.", RetryAfter: DefaultRetryAfter),
        UpstreamFailureKind.TooLarge
            => new(502, "upstream_answer_too_large", Blame.Upstream, $"The answer of the provider {provider.Id} is larger than the hub takes."),
        UpstreamFailureKind.Cancelled => Deadline(),
        _ => new(502, "upstream_invalid_response", Blame.Upstream, $"The provider {provider.Id} sent something that is not an answer of its API."),
    };

    /// <summary>An answer with an error status whose body is not passed on.</summary>
    public static HubError OfStatus(int status, ProviderEntry provider, TimeSpan? retryAfter) => status switch
    {
        401 or 402 or 403 or 407
            => new(502, "upstream_refused_hub", Blame.Hub,
                $"The provider {provider.Id} refused the hub's own credentials ({status}). An administrator must check its key and account."),
        < 400
            => Of(UpstreamFailureKind.InvalidResponse, provider),
        408 or 504 or 522 or 524
            => new(504, "upstream_timeout", Blame.Upstream, $"The provider {provider.Id} reported a time-out. Retry.", RetryAfter: retryAfter ?? DefaultRetryAfter),
        429
            => new(429, "upstream_rate_limited", Blame.Upstream,
                $"The provider {provider.Id} is limiting the hub's requests at the moment. Retry later.", RetryAfter: retryAfter ?? DefaultRetryAfter),
        503 or 529
            => new(503, "upstream_overloaded", Blame.Upstream, $"The provider {provider.Id} is overloaded. Retry later.", RetryAfter: retryAfter ?? DefaultRetryAfter),
        >= 500
            => new(502, "upstream_error", Blame.Upstream, $"The provider {provider.Id} failed ({status}). Retry.", RetryAfter: retryAfter),
        _ => new(status, "upstream_rejected_request", Blame.Caller, $"The provider {provider.Id} rejected the request ({status})."),
    };

    /// <summary>A failure after the answer had begun.</summary>
    public static HubError Midway(UpstreamFailureKind kind) => kind switch
    {
        UpstreamFailureKind.Cancelled => new(
            504, "deadline_exceeded", Blame.Hub,
            "The hub ended the call before its answer was complete: its time was up, or the hub is being restarted."),
        UpstreamFailureKind.IdleTimeout => new(504, "upstream_timeout", Blame.Upstream, "The provider fell silent in the middle of its answer; it is incomplete."),
        UpstreamFailureKind.TooLarge => new(502, "upstream_event_too_large", Blame.Upstream, "The provider sent an event larger than the hub takes; the answer is incomplete."),
        UpstreamFailureKind.InvalidResponse => new(502, "upstream_invalid_response", Blame.Upstream, "The provider sent something that is not part of an answer of its API; the answer is incomplete."),
        _ => new(502, "upstream_stream_broken", Blame.Upstream, "The provider's stream broke off; the answer is incomplete."),
    };

    /// <summary>The call's time was up before the upstream had answered.</summary>
    public static HubError Deadline() => new(
        504, "deadline_exceeded", Blame.Hub,
        "The hub ended the call before its answer was complete: its time was up (use stream=true for long answers), "
        + "or the hub is being restarted.");
}
