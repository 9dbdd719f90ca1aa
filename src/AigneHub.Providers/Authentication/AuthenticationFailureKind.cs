namespace AigneHub.Providers.Authentication;

/// <summary>Why a call could not be authenticated to its vendor.</summary>
public enum AuthenticationFailureKind
{
    /// <summary>No failure.</summary>
    None,

    /// <summary>The credential's secret is not what its kind asks for: it will not work until it is replaced.</summary>
    InvalidCredential,

    /// <summary>The credential can't be used for this provider: wrong kind for the dialect, or a host its token must not go to.</summary>
    NotForProvider,

    /// <summary>Whoever issues the tokens refused.</summary>
    Refused,

    /// <summary>Whoever issues the tokens could not be reached or failed: a repeat may succeed.</summary>
    Unreachable,
}
