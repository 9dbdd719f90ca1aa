using AigneHub.Core;

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

/// <param name="Error">Of the two failures.</param>
/// <param name="ErrorSent">The vendor's own error event has been passed on already.</param>
/// <param name="Cause">For the log only.</param>
internal readonly record struct RelayResult(RelayEnd End, HubError? Error = null, bool ErrorSent = false, Exception? Cause = null);
