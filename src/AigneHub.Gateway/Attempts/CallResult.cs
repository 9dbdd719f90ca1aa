using AigneHub.Core;
using AigneHub.Core.Usage;
using AigneHub.Providers;

namespace AigneHub.Gateway.Attempts;

/// <summary>What became of a call, after the last attempt.</summary>
internal sealed record CallResult
{
    public required CallOutcome Outcome { get; init; }

    /// <summary>What the client is to be told, or has been told; null when the answer was delivered.</summary>
    public HubError? Error { get; init; }

    /// <summary>The vendor's own error body, passed on with its status instead of <see cref="Error"/>.</summary>
    public byte[]? VendorError { get; init; }

    /// <summary>The answer had begun: the error goes into the stream and the connection must end abnormally.</summary>
    public bool Midway { get; init; }

    /// <summary>What was consumed; zero when nothing was.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>The vendor did not report the usage: it was counted.</summary>
    public bool Estimated { get; init; }
}
