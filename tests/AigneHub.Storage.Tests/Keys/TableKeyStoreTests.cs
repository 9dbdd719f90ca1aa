using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests.Keys;

[Collection(StorageCollections.Stores)]
public sealed class TableKeyStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly HubIds _ids = new(TimeProvider.System);
    private ServiceProvider _hub = null!;

    private IKeyStore Keys => _hub.GetRequiredService<IKeyStore>();

    public async Task InitializeAsync() => _hub = await azurite.NewHubAsync();

    public async Task DisposeAsync() => await _hub.DisposeAsync();

    [Fact]
    public async Task Create_ThenFind_GivesEveryProperty()
    {
        var key = New() with
        {
            Project = "p",
            Team = "t",
            Terms = new PurseTerms(
                PurseKind.Hard, new Budget(5, PeriodLength.Week, "Europe/Berlin"), new PurseAlerts([50, 100], LowBalance: 7)),
            Limits = new RateLimits(60, 100_000, 3),
            Models = ["openai/gpt-5", "sim/*"],
            Tags = ["gold", "eu:west"],
            ModelsDenied = ["openai/o1*"],
            Scopes = [KeyScope.Chat, KeyScope.Models],
            IpRanges = [AddressRange.Parse("10.0.0.0/8")!, AddressRange.Parse("2001:db8::/32")!],
            Member = "usr_1",
            Parent = "key_parent",
            ExpiresAt = Now.AddDays(1),
            Role = Role.Administrator,
            MayPay = true,
        };
        Assert.True(await Keys.CreateAsync(key, default));
        AssertSame(key, await Keys.FindByHashAsync(key.Hash, default));
        Assert.Equal(key.IpRanges, (await Keys.FindByHashAsync(key.Hash, default))!.IpRanges);
        AssertSame(key, (await Keys.GetAsync(key.Id, default))!.Value);
        Assert.Null(await Keys.FindByHashAsync(HubKey.Hash("other"), default));
        Assert.Null(await Keys.GetAsync(New().Id, default));
    }

    [Fact]
    public async Task Rotate_OldAndNewHash_FindTheKeyAsTheyShould()
    {
        var key = New();
        await Keys.CreateAsync(key, default);
        var stored = (await Keys.GetAsync(key.Id, default))!;
        var (second, third) = (HubKey.Hash("second"), HubKey.Hash("third"));
        var rotated = stored.Value with { CurrentHash = second, Previous = [new PreviousSecret(key.Hash, "abcd", Now)] };
        Assert.True(await Keys.RotateAsync(rotated, stored.ETag, default));
        AssertSame(rotated, await Keys.FindByHashAsync(second, default));
        Assert.Equal(Now, (await Keys.FindByHashAsync(key.Hash, default))!.SecretUntil);

        // Lost against somebody else: the secret was never one.
        Assert.False(await Keys.RotateAsync(rotated with { CurrentHash = third }, stored.ETag, default));
        Assert.Null(await Keys.FindByHashAsync(third, default));

        stored = (await Keys.GetAsync(key.Id, default))!;
        rotated = stored.Value with { CurrentHash = third, Previous = [new PreviousSecret(second, "efgh", Now)] };
        Assert.True(await Keys.RotateAsync(rotated, stored.ETag, default));
        Assert.Null(await Keys.FindByHashAsync(key.Hash, default));
        Assert.Equal(Now, (await Keys.FindByHashAsync(second, default))!.SecretUntil);
        AssertSame(rotated, await Keys.FindByHashAsync(third, default));

        // Revoked once, for all of them.
        stored = (await Keys.GetAsync(key.Id, default))!;
        Assert.True(await Keys.UpdateAsync(stored.Value with { RevokedAt = Now }, stored.ETag, default));
        Assert.All([second, third], hash => Assert.Equal(Now, Keys.FindByHashAsync(hash, default).Result!.RevokedAt));
        Assert.Equal(third, Assert.Single((await Keys.ListAsync(10, null, default)).Items).CurrentHash);
    }

    [Fact]
    public async Task ListOwn_OfMemberAndKey_AreTheirsNewestFirst()
    {
        var keys = Enumerable.Range(0, 12).Select(i => New(Now.AddMinutes(i)) with
        {
            Member = i % 2 == 0 ? "usr_1" : null,
            Parent = i % 3 == 0 ? "key_p" : null,
        }).ToArray();
        foreach (var key in keys)
        {
            await Keys.CreateAsync(key, default);
        }

        Assert.Equal(
            keys.Where(key => key.Member is not null).Select(key => key.Id).Reverse(),
            (await Keys.ListOwnAsync("usr_1", default)).Select(key => key.Id));
        Assert.Equal(
            keys.Where(key => key.Parent is not null).Select(key => key.Id).Reverse(),
            (await Keys.ListOwnAsync("key_p", default)).Select(key => key.Id));
        Assert.Empty(await Keys.ListOwnAsync("usr_", default));
    }

    [Fact]
    public async Task ListOfAccount_AmongOthers_AreItsOwnRotatedAndRevokedOnesToo()
    {
        var account = "a-" + Guid.NewGuid().ToString("N");
        var keys = Enumerable.Range(0, 6).Select(i => New() with { Account = i % 2 == 0 ? account : "other" }).ToArray();
        foreach (var key in keys)
        {
            await Keys.CreateAsync(key, default);
        }

        var stored = (await Keys.GetAsync(keys[0].Id, default))!;
        await Keys.RotateAsync(stored.Value with { CurrentHash = HubKey.Hash(account), RevokedAt = Now }, stored.ETag, default);
        var found = await Keys.ListOfAsync(OwnerKind.Account, account, default).ToArrayAsync();
        Assert.Equal(
            keys.Where(key => key.Account == account).Select(key => key.Id).Order(StringComparer.Ordinal),
            found.Select(key => key.Id).Order(StringComparer.Ordinal));
        Assert.Equal(Now, found.Single(key => key.Id == keys[0].Id).RevokedAt);
    }

    [Theory]
    [InlineData(OwnerKind.Team)]
    [InlineData(OwnerKind.Project)]
    public async Task ListOf_ATeamOrProject_AreThoseThatNameIt(OwnerKind kind)
    {
        var id = "o-" + Guid.NewGuid().ToString("N");
        KeyRecord[] keys =
        [
            New() with { Team = id, Project = "other" }, New() with { Account = "other", Team = id },
            New() with { Team = "other", Project = id.ToUpperInvariant() }, New() with { Project = id }, New(),
        ];
        foreach (var key in keys)
        {
            await Keys.CreateAsync(key, default);
        }

        var found = await Keys.ListOfAsync(kind, id, default).Select(key => key.Id).ToArrayAsync();
        Assert.Equal(
            (kind == OwnerKind.Team ? keys[..2] : keys[2..4]).Select(key => key.Id).Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Uses_OfManyKeys_AreTheLastAndDisturbNoChange()
    {
        var uses = _hub.GetRequiredService<IKeyUses>();
        var keys = Enumerable.Range(0, 20).Select(_ => New()).ToArray();
        await Keys.CreateAsync(keys[0], default);
        var before = (await Keys.GetAsync(keys[0].Id, default))!.ETag;
        foreach (var key in keys.Take(10))
        {
            await uses.NoteAsync(key.Id, Now, default);
        }

        await uses.NoteAsync(keys[0].Id, Now.AddHours(1), default);
        var read = await uses.ReadAsync([.. keys.Select(key => key.Id)], default);
        Assert.Equal(10, read.Count);
        Assert.Equal((Now.AddHours(1), Now), (read[keys[0].Id], read[keys[1].Id]));
        Assert.Equal(before, (await Keys.GetAsync(keys[0].Id, default))!.ETag);
        Assert.Empty(await uses.ReadAsync([], default));
    }

    [Fact]
    public async Task Teams_OfManyKeys_AreThoseThatNameOne()
    {
        var keys = Enumerable.Range(0, 6).Select(i => New() with { Team = i % 3 == 0 ? null : $"team-{i}" }).ToArray();
        foreach (var key in keys)
        {
            await Keys.CreateAsync(key, default);
        }

        var teams = await Keys.TeamsAsync(default);
        Assert.Equal(
            keys.Where(key => key.Team is not null).Select(key => (key.Id, key.Team!)).Order(), teams.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public async Task Create_KnownIdOrHash_WritesNothing()
    {
        var key = New();
        await Keys.CreateAsync(key, default);
        var sameHash = New() with { Hash = key.Hash };
        Assert.False(await Keys.CreateAsync(sameHash, default));
        Assert.False(await Keys.CreateAsync(New() with { Id = key.Id }, default));
        Assert.False(await Keys.CreateAsync(key with { Name = "again" }, default));
        Assert.Null(await Keys.GetAsync(sameHash.Id, default));
        AssertSame(key, Assert.Single((await Keys.ListAsync(10, null, default)).Items));
    }

    [Fact]
    public async Task Update_OfAnotherVersion_WritesNothing()
    {
        var key = New();
        await Keys.CreateAsync(key, default);
        var stored = (await Keys.GetAsync(key.Id, default))!;
        var revoked = stored.Value with { RevokedAt = Now };
        Assert.True(await Keys.UpdateAsync(revoked, stored.ETag, default));
        Assert.False(await Keys.UpdateAsync(key, stored.ETag, default));
        AssertSame(revoked, await Keys.FindByHashAsync(key.Hash, default));
    }

    [Fact]
    public async Task List_Pages_AreNewestFirst()
    {
        var keys = Enumerable.Range(0, 7).Select(i => New(Now.AddMinutes(i))).ToList();
        foreach (var key in keys)
        {
            await Keys.CreateAsync(key, default);
        }

        var listed = new List<string>();
        string? continuation = null;
        do
        {
            var page = await Keys.ListAsync(3, continuation, default);
            listed.AddRange(page.Items.Select(key => key.Id));
            continuation = page.Continuation;
        }
        while (continuation is not null);
        Assert.Equal(keys.Select(key => key.Id).Reverse(), listed);
        await Assert.ThrowsAsync<InvalidContinuationException>(() => Keys.ListAsync(3, "no!", default));
    }

    [Fact]
    public async Task SetAdministrator_AnotherKey_ReplacesTheOneBefore()
    {
        var (first, second) = (New(), New());
        Assert.True(await Keys.SetAdministratorAsync(first, default));
        Assert.False(await Keys.SetAdministratorAsync(first, default));
        Assert.True(await Keys.SetAdministratorAsync(second, default));
        Assert.Null(await Keys.FindByHashAsync(first.Hash, default));
        Assert.Equal(second.Id, Assert.Single((await Keys.ListAsync(10, null, default)).Items).Id);
    }

    [Fact]
    public async Task UnsetAdministrator_TheOneThatWasSet_IsDeleted()
    {
        var (administrator, other) = (New(), New());
        Assert.False(await Keys.UnsetAdministratorAsync(default));
        await Keys.CreateAsync(other, default);
        await Keys.SetAdministratorAsync(administrator, default);
        Assert.True(await Keys.UnsetAdministratorAsync(default));
        Assert.False(await Keys.UnsetAdministratorAsync(default));
        Assert.Null(await Keys.FindByHashAsync(administrator.Hash, default));
        Assert.Equal(other.Id, Assert.Single((await Keys.ListAsync(10, null, default)).Items).Id);
        Assert.True(await Keys.SetAdministratorAsync(administrator, default));
    }

    [Fact]
    public async Task SetAdministrator_RevokedMeanwhile_StaysRevoked()
    {
        var key = New();
        await Keys.SetAdministratorAsync(key, default);
        var stored = (await Keys.GetAsync(key.Id, default))!;
        await Keys.UpdateAsync(stored.Value with { RevokedAt = Now }, stored.ETag, default);
        await Keys.SetAdministratorAsync(key, default);
        Assert.Equal(Now, (await Keys.FindByHashAsync(key.Hash, default))!.RevokedAt);
    }

    private KeyRecord New(DateTimeOffset? moment = null)
    {
        var id = moment is { } at ? Guid.CreateVersion7(at) : _ids.New();
        var secret = HubKey.Generate();
        return new KeyRecord
        {
            Id = $"key_{id:N}",
            Hash = HubKey.Hash(secret),
            Account = "default",
            Name = "a key",
            Role = Role.Member,
            Hint = secret[^4..],
            CreatedAt = Now,
        };
    }

    // Not record equality: lists are compared by reference there.
    private static void AssertSame(KeyRecord expected, KeyRecord? actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
}
