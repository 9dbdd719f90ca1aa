using System.Buffers.Text;
using System.Security.Cryptography;

namespace AigneHub.Core.Secrets;

/// <summary>
/// A master key of 256 random bits in a file that only its user can read. Whoever loses the file loses the secrets.
/// </summary>
public sealed class LocalMasterKey : IMasterKey, IDisposable
{
    public const string FileName = "master-key";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly byte[] _key;

    private LocalMasterKey(byte[] key)
    {
        _key = key;
        Id = "local:" + Convert.ToHexStringLower(HMACSHA256.HashData(key, "aignehub/master-key/id"u8), 0, 8);
    }

    /// <summary><c>local:</c> and 16 hex digits that tell two keys apart and say nothing about either.</summary>
    public string Id { get; }

    /// <summary>Reads the folder's key; makes folder and key when there are none.</summary>
    /// <returns>The key, or one sentence that names the file and what is wrong with it.</returns>
    /// <exception cref="IOException">The folder or the file can't be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static (LocalMasterKey? Key, string? Problem) Open(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        var text = OwnerFile.ReadOrCreate(path, New);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            return (null, $"{path} can be used by others than its owner. Take their rights away: chmod 600.");
        }

        var key = new byte[KeyWrap.KeyBytes];
        return Base64Url.IsValid(text, out var length) && length == key.Length && Base64Url.TryDecodeFromChars(text, key, out _)
            ? (new LocalMasterKey(key), null)
            : (null, $"{path} does not hold a master key. Bring the right file back: only its key opens the stored secrets.");
    }

    public Task<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken) =>
        Task.FromResult(new WrappedKey(Id, KeyWrap.Wrap(_key, dataKey.Span)));

    public Task<byte[]?> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken) =>
        Task.FromResult(wrapped.MasterKey == Id ? KeyWrap.Unwrap(_key, wrapped.Wrapped) : null);

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private static string New()
    {
        var key = RandomNumberGenerator.GetBytes(KeyWrap.KeyBytes);
        try
        {
            return Base64Url.EncodeToString(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
