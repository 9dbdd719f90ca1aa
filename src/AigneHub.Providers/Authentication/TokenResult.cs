namespace AigneHub.Providers.Authentication;

/// <summary>A token, or why there is none.</summary>
internal sealed record TokenResult
{
    /// <summary>Null when there is none.</summary>
    public string? Token { get; private init; }

    public DateTimeOffset ExpiresAt { get; private init; }

    /// <summary>For logs: what is wrong, without secrets; null with a token.</summary>
    public string? Wrong { get; private init; }

    /// <summary>Whoever issues the tokens could not be reached or failed: a repeat may succeed.</summary>
    public bool MayPass { get; private init; }

    public static TokenResult Of(string token, DateTimeOffset expiresAt) => new() { Token = token, ExpiresAt = expiresAt };

    public static TokenResult Failed(string sentence, bool mayPass = false) => new() { Wrong = sentence, MayPass = mayPass };

    /// <summary>Without the token, so that no log can hold it.</summary>
    public override string ToString() => Wrong ?? $"token until {ExpiresAt:O}";
}
