using System.Security.Cryptography;
using AigneHub.Core.Secrets;
using AigneHub.Storage.Secrets;
using Azure;
using Azure.Security.KeyVault.Secrets;

namespace AigneHub.Storage.Tests.Secrets;

public sealed class KeyVaultMasterKeyTests
{
    private const string Address = "https://hub.vault.azure.net/secrets/master";
    private readonly Vault _vault = new();

    [Fact]
    public async Task Unwrap_AfterANewVersion_AsksForTheOneThatWrapped()
    {
        var first = await Key(Address).WrapAsync(new byte[32], default);
        _vault.AddVersion();
        var second = await Key(Address).WrapAsync(new byte[32], default);
        Assert.Equal(($"{Address}/v1", $"{Address}/v2"), (first.MasterKey, second.MasterKey));
        Assert.Equal(new byte[32], await Key(Address).UnwrapAsync(first, default));
        Assert.Equal(new byte[32], await Key(Address).UnwrapAsync(second, default));
        Assert.Null(await Key(Address).UnwrapAsync(first with { MasterKey = second.MasterKey }, default));
        Assert.Equal($"{Address}/v1", (await Key($"{Address}/v1").WrapAsync(new byte[32], default)).MasterKey);
    }

    [Theory]
    [InlineData("https://evil.test/secrets/master/v1")]
    [InlineData("https://hub.vault.azure.net/secrets/other/v1")]
    [InlineData("https://hub.vault.azure.net/secrets/master/v9")]
    [InlineData("http://hub.vault.azure.net/secrets/master/v1")]
    [InlineData("local:0123456789abcdef")]
    [InlineData("")]
    public async Task Unwrap_OfAnotherPlace_IsNullAndNothingElseIsAsked(string masterKey)
    {
        var wrapped = await Key(Address).WrapAsync(new byte[32], default);
        Assert.Null(await Key(Address).UnwrapAsync(wrapped with { MasterKey = masterKey }, default));
        Assert.All(_vault.Asked, name => Assert.Equal("master", name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%%%")]
    [InlineData("dG9vIHNob3J0")]
    public async Task Wrap_SecretIsNoKey_IsUnavailable(string value)
    {
        _vault.AddVersion(value);
        await Assert.ThrowsAsync<MasterKeyUnavailableException>(() => Key(Address).WrapAsync(new byte[32], default));
    }

    [Fact]
    public async Task Wrap_AndUnwrap_VaultRefuses_IsUnavailable()
    {
        var wrapped = await Key(Address).WrapAsync(new byte[32], default);
        _vault.Failure = new RequestFailedException(403, "no", "Forbidden", null);
        await Assert.ThrowsAsync<MasterKeyUnavailableException>(() => Key(Address).WrapAsync(new byte[32], default));
        await Assert.ThrowsAsync<MasterKeyUnavailableException>(() => Key(Address).UnwrapAsync(wrapped, default));
    }

    [Theory]
    [InlineData(Address, true)]
    [InlineData("https://hub.vault.azure.net/secrets/master/0123", true)]
    [InlineData("https://hub.vault.azure.net/keys/master", false)]
    [InlineData("http://hub.vault.azure.net/secrets/master", false)]
    [InlineData("https://hub.vault.azure.net/secrets/", false)]
    [InlineData("https://a:b@hub.vault.azure.net/secrets/master", false)]
    [InlineData("https://hub.vault.azure.net/secrets/master?x=1", false)]
    [InlineData("master", false)]
    public void WhatIsWrong_Address_IsToldBeforeTheFirstCall(string address, bool right)
    {
        Assert.Equal(right, KeyVaultMasterKey.WhatIsWrong(address) is null);
        if (right)
        {
            Assert.Equal(address, Key(address).Id);
        }
    }

    private KeyVaultMasterKey Key(string address) => new(new Uri(address), _ => _vault);

    private sealed class Vault : SecretClient
    {
        private readonly List<string> _versions = [];

        public Vault() => AddVersion();

        public List<string> Asked { get; } = [];

        public RequestFailedException? Failure { get; set; }

        public void AddVersion(string? value = null) =>
            _versions.Add(value ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

        public override Task<Response<KeyVaultSecret>> GetSecretAsync(
            string name, string? version = null, CancellationToken cancellationToken = default)
        {
            Asked.Add(name);
            var index = version is null ? _versions.Count : int.Parse(version.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            if (Failure is not null || index > _versions.Count)
            {
                throw Failure ?? new RequestFailedException(404, "none", "SecretNotFound", null);
            }

            var properties = SecretModelFactory.SecretProperties(new Uri($"{Address}/v{index}"));
            return Task.FromResult(Response.FromValue(SecretModelFactory.KeyVaultSecret(properties, _versions[index - 1]), null!));
        }
    }
}
