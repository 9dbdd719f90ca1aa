namespace AigneHub.Providers.Upstream;

/// <summary>An answer whose framing is broken, thrown by the stream that reads it.</summary>
internal sealed class BrokenAnswerException(UpstreamFailureKind kind) : IOException($"The answer's framing is broken: {kind}.")
{
    public UpstreamFailureKind Kind { get; } = kind;
}
