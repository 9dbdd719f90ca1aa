namespace AigneHub.Providers.Authentication;

/// <summary>A token, or why there is none.</summary>
internal sealed record TokenResult
{
    private TokenResult(string? token, DateTimeOffset expiresAt, AuthenticationOutcome outcome)
    {
        Token = token;
        ExpiresAt = expiresAt;
        Outcome = outcome;
    }

    public string? Token { get; }

    public DateTimeOffset ExpiresAt { get; }

    public AuthenticationOutcome Outcome { get; }

    public static TokenResult Of(string token, DateTimeOffset expiresAt) =>
        new(token, expiresAt, AuthenticationOutcome.Success);

    public static TokenResult Failed(AuthenticationFailureKind kind, string sentence) =>
        new(null, default, new AuthenticationOutcome(kind, sentence));

    /// <summary>Without the token, so that no log can hold it.</summary>
    public override string ToString() => Outcome.Sentence ?? $"token until {ExpiresAt:O}";
}
