namespace AigneHub.Unit.Tests.Tidy;

/// <summary>Who may make a call that no role is asked for.</summary>
public enum OpenAccess
{
    /// <summary>Nobody has to say who they are.</summary>
    Everybody,

    /// <summary>Nobody needs a key, but one that is sent must be good.</summary>
    KeyOptional,

    /// <summary>Every key and member whose role calls models.</summary>
    Callers,

    /// <summary>Every key that is active, for what its own account and models are.</summary>
    AnyKey,

    /// <summary>Whoever can sign with the secret that the payment provider and the hub share.</summary>
    BySignature,

    /// <summary>Whoever signs in at an identity provider, member or not; no key.</summary>
    AnyToken,
}
