using System.Diagnostics.CodeAnalysis;

namespace AigneHub.Providers.Upstream;

/// <summary>Either an answer's headers (of whatever status) or a failure. The owner of the answer disposes it.</summary>
public readonly struct UpstreamResult
{
    private UpstreamResult(UpstreamResponse? response, UpstreamFailure? failure)
    {
        Response = response;
        Failure = failure;
    }

    public UpstreamResponse? Response { get; }

    public UpstreamFailure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Response))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Answered => Response is not null;

    public static UpstreamResult Of(UpstreamResponse response) => new(response, null);

    public static UpstreamResult Of(UpstreamFailure failure) => new(null, failure);
}
