namespace AigneHub.Core.Secrets;

/// <param name="Secret">In plain text; null unless done. Never logged, never returned.</param>
public sealed record OpenResult(SecretStatus Status, string? Secret = null)
{
    /// <summary>Without the secret, so that no log can hold it.</summary>
    public override string ToString() => Status.ToString();
}
