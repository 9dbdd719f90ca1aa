using System.Globalization;
using System.Net;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using AigneHub.Testing;

namespace AigneHub.Hub.Tests.Stories;

/// <summary>A customer of a hub that sells, from the first day to a refund.</summary>
[Collection(HubCollections.Translation)]
public sealed class ProviderStoryTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>
{
    [Fact]
    public async Task Customer_StartsCallsPaysIsRefunded_AndTheStatementAddsUp()
    {
        await using var stripe = await StripeServer.StartAsync();
        SecretWatch.Plant(FakeStripe.SecretKey);
        SecretWatch.Plant(FakeStripe.WebhookSecret);
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>(seller.Settings)
        {
            ["AigneHub:Payments:Provider"] = "Stripe",
            ["AigneHub:Payments:StripeApiBase"] = stripe.BaseUrl,
            ["AigneHub:Payments:StripeSecretKey"] = FakeStripe.SecretKey,
            ["AigneHub:Payments:StripeWebhookSecret"] = FakeStripe.WebhookSecret,
            ["AigneHub:Payments:SuccessUrl"] = "https://hub.example.org/paid",
            ["AigneHub:Payments:CancelUrl"] = "https://hub.example.org/back",
            ["AigneHub:Payments:StarterCredits"] = "0.0003",
            ["AigneHub:Gateway:PaymentLink"] = "https://hub.example.org/buy",
            ["AigneHub:Leases:IdleSeconds"] = "0.5",
        });
        await hub.DoAsync(
            HttpMethod.Post, "/api/admin/packs", """{"id":"small","name":"Small","credits":"0.001","prices":{"usd":1000},"reason":"the first"}""", HttpStatusCode.Created);

        // A new account, made twice by mistake: its starter credits come once.
        const string Acme = """{"id":"acme","name":"Acme"}""";
        await hub.DoAsync(HttpMethod.Post, "/api/admin/accounts", Acme, HttpStatusCode.Created);
        await hub.DoAsync(HttpMethod.Post, "/api/admin/accounts", Acme);
        var key = await hub.NewKeyAsync("\"account\":\"acme\",\"mayPay\":true");
        Assert.Equal("0.0003", await BalanceAsync(hub, key));

        // Calls until they are spent. The refusal says where to buy.
        var (answered, refusal) = await hub.CallUntilRefusedAsync(key);
        Assert.InRange(answered, 3, 9);
        Assert.Equal(("insufficient_credits", "https://hub.example.org/buy"), (refusal["code"]!.ToString(), refusal["shortage"]!["link"]!.ToString()));

        // Checkout, paid; Stripe tells twice.
        await hub.DoAsync(HttpMethod.Post, "/api/me/checkout", """{"pack":"small","currency":"usd"}""", HttpStatusCode.Created, key);
        var intent = stripe.Stripe.Pay(stripe.Stripe.All("checkout.session").Single()["id"]!.GetValue<string>());
        await DeliverAsync(hub, stripe);
        await DeliverAsync(hub, stripe);
        await hub.CalledAgainAsync(key);

        // A quarter of the money goes back, and with it a quarter of the credits.
        stripe.Stripe.Refund(intent, 250);
        await DeliverAsync(hub, stripe);
        await Until.TrueAsync(
            async () => (await hub.DoAsync(HttpMethod.Get, "/api/me/usage", null, key: key))["total"]!["calls"]!.GetValue<int>() == answered + 1,
            "the last call's line");
        var lines = (await hub.DoAsync(HttpMethod.Get, "/api/me/statement?format=csv", null, key: key)).ToString()
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        var (amount, balance) = (Array.IndexOf(lines[0], "amount"), Array.IndexOf(lines[0], "balance"));
        var amounts = lines[1..].Where(line => line[amount].Length > 0).Select(line => Number(line[amount])).ToList();
        Assert.Contains(0.0003m, amounts);
        Assert.Contains(0.001m, amounts);
        Assert.Contains(-0.00025m, amounts);
        Assert.Equal(answered + 1, amounts.Count(one => one is < 0 and not -0.00025m));
        Assert.Equal(amounts.Sum(), Number(lines[^1][balance]));
        Assert.Equal(amounts.Sum(), Number(await BalanceAsync(hub, key)));
        Assert.True((await hub.GetAsync("/api/admin/accounts/acme/audit"))["agrees"]!.GetValue<bool>());
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<string> BalanceAsync(TestHub hub, string key) =>
        (await hub.DoAsync(HttpMethod.Get, "/api/me/balance", null, key: key))["items"]!.AsArray()
            .Single(purse => purse!["owner"]!.ToString() == "account")!["balance"]!.ToString();

    private static async Task DeliverAsync(TestHub hub, StripeServer stripe)
    {
        foreach (var payload in stripe.Stripe.Events)
        {
            await hub.DoAsync(
                HttpMethod.Post, "/api/payments/stripe/webhook", payload,
                headers: ("Stripe-Signature", FakeStripe.Sign(payload, DateTimeOffset.UtcNow)));
        }
    }
}
