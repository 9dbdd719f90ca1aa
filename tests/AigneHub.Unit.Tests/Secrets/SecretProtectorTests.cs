using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Ledger;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;

namespace AigneHub.Unit.Tests.Secrets;

public sealed class SecretProtectorTests : IDisposable
{
    private const string Secret = "sk-plänted-0123456789";
    private const string Record = "cred_1";
    private const CredentialKind Kind = CredentialKind.ApiKey;
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-secrets-").FullName;
    private readonly MemoryDataKeys _dataKeys = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Open_WhatWasSealed_IsTheSecretOnAnyInstance()
    {
        using var first = Protector();
        using var second = Protector();
        var one = await SealAsync(first);
        var two = await SealAsync(second);
        Assert.Equal(new OpenResult(SecretStatus.Done, Secret), await second.OpenAsync(Record, Kind, one, default));
        Assert.Equal(new OpenResult(SecretStatus.Done, Secret), await first.OpenAsync(Record, Kind, two, default));
        Assert.NotEqual(one.Box, two.Box);
        Assert.Single(_dataKeys.All);
    }

    [Fact]
    public async Task Open_AnyByteOfTheBoxChanged_IsDamaged()
    {
        using var protector = Protector();
        var whole = await SealAsync(protector);
        var box = Convert.FromBase64String(whole.Box);
        for (var i = 0; i < box.Length; i++)
        {
            box[i] ^= 1;
            await IsAsync(SecretStatus.Damaged, protector, whole with { Box = Convert.ToBase64String(box) });
            box[i] ^= 1;
        }

        for (var length = 0; length < box.Length; length++)
        {
            await IsAsync(SecretStatus.Damaged, protector, whole with { Box = Convert.ToBase64String(box.AsSpan(0, length)) });
        }

        await IsAsync(SecretStatus.Damaged, protector, whole with { Box = "not base64!" });
        await IsAsync(SecretStatus.Done, protector, whole);
    }

    [Fact]
    public async Task Open_OfAnotherRecordOrKind_IsDamaged()
    {
        using var protector = Protector();
        var secret = await SealAsync(protector);
        Assert.Equal(SecretStatus.Damaged, (await protector.OpenAsync("cred_2", Kind, secret, default)).Status);
        Assert.Equal(SecretStatus.Damaged, (await protector.OpenAsync(Record, CredentialKind.AwsAccessKey, secret, default)).Status);
    }

    [Fact]
    public async Task Open_AfterRotation_OldAndNewKeysServe()
    {
        using var protector = Protector();
        var old = await SealAsync(protector);
        Assert.Equal(SecretStatus.Done, (await protector.RotateAsync(default)).Status);
        var young = await SealAsync(protector);
        Assert.NotEqual(old.DataKey, young.DataKey);
        using var other = Protector();
        await IsAsync(SecretStatus.Done, other, old);
        await IsAsync(SecretStatus.Done, other, young);
        await IsAsync(SecretStatus.Damaged, other, old with { DataKey = young.DataKey });
        await IsAsync(SecretStatus.DataKeyMissing, other, old with { DataKey = "dk_none" });
    }

    [Fact]
    public async Task Open_AnotherMasterKey_IsToldAndARotationGoesOn()
    {
        using var before = Protector();
        var secret = await SealAsync(before);
        File.Delete(Path.Combine(_folder, LocalMasterKey.FileName));
        using var after = Protector();
        await IsAsync(SecretStatus.MasterKeyDiffers, after, secret);
        Assert.Equal(SecretStatus.MasterKeyDiffers, (await after.SealAsync(Record, Kind, Secret, default)).Status);
        await after.RotateAsync(default);
        await IsAsync(SecretStatus.Done, after, await SealAsync(after));
        await IsAsync(SecretStatus.MasterKeyDiffers, after, secret);
    }

    [Fact]
    public async Task Open_AChangedDataKey_IsTold()
    {
        using var protector = Protector();
        var secret = await SealAsync(protector);
        _dataKeys.All[0].Wrapped[20] ^= 1;
        using var other = Protector();
        await IsAsync(SecretStatus.MasterKeyDiffers, other, secret);
    }

