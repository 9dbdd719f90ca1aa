using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Management;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>AIGNE's calls about credit, of an account that spends it. Amounts are decimal texts.</summary>
public sealed class AigneCreditTests : IDisposable
{
    private readonly ManagementBench _bench = new(HubMode.Provider);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Credits_OfAnAccountThatSpendsThem_AreThePurses()
    {
        await _bench.CreateAsync(OwnerKind.Account, """{"id":"shop","name":"Shop","email":"shop@example.org"}""");
        var key = _bench.AddKey("key_shop", account: "shop");
        await _bench.GrantAsync("shop", """{"amount":"10","reason":"Welcome","expiresAt":"2026-12-01T00:00:00Z"}""", "a");
        await _bench.GrantAsync("shop", """{"amount":"5","reason":"Bonus"}""", "b");
        var usage = UsageSamples.Event(UsageSamples.IdAt(ManagementBench.Start), model: "x/m", key: "key_shop") with
        {
            Account = "shop",
            Lines = [new PriceLine(UnitKind.Input, 1_000_000, 2_500_000_000)],
            Cost = 2_500_000_000,
        };
        await _bench.SettleAsync(PurseSet.OfAccount("shop"), usage);

        const string Balance = """{"balance":"12.5","currency":"credits","total":"15","grantCount":2,"pendingCredit":"0"}""";
        var info = await _bench.SendAsync(request => _bench.AigneUser.InfoAsync(request, default), key: key);
        Assert.Equal(
            """{"user":{"did":"shop","fullName":"key_shop","email":"shop@example.org","avatar":null,"role":"member"},"creditBalance":"""
            + Balance
            + ""","paymentLink":"https://pay.example/buy?x=1","currency":"credits","enableCredit":true,"profileLink":null,"creditPrefix":null}""",
            info.Body.ToJsonString());
        Assert.Equal(Balance, (await _bench.SendAsync(request => _bench.AigneUser.BalanceAsync(request, default), key: key)).Body.ToJsonString());
        Assert.Equal(
            "https://pay.example/buy?x=1",
            (await _bench.SendAsync(request => _bench.AigneUser.PaymentLinkAsync(request, default), key: key)).Body.GetValue<string>());

        var grants = await _bench.SendAsync(request => _bench.AigneUser.GrantsAsync(request, default), key: key, query: "?pageSize=1&page=2");
        var welcome = Assert.Single(grants.Body["list"]!.AsArray())!;
        Assert.Equal(
            ("2", "Welcome", "granted", "10", "7.5", "1796083200"),
            (grants["count"], welcome["name"]!.ToString(), welcome["status"]!.ToString(), welcome["amount"]!.ToString(),
                welcome["remaining_amount"]!.ToString(), welcome["expires_at"]!.ToString()));
        var spent = await _bench.SendAsync(request => _bench.AigneUser.TransactionsAsync(request, default), key: key);
        var line = Assert.Single(spent.Body["list"]!.AsArray())!;
        Assert.Equal(("-2.5", "consumption", usage.Id.ToString("N")), (line["amount"]!.ToString(), line["type"]!.ToString(), line["id"]!.ToString()));
        var none = await _bench.SendAsync(request => _bench.AigneUser.TransactionsAsync(request, default), key: key, query: "?end=1700000000");
        Assert.Equal("0", none["count"]);

        var quota = await _bench.SendAsync(request => _bench.AigneUsage.QuotaAsync(request, default), key: key);
        Assert.Equal(
            """{"total":"15","remaining":"12.5","used":"2.5","pendingCredit":"0","estimatedDaysRemaining":150,"dailyAvgCredits":"0.083333333","currency":"credits"}""",
            quota.Body.ToJsonString());
    }

    [Fact]
    public async Task Credits_SpentAndOver_AreDebtAndEndedGrants()
    {
        await _bench.CreateAsync(OwnerKind.Account, """{"id":"shop","name":"Shop"}""");
        var key = _bench.AddKey("key_shop", account: "shop");
        await _bench.GrantAsync("shop", """{"amount":"1","reason":"Short","expiresAt":"2026-11-23T13:00:00Z"}""", "a");
        await _bench.GrantAsync("shop", """{"amount":"2","reason":"Wrong"}""", "b");
        await _bench.SendAsync(
            request => _bench.Movements.ReverseAsync(request, ManagementRoutes.ReverseGrant, PurseId.OfAccount("shop"), "admin|b", default), """{"reason":"r"}""");
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        await _bench.AdjustAsync(PurseId.OfAccount("shop"), """{"amount":"-3","reason":"r"}""", "c");

        var balance = await _bench.SendAsync(request => _bench.AigneUser.BalanceAsync(request, default), key: key);
        Assert.Equal(("0", "0", "3"), (balance["balance"], balance["grantCount"], balance["pendingCredit"]));
        var grants = await _bench.SendAsync(request => _bench.AigneUser.GrantsAsync(request, default), key: key);
        Assert.Equal(["Wrong voided", "Short expired"], grants.Body["list"]!.AsArray().Select(grant => $"{grant!["name"]} {grant["status"]}"));
    }

    [Fact]
    public async Task Credits_OfAnUnlimitedAccount_AreValidAndEmpty()
    {
        var info = await _bench.SendAsync(request => _bench.AigneUser.InfoAsync(request, default));
        Assert.Equal(("false", ""), (info["enableCredit"], info["paymentLink"]));
        var grants = await _bench.SendAsync(request => _bench.AigneUser.GrantsAsync(request, default));
        Assert.Equal("""{"count":0,"list":[],"paging":{"page":1,"pageSize":20},"truncated":false}""", grants.Body.ToJsonString());
    }
}
