using AigneHub.Providers;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Relay;

/// <summary>How handing an answer on to the client ended.</summary>
internal enum RelayEnd
{
    /// <summary>All of it was delivered.</summary>
    Delivered,

    /// <summary>The client went away.</summary>
    ClientGone,

    /// <summary>The upstream failed before anything went to the client: another target may be tried.</summary>
    FailedBefore,

    /// <summary>The upstream failed after the answer had begun: the client must see a broken answer, never a normal end.</summary>
    FailedMidway,
}

/// <param name="Failure">Of the two failures; none when the vendor itself reported an error.</param>
/// <param name="Said">The error that the vendor reported, as far as it could be read.</param>
/// <param name="Cause">For the log only.</param>
internal readonly record struct RelayResult(
    RelayEnd End, UpstreamFailureKind Failure = UpstreamFailureKind.None, VendorError? Said = null, Exception? Cause = null)
{
    public bool Failed => End is RelayEnd.FailedBefore or RelayEnd.FailedMidway;

    /// <summary>For <c>AttemptRecord.Failure</c>; null when nothing failed upstream.</summary>
    public string? FailureCode => !Failed ? null
        : Failure == UpstreamFailureKind.None ? "error_in_answer"
        : UpstreamFailure.CodeOf(Failure);
}
