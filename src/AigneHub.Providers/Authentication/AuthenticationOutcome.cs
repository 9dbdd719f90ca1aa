namespace AigneHub.Providers.Authentication;

/// <summary>What became of authenticating a call; the message is ready to be sent when <see cref="Succeeded"/>.</summary>
/// <param name="Sentence">For administrators and logs: what is wrong, without secrets; null on success.</param>
public readonly record struct AuthenticationOutcome(AuthenticationFailureKind Failure, string? Sentence)
{
    /// <summary>The headers are set.</summary>
    public static readonly AuthenticationOutcome Success;

    public bool Succeeded => Failure == AuthenticationFailureKind.None;
}
