namespace AigneHub.Core.Secrets;

/// <summary>A secret as stored.</summary>
/// <param name="DataKey">The id of the data key it is sealed with.</param>
/// <param name="Box">Base64: nonce (12 bytes), tag (16 bytes), cipher text of AES-256-GCM.</param>
public sealed record SealedSecret(string DataKey, string Box)
{
    public override string ToString() => $"sealed with {DataKey}";
}
