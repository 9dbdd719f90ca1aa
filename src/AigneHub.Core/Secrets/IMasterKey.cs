namespace AigneHub.Core.Secrets;

/// <summary>A data key in the master key's wrapping.</summary>
/// <param name="MasterKey">The id of the master key, with its version where it has versions.</param>
public sealed record WrappedKey(string MasterKey, byte[] Wrapped);

/// <summary>What wraps the data keys. It never leaves its place: a file, or Azure Key Vault. Thread-safe.</summary>
public interface IMasterKey
{
    /// <summary>For operators and logs.</summary>
    string Id { get; }

    /// <summary>Wraps by the current version.</summary>
    /// <param name="dataKey">32 bytes.</param>
    /// <exception cref="MasterKeyUnavailableException">It does not answer.</exception>
    Task<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken);

    /// <summary>32 bytes; null when this master key has not wrapped them, or not these.</summary>
    /// <exception cref="MasterKeyUnavailableException">It does not answer.</exception>
    Task<byte[]?> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken);
}