    [Fact]
    public async Task Anything_WithoutAMasterKey_IsRefused()
    {
        using var protector = new SecretProtector(null, _dataKeys, new HubIds(TimeProvider.System), TimeProvider.System);
        Assert.Equal(new SealResult(SecretStatus.NoMasterKey), await protector.SealAsync(Record, Kind, Secret, default));
        Assert.Equal((SecretStatus.NoMasterKey, null), await protector.RotateAsync(default));
        await IsAsync(SecretStatus.NoMasterKey, protector, new SealedSecret("dk_1", "AAAA"));
        Assert.Empty(_dataKeys.All);
    }

    [Fact]
    public async Task Anything_MasterKeyDoesNotAnswer_IsUnavailable()
    {
        using var before = Protector();
        var secret = await SealAsync(before);
        using var protector = new SecretProtector(new SilentMasterKey(), _dataKeys, new HubIds(TimeProvider.System), TimeProvider.System);
        Assert.Equal(SecretStatus.MasterKeyUnavailable, (await protector.SealAsync(Record, Kind, Secret, default)).Status);
        Assert.Equal(SecretStatus.MasterKeyUnavailable, (await protector.RotateAsync(default)).Status);
        await IsAsync(SecretStatus.MasterKeyUnavailable, protector, secret);
    }

    [Fact]
    public async Task Opener_OneDamaged_LeavesItOutAndNamesIt()
    {
        using var protector = Protector();
        var good = Credential("cred_good", (await protector.SealAsync("cred_good", Kind, Secret, default)).Secret);
        var moved = good with { Id = "cred_moved" };
        var none = Credential("cred_none", null) with { Kind = CredentialKind.EntraId, Weight = 3, Tier = 2 };
        var off = good with { Id = "cred_off", Enabled = false };
        var incidents = new Reported();
        var opened = await new CredentialOpener(protector, incidents).OpenAsync(
            StoredConfiguration.Empty with { Credentials = [good, moved, none, off] }, OpenedCredentials.None, default);

        Assert.Equal(
            [new CredentialEntry("cred_good", Kind, Secret), new CredentialEntry("cred_none", CredentialKind.EntraId, "", 3, 2)],
            opened.Items.Select(item => item.Entry));
        Assert.False(opened.RepeatMayHelp);
        var incident = Assert.Single(incidents.All);
        Assert.Equal((IncidentKind.SecretNotOpened, "cred_moved"), (incident.Kind, incident.Subject));
        Assert.DoesNotContain(Secret, incident.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ToString_OfWhatHoldsASecret_DoesNotHaveIt()
    {
        using var protector = Protector();
        var sealing = await protector.SealAsync(Record, Kind, Secret, default);
        var opened = await protector.OpenAsync(Record, Kind, sealing.Secret!, default);
        var entry = new OpenedCredential(Credential(Record, sealing.Secret), new CredentialEntry(Record, Kind, opened.Secret!));
        Assert.All(
            new object[] { sealing, opened, entry, new OpenedCredentials([entry], new Dictionary<string, SecretStatus>()), _dataKeys.All[0] },
            value => Assert.DoesNotContain(Secret, value.ToString(), StringComparison.Ordinal));
    }

    private static CredentialRecord Credential(string id, SealedSecret? secret) => new()
    {
        Id = id,
        Provider = "p",
        Name = "n",
        Kind = Kind,
        Secret = secret,
        CreatedAt = default,
        UpdatedAt = default,
    };

    private SecretProtector Protector() =>
        new(LocalMasterKey.Open(_folder).Key!, _dataKeys, new HubIds(TimeProvider.System), TimeProvider.System);

    private static async Task<SealedSecret> SealAsync(SecretProtector protector)
    {
        var result = await protector.SealAsync(Record, Kind, Secret, default);
        Assert.Equal(SecretStatus.Done, result.Status);
        return result.Secret!;
    }

    private static async Task IsAsync(SecretStatus status, SecretProtector protector, SealedSecret secret)
    {
        var result = await protector.OpenAsync(Record, Kind, secret, default);
        Assert.Equal(status, result.Status);
        Assert.Equal(status == SecretStatus.Done ? Secret : null, result.Secret);
    }

    private sealed class SilentMasterKey : IMasterKey
    {
        public string Id => "silent";

        public Task<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken) =>
            throw new MasterKeyUnavailableException("silent");

        public Task<byte[]?> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken) =>
            throw new MasterKeyUnavailableException("silent");
    }

    private sealed class Reported : IIncidents
    {
        public List<Incident> All { get; } = [];

        public void Report(Incident incident) => All.Add(incident);
    }
}
