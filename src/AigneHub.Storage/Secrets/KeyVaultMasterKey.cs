using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using AigneHub.Core.Secrets;
using Azure;
using Azure.Security.KeyVault.Secrets;

namespace AigneHub.Storage.Secrets;

/// <summary>
/// A secret in Azure Key Vault as master key: 32 random bytes in Base64. The newest version wraps, unless the id names one;
/// the version that wrapped a data key is recorded with it, so that older versions must stay until no data key needs them.
/// The value is read for each wrapping and unwrapping (once a data key and instance), and not kept. The hub's identity needs
/// the role "Key Vault Secrets User".
/// https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
/// </summary>
public sealed class KeyVaultMasterKey : IMasterKey
{
    private const int RetriesMax = 2;
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(10);
    private readonly KeyVaultSecretIdentifier _secret;
    private readonly Lazy<SecretClient> _client;

    /// <param name="secretId"><c>https://{vault}/secrets/{name}</c>, or that with <c>/{version}</c>.</param>
    /// <param name="managedIdentityClientId">Of a user-assigned identity; null or empty: the default credential chain.</param>
    /// <exception cref="ArgumentException">Not the id of a secret; see <see cref="WhatIsWrong"/>.</exception>
    public KeyVaultMasterKey(Uri secretId, string? managedIdentityClientId)
        : this(secretId, vault => Client(vault, managedIdentityClientId))
    {
    }

    internal KeyVaultMasterKey(Uri secretId, Func<Uri, SecretClient> client)
    {
        if (WhatIsWrong(secretId.OriginalString) is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(secretId));
        }

        _secret = new KeyVaultSecretIdentifier(secretId);
        _client = new Lazy<SecretClient>(() => client(_secret.VaultUri));
    }

    /// <summary>The secret's address as configured.</summary>
    public string Id => _secret.SourceId.AbsoluteUri;

    /// <summary>Null when it can be the id of a secret, else the end of a sentence that begins with the setting's name.</summary>
    public static string? WhatIsWrong(string secretId) =>
        Uri.TryCreate(secretId, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
        && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
        && address.AbsolutePath.StartsWith("/secrets/", StringComparison.Ordinal)
        && KeyVaultSecretIdentifier.TryCreate(address, out var secret) && secret.Name.Length > 0
            ? null
            : "must be the https address of a secret in Azure Key Vault: https://{vault}.vault.azure.net/secrets/{name}.";

    public async Task<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken)
    {
        var secret = await ReadAsync(_secret.Version, cancellationToken)
            ?? throw new MasterKeyUnavailableException("Azure Key Vault has no such secret.");
        var masterKey = Decode(secret) ?? throw new MasterKeyUnavailableException("The secret is not 32 bytes in Base64.");
        try
        {
            return new WrappedKey(secret.Id.AbsoluteUri, KeyWrap.Wrap(masterKey, dataKey.Span));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(masterKey);
        }
    }

    public async Task<byte[]?> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
    {
        // The id comes from a stored row: nothing but the configured secret is asked for.
        if (WhatIsWrong(wrapped.MasterKey) is not null
            || !KeyVaultSecretIdentifier.TryCreate(new Uri(wrapped.MasterKey), out var version)
            || version.VaultUri != _secret.VaultUri || version.Name != _secret.Name
            || await ReadAsync(version.Version, cancellationToken) is not { } secret
            || Decode(secret) is not { } masterKey)
        {
            return null;
        }

        try
        {
            return KeyWrap.Unwrap(masterKey, wrapped.Wrapped);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(masterKey);
        }
    }

    private async Task<KeyVaultSecret?> ReadAsync(string? version, CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.Value.GetSecretAsync(_secret.Name, version, cancellationToken)).Value;
        }
        catch (RequestFailedException failed) when (failed.Status == 404)
        {
            return null;
        }
        catch (Exception exception)
            when (exception is RequestFailedException || StorageCall.IsUnavailable(exception, cancellationToken))
        {
            // Whatever the vault says, an operator can cure: rights, a disabled version.
            var code = (exception as RequestFailedException)?.ErrorCode ?? exception.GetType().Name;
            throw new MasterKeyUnavailableException($"Azure Key Vault did not answer ({code}).", exception);
        }
    }

    private static byte[]? Decode(KeyVaultSecret secret)
    {
        var key = new byte[KeyWrap.KeyBytes];
        var text = secret.Value.Trim();
        if (Convert.TryFromBase64String(text, key, out var length) && length == key.Length)
        {
            return key;
        }

        return Base64Url.IsValid(text, out length) && length == key.Length && Base64Url.TryDecodeFromChars(text, key, out _)
            ? key
            : null;
    }

    // Apart, so that Azure.Identity (slow to load) is loaded only where it is used.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SecretClient Client(Uri vault, string? managedIdentityClientId)
    {
        var options = new SecretClientOptions();
        options.Retry.MaxRetries = RetriesMax;
        options.Retry.NetworkTimeout = NetworkTimeout;
        options.Diagnostics.IsLoggingContentEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        return new SecretClient(vault, EntraCredential.Create(managedIdentityClientId), options);
    }
}
