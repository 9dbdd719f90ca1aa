namespace AigneHub.Core.Routing;

/// <summary>A vendor's API key that can be used now.</summary>
/// <param name="Id">E.g. <c>env:openai:1</c>: where it comes from.</param>
/// <param name="Secret">In plain text; empty where none is needed. Never logged, never returned.</param>
public sealed record CredentialEntry(string Id, string Secret)
{
    /// <summary>Without the secret, so that no log can hold it.</summary>
    public override string ToString() => Id;
}
