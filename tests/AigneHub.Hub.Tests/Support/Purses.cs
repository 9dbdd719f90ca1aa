using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Support;

/// <summary>Accounts with credit, as an administrator would make them.</summary>
internal static class Purses
{
    /// <summary>A new account of so much credit.</summary>
    /// <returns>Its id, and a key of it.</returns>
    public static async Task<(string Account, string Key)> NewAccountAsync(this TestHub hub, long nano)
    {
        var account = $"a{Guid.NewGuid():n}";
        var terms = new PurseTerms(PurseKind.Credit);
        await hub.SyncAsync(PurseId.OfAccount(account), new SyncCommand.Configure(terms.Kind, LedgerUnit.NanoUsd));
        await hub.GrantAsync(PurseId.OfAccount(account), nano);
        Assert.True(await hub.Services.GetRequiredService<IOwnerStore>().AddAsync(
            new OwnerRecord { Kind = OwnerKind.Account, Id = account, Name = account, CreatedAt = DateTimeOffset.UtcNow, Terms = terms },
            default));
        return (account, await hub.NewKeyAsync(account));
    }

    public static async Task<string> NewKeyAsync(this TestHub hub, string account, Func<KeyRecord, KeyRecord>? change = null)
    {
        var secret = HubKey.Generate();
        var key = new KeyRecord
        {
            Id = $"key_{Guid.NewGuid():n}",
            Hash = HubKey.Hash(secret),
            Account = account,
            Name = "Test",
            Role = Role.Member,
            Hint = secret[^4..],
            CreatedAt = DateTimeOffset.UtcNow,
        };
        Assert.True(await hub.Services.GetRequiredService<IKeyStore>().CreateAsync(change?.Invoke(key) ?? key, default));
        SecretWatch.Plant(secret);
        return secret;
    }

    public static Task<SyncResult> GrantAsync(this TestHub hub, PurseId purse, long nano) => hub.SyncAsync(
        purse, new SyncCommand.GrantCredit(new OutsideId("test", Guid.NewGuid().ToString("n")), nano, "test", "test"));

    public static async Task<SyncResult> SyncAsync(this TestHub hub, PurseId purse, SyncCommand command)
    {
        var result = await hub.Services.GetRequiredService<PurseSync>().SyncAsync(purse, command, default);
        Assert.Equal(SyncOutcome.Done, result.Outcome);
        return result;
    }

    /// <summary>As soon as all of the purse's calls are settled, and its leases given back.</summary>
    public static async Task<PurseState> StateWithoutLeasesAsync(this TestHub hub, PurseId purse)
    {
        PurseState? state = null;
        await Until.TrueAsync(
            async () => (state = (await hub.SyncAsync(purse, SyncCommand.None.Instance)).State!).Leases.IsEmpty, $"leases of {purse}");
        return state!;
    }

    public static string Units(long nano) => Nano.ToDecimalString(nano);
}
