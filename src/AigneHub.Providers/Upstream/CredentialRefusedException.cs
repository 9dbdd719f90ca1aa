namespace AigneHub.Providers.Upstream;

/// <summary>Why a credential could not be put into a call; for logs.</summary>
/// <param name="sentence">Without secrets.</param>
public sealed class CredentialRefusedException(string sentence) : Exception(sentence);
