using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Configuration;
using AigneHub.Core.Routing;

namespace AigneHub.Core.Secrets;

/// <summary>
/// Seals credentials' secrets with a data key and opens them. A box is bound to its record's id and kind. Unwrapped data
/// keys stay in memory until <see cref="Dispose"/>. Thread-safe. Every method throws
/// <see cref="StorageUnavailableException"/> when storage does not answer.
/// </summary>
/// <param name="masterKey">Null: nothing is sealed and nothing opened.</param>
public sealed class SecretProtector(IMasterKey? masterKey, IDataKeyStore dataKeys, HubIds ids, TimeProvider time) : IDisposable
{
    private const string DataKeyPrefix = "dk_";
    private const int UnwrappedMax = 2 * IDataKeyStore.KeysMax;
    private readonly ConcurrentDictionary<string, byte[]> _unwrapped = new(StringComparer.Ordinal);

    /// <summary>The first secret makes the first data key.</summary>
    /// <param name="recordId">Of the credential that the box will be bound to.</param>
    /// <exception cref="ArgumentException">The secret is longer than <see cref="CredentialSecret.BytesMax"/> bytes.</exception>
    public async Task<SealResult> SealAsync(
        string recordId, CredentialKind kind, string secret, CancellationToken cancellationToken)
    {
        if (masterKey is null)
        {
            return new SealResult(SecretStatus.NoMasterKey);
        }

        if (Encoding.UTF8.GetByteCount(secret) > CredentialSecret.BytesMax)
        {
            throw new ArgumentException("The secret is too long.", nameof(secret));
        }

        if (await dataKeys.FindCurrentAsync(cancellationToken) is not { } current)
        {
            var (status, made) = await RotateAsync(cancellationToken);
            if (made is null)
            {
                return new SealResult(status);
            }

            current = made;
        }

        var (unwrapping, key) = await UnwrapAsync(current, cancellationToken);
        if (key is null)
        {
            return new SealResult(unwrapping);
        }

        var content = Encoding.UTF8.GetBytes(secret);
        try
        {
            var box = SecretBox.Seal(key, content, Bound(recordId, kind));
            return new SealResult(SecretStatus.Done, new SealedSecret(current.Id, Convert.ToBase64String(box)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <param name="recordId">Of the credential that the secret was read from.</param>
    public async Task<OpenResult> OpenAsync(
        string recordId, CredentialKind kind, SealedSecret secret, CancellationToken cancellationToken)
    {
        if (masterKey is null)
        {
            return new OpenResult(SecretStatus.NoMasterKey);
        }

        if (!_unwrapped.TryGetValue(secret.DataKey, out var key))
        {
            if (await dataKeys.FindAsync(secret.DataKey, cancellationToken) is not { } record)
            {
                return new OpenResult(SecretStatus.DataKeyMissing);
            }

            (var status, key) = await UnwrapAsync(record, cancellationToken);
            if (key is null)
            {
                return new OpenResult(status);
            }
        }

        var box = new byte[secret.Box.Length];
        if (!Convert.TryFromBase64String(secret.Box, box, out var length)
            || SecretBox.Open(key, box.AsSpan(0, length), Bound(recordId, kind)) is not { } content)
        {
            return new OpenResult(SecretStatus.Damaged);
        }

        try
        {
            return new OpenResult(SecretStatus.Done, Encoding.UTF8.GetString(content));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>
    /// Makes a new data key, wrapped by the master key's current version; what is sealed from now on is sealed with it.
    /// </summary>
    /// <returns>The key, null unless done.</returns>
    public async Task<(SecretStatus Status, DataKeyRecord? Key)> RotateAsync(CancellationToken cancellationToken)
    {
        if (masterKey is null)
        {
            return (SecretStatus.NoMasterKey, null);
        }

        var key = RandomNumberGenerator.GetBytes(KeyWrap.KeyBytes);
        try
        {
            var wrapped = await masterKey.WrapAsync(key, cancellationToken);
            var record = new DataKeyRecord
            {
                Id = DataKeyPrefix + ids.New().ToString("N"),
                MasterKey = wrapped.MasterKey,
                Wrapped = wrapped.Wrapped,
                CreatedAt = time.GetUtcNow(),
            };
            var added = await dataKeys.AddAsync(record, cancellationToken);
            return added.IsDone ? (SecretStatus.Done, record) : (SecretStatus.TooManyDataKeys, null);
        }
        catch (MasterKeyUnavailableException)
        {
            return (SecretStatus.MasterKeyUnavailable, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose()
    {
        foreach (var (id, key) in _unwrapped)
        {
            CryptographicOperations.ZeroMemory(key);
            _unwrapped.TryRemove(id, out _);
        }
    }

    private async Task<(SecretStatus Status, byte[]? Key)> UnwrapAsync(DataKeyRecord record, CancellationToken cancellationToken)
    {
        if (_unwrapped.TryGetValue(record.Id, out var known))
        {
            return (SecretStatus.Done, known);
        }

        try
        {
            var key = await masterKey!.UnwrapAsync(new WrappedKey(record.MasterKey, record.Wrapped), cancellationToken);
            if (key is not { Length: KeyWrap.KeyBytes })
            {
                return (SecretStatus.MasterKeyDiffers, null);
            }

            if (_unwrapped.Count >= UnwrappedMax)
            {
                // Dropped keys, mostly. Not zeroed: another call may be at work with one.
                _unwrapped.Clear();
            }

            return (SecretStatus.Done, _unwrapped.GetOrAdd(record.Id, key));
        }
        catch (MasterKeyUnavailableException)
        {
            return (SecretStatus.MasterKeyUnavailable, null);
        }
    }

    private static byte[] Bound(string recordId, CredentialKind kind) =>
        Encoding.UTF8.GetBytes($"aignehub/credential/1\n{recordId}\n{kind}");
}
