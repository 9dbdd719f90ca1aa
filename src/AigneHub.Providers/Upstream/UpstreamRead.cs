namespace AigneHub.Providers.Upstream;

/// <summary>The result of one read of an answer's body.</summary>
/// <param name="Bytes">How many bytes came; 0 with <see cref="Failure"/> none: the body has ended as it should.</param>
/// <param name="Failure">Why reading ended early.</param>
/// <param name="Cause">For logs only.</param>
public readonly record struct UpstreamRead(
    int Bytes, UpstreamFailureKind Failure = UpstreamFailureKind.None, Exception? Cause = null)
{
    public bool Ended => Bytes == 0 && Failure == UpstreamFailureKind.None;

    public bool Failed => Failure != UpstreamFailureKind.None;
}
