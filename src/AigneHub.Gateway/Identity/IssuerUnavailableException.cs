namespace AigneHub.Gateway.Identity;

/// <summary>An identity provider's signing keys can't be had, and none are known that are fresh enough.</summary>
internal sealed class IssuerUnavailableException(string issuer, Exception? inner)
    : Exception($"The signing keys of {issuer} can't be had.", inner);
