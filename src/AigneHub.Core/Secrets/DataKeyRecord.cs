namespace AigneHub.Core.Secrets;

/// <summary>A data key as stored.</summary>
public sealed record DataKeyRecord
{
    /// <summary><c>dk_</c> + 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>See <see cref="WrappedKey.MasterKey"/>.</summary>
    public required string MasterKey { get; init; }

    public required byte[] Wrapped { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public override string ToString() => $"{Id} wrapped by {MasterKey}";
}
