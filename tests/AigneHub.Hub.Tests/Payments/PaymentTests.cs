using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Functions;
using AigneHub.Hub.Tests.Support;
using AigneHub.Storage;
using AigneHub.Testing;

namespace AigneHub.Hub.Tests.Payments;

/// <summary>A hub that sells, and Stripe on loopback: over HTTP, with the tables.</summary>
[Collection(HubCollections.Management)]
public sealed class PaymentTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Purchases_OverHttp_AreBookedOnceAndRefundedByPerson()
    {
        await using var stripe = await StripeServer.StartAsync();
        await using var hub = await StartAsync(stripe);
        await CreateAsync(hub, "packs", """{"id":"small","name":"Small","credits":"10","prices":{"usd":999},"reason":"opening"}""");
        var (status, order) = await SendAsync(
            hub, HttpMethod.Post, "/api/me/checkout", """{"pack":"small","currency":"usd","quantity":2,"savePaymentMethod":true}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.StartsWith("https://checkout.stripe.com/", order["url"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(("20", 1_998), (order["order"]!["credits"]!.GetValue<string>(), order["order"]!["amount"]!.GetValue<long>()));

        var intent = stripe.Stripe.Pay(stripe.Stripe.All("checkout.session").Single()["id"]!.GetValue<string>());
        var payload = stripe.Stripe.Events[^1];
        foreach (var forged in new[] { "", FakeStripe.Sign(payload, DateTimeOffset.UtcNow, "whsec_other") })
        {
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_signature"), await DeliverAsync(hub, payload, forged));
        }

        stripe.Stripe.IsDown = true;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "payment_provider_unavailable"), await DeliverAsync(hub, payload));
        stripe.Stripe.IsDown = false;
        foreach (var one in stripe.Stripe.Events.Concat(stripe.Stripe.Events))
        {
            Assert.Equal(HttpStatusCode.OK, (await DeliverAsync(hub, one)).Status);
        }

        var mine = (await hub.GetAsync("/api/me/orders"))["items"]!.AsArray().Single()!;
        Assert.Equal(("paid", intent), (mine["status"]!.GetValue<string>(), mine["payment"]!.GetValue<string>()));

        // What nobody ordered is kept, acknowledged, and closed with a reason.
        var foreign = stripe.Stripe.PayOtherwise(5_000, "usd");
        Assert.Equal(HttpStatusCode.OK, (await DeliverAsync(hub, stripe.Stripe.Events[^1])).Status);
        var kept = (await hub.GetAsync("/api/admin/payments/incidents"))["items"]!.AsArray().Single()!;
        Assert.Equal((foreign, "order_unknown"), (kept["subject"]!.GetValue<string>(), kept["code"]!.GetValue<string>()));
        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(hub, HttpMethod.Post, $"/api/admin/payments/incidents/{foreign}/close", """{"reason":"a gift card"}""")).Status);
        Assert.Empty((await hub.GetAsync("/api/admin/payments/incidents"))["items"]!.AsArray());

        // An invoice from outside, entered twice, half of it given back.
        const string Invoice = """{"invoiceId":"2026-17","amount":50000,"currency":"eur","credits":"600","reason":"bank transfer"}""";
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                HttpStatusCode.Created, (await SendAsync(hub, HttpMethod.Post, "/api/admin/accounts/default/payments", Invoice)).Status);
        }

        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(
                hub, HttpMethod.Post, "/api/admin/accounts/default/payments/2026-17/refund", """{"refunded":25000,"reason":"sent back"}"""))
            .Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(hub, HttpMethod.Post, "/api/admin/accounts/default/payments", Invoice.Replace("bank transfer", " "))).Status);
        var audit = await hub.GetAsync("/api/admin/accounts/default/audit");
        Assert.True(audit["agrees"]!.GetValue<bool>(), audit.ToJsonString());

        // With the saved card, credit is bought by itself.
        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(
                hub, HttpMethod.Put, "/api/me/top-up", """{"pack":"small","currency":"usd","below":"5000","maxPerMonth":999}""")).Status);
        Assert.True((await hub.GetAsync("/api/me/top-up"))["isOn"]!.GetValue<bool>());
        var (portal, page) = await SendAsync(hub, HttpMethod.Post, "/api/me/portal", null);
        Assert.Equal(HttpStatusCode.Created, portal);
        Assert.StartsWith("https://billing.stripe.com/", page["url"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(hub, HttpMethod.Delete, "/api/me/top-up", null)).Status);
    }

    [Fact]
    public async Task Plan_PaidFor_SaysWhatItsAccountMayCall()
    {
        await using var stripe = await StripeServer.StartAsync();
        await using var hub = await StartAsync(stripe);
        await CreateAsync(
            hub, "plans", """{"id":"pro","name":"Pro","credits":"50","prices":{"usd":2000},"models":["sim/chat"],"limits":{"requestsPerMinute":2},"reason":"opening"}""");
        Assert.Contains("sim/tool", await ModelsAsync(hub));
        Assert.Equal(
            HttpStatusCode.Created,
            (await SendAsync(hub, HttpMethod.Post, "/api/me/checkout", """{"plan":"pro","currency":"usd"}""")).Status);
        var subscription = stripe.Stripe.Pay(stripe.Stripe.All("checkout.session").Single()["id"]!.GetValue<string>());
        foreach (var payload in stripe.Stripe.Events)
        {
            Assert.Equal(HttpStatusCode.OK, (await DeliverAsync(hub, payload)).Status);
        }

        Assert.Equal(["sim/chat"], await ModelsAsync(hub));
        using (var refused = await hub.ChatAsync("""{"model":"sim/tool","messages":[{"role":"user","content":"Hello!"}]}"""))
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        await AssertPlansLimitAsync(hub);
        var order = (await hub.GetAsync("/api/me/orders"))["items"]![0]!;
        Assert.Equal((true, subscription), (order["isRenewing"]!.GetValue<bool>(), order["subscription"]!.GetValue<string>()));
        Assert.Equal(
            "already_subscribed",
            (await SendAsync(hub, HttpMethod.Post, "/api/me/checkout", """{"plan":"pro","currency":"usd"}""")).Body["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Enterprise_HasNoPayments()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        foreach (var path in (string[])["/api/me/checkout", "/api/me/portal", "/api/admin/packs", "/api/payments/stripe/webhook"])
        {
            var (status, body) = await SendAsync(hub, HttpMethod.Post, path, "{}");
            Assert.Equal((HttpStatusCode.Conflict, "mode_differs"), (status, body["code"]!.GetValue<string>()));
        }
    }

    /// <summary>Without the secret anybody could report payments.</summary>
    [Fact]
    public async Task Start_StripeWithoutWebhookSecret_NamesTheSetting()
    {
        await using var stripe = await StripeServer.StartAsync();
        var settings = Settings(stripe);
        settings["AigneHub:Payments:StripeWebhookSecret"] = "";
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => TestHub.StartAsync(azurite, settings: settings));
        Assert.Contains("AigneHub__Payments__StripeWebhookSecret", refusal.Message, StringComparison.Ordinal);
    }

    private Task<TestHub> StartAsync(StripeServer stripe)
    {
        SecretWatch.Plant(FakeStripe.SecretKey);
        SecretWatch.Plant(FakeStripe.WebhookSecret);
        var prefix = $"p{Guid.NewGuid():N}"[..12];
        return TestHub.StartAsync(
            azurite, settings: Settings(stripe), args: ["--mode", "Provider"],
            // The other tests' ledger is one of mode Enterprise.
            services: services => services.AddHubStorage(new StorageOptions { ConnectionString = azurite.ConnectionString, TablePrefix = prefix }));
    }

    /// <summary>At most as many calls pass as in two minutes.</summary>
    private static async Task AssertPlansLimitAsync(TestHub hub)
    {
        for (var passed = 0; ; passed++)
        {
            using var response = await hub.ChatAsync(
                """{"model":"sim/chat","max_tokens":1,"messages":[{"role":"user","content":"Hello!"}]}""");
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.True(passed < 4, "The plan's limit is not kept.");
                continue;
            }

            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
            Assert.Equal("rate_limit_exceeded", error["code"]!.GetValue<string>());
            Assert.StartsWith("The limit of 2 requests per minute", error["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            return;
        }
    }

    private static Dictionary<string, string?> Settings(StripeServer stripe) => new()
    {
        ["AigneHub:Payments:Provider"] = "Stripe",
        ["AigneHub:Payments:StripeApiBase"] = stripe.BaseUrl,
        ["AigneHub:Payments:StripeSecretKey"] = FakeStripe.SecretKey,
        ["AigneHub:Payments:StripeWebhookSecret"] = FakeStripe.WebhookSecret,
        ["AigneHub:Payments:SuccessUrl"] = "https://hub.example.org/paid",
        ["AigneHub:Payments:CancelUrl"] = "https://hub.example.org/back",
        ["AigneHub:Gateway:KeyCacheSeconds"] = "0",
        ["AzureWebJobs:SettleUsage:Disabled"] = "true",
        ["AzureWebJobs:CheckOrders:Disabled"] = "true",
        ["AzureWebJobs:BuyTopUps:Disabled"] = "true",
    };

    private static async Task<string[]> ModelsAsync(TestHub hub) =>
        [.. (await hub.GetAsync("/v1/models"))["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>())];

    private static async Task CreateAsync(TestHub hub, string path, string body)
    {
        var (status, answer) = await SendAsync(hub, HttpMethod.Post, "/api/admin/" + path, body);
        Assert.True(status == HttpStatusCode.Created, $"{path}: {answer.ToJsonString()}");
    }

    private static async Task<(HttpStatusCode Status, string? Code)> DeliverAsync(TestHub hub, string payload, string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/payments/stripe/webhook")
        {
            Content = new StringContent(payload, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", signature ?? FakeStripe.Sign(payload, DateTimeOffset.UtcNow));
        using var response = await hub.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!["code"]!.GetValue<string>());
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(TestHub hub, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await hub.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }
}
