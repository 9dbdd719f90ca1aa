namespace AigneHub.Core.Secrets;

/// <param name="Secret">Null unless done.</param>
public sealed record SealResult(SecretStatus Status, SealedSecret? Secret = null);
