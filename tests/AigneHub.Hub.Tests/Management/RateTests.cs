using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Core.Pricing;
using AigneHub.Hub.Tests.Support;
using AigneHub.Providers.Catalogue;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Prices of hubs that sell their calls.</summary>
[Collection(HubCollections.Management)]
public sealed class RateTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>
{
    /// <summary>
    /// Margin and credit price are tried, then changed, on the first of two instances; both sell at them within the time that a
    /// change may take, and the ledger's line is the price that a hand worked out.
    /// </summary>
    [Fact]
    public async Task Margins_ChangedOnOneInstance_AreWhatBothSellAt()
    {
        await using var vendor = await FakeUpstream.StartAsync((context, _) =>
        {
            context.Response.ContentType = "application/json";
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, FakeUpstream.Answer("Hello", 1_000, 100));
        });
        await using var first = await StartAsync(vendor);
        await using var second = await StartAsync(vendor);
        await using var managed = new Managed(first);
        Assert.Equal(("2.5", "10"), Input(await first.GetAsync("/api/pricing"), "openai/gpt-4o"));

        var (_, _, none) = await managed.SendAsync(HttpMethod.Get, "rates/margins");
        const string Body = """{"margins":{"*":"5","openai":"20"},"creditPrices":{"USD":"0.01","EUR":"0.0095"},"reason":"autumn"}""";
        var (status, dry, _) = await managed.SendAsync(HttpMethod.Post, "rates/margins", Body);
        Assert.Equal((HttpStatusCode.OK, true), (status, dry["dryRun"]!.GetValue<bool>()));
        var diff = dry["items"]!.AsArray().Single(item => item!["model"]!.ToString() == "openai/gpt-4o")!;
        Assert.Contains(diff["rates"]!.AsArray(), rate => rate!["rate"]!.ToString() == "input"
            && (rate["before"]!.ToString(), rate["after"]!.ToString(), rate["percent"]!.ToString()) == ("2.5", "300", "11900"));
        Assert.Equal(("2.5", "10"), Input(await first.GetAsync("/api/pricing"), "openai/gpt-4o"));

        Assert.Equal((HttpStatusCode)428, (await managed.SendAsync(HttpMethod.Post, "rates/margins?dryRun=false", Body)).Status);
        var (_, unsaid, _) = await managed.SendAsync(HttpMethod.Post, "rates/margins?dryRun=false", """{"margins":{"*":"5"}}""", none);
        Assert.Equal("reason", unsaid["param"]!.ToString());
        var (changed, report, etag) = await managed.SendAsync(HttpMethod.Post, "rates/margins?dryRun=false", Body, none);
        Assert.True(changed == HttpStatusCode.OK, report.ToString());
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await managed.SendAsync(HttpMethod.Post, "rates/margins?dryRun=false", Body, none)).Status);
        Assert.Equal(("300", "1200"), Input(await first.GetAsync("/api/pricing"), "openai/gpt-4o"));

        // 1,000 × 300 + 100 × 1,200 credits a million = 0.42 credits.
        await Until.TrueAsync(
            async () => Input(await second.GetAsync("/api/pricing"), "openai/gpt-4o") == ("300", "1200"), "the second instance's prices");
        using var answer = await second.ChatAsync(Managed.Chat("openai/gpt-4o"));
        var line = await second.LedgerLineAsync(answer.Headers.GetValues("x-request-id").Single());
        Assert.Equal("0.42", line["cost"]!.ToString());

        var pricing = await second.GetAsync("/api/pricing?provider=openai");
        Assert.Equal(("credit", "0.0095"), (pricing["unit"]!.ToString(), pricing["creditPrices"]!["EUR"]!.ToString()));
        Assert.All(pricing["items"]!.AsArray(), item => Assert.Equal("openai", item!["provider"]!.ToString()));
        var listed = await second.GetAsync("/v1/models/openai/gpt-4o");
        Assert.Equal(
            ("credit", "300", 128_000, true),
            (listed["pricing"]!["unit"]!.ToString(), listed["pricing"]!["per_million"]!["input"]!.ToString(),
                listed["context_window"]!.GetValue<int>(), listed["tools"]!.GetValue<bool>()));

        var entry = (await managed.SendAsync(HttpMethod.Get, "rates/history?limit=1")).Body["items"]![0]!;
        Assert.Equal(
            ("rules", "autumn", "20", "0.01", 0),
            (entry["kind"]!.ToString(), entry["reason"]!.ToString(), entry["after"]!["margins.openai"]!.ToString(),
                entry["after"]!["creditPrices.USD"]!.ToString(), entry["before"]!.AsObject().Count));
        await ResetAsync(managed, etag!);
    }

    [Fact]
    public async Task Override_BelowCostOrOfACostThatChanged_IsTold()
    {
        await using var vendor = await FakeUpstream.StartAsync((_, _) => Task.CompletedTask);
        await using var hub = await StartAsync(vendor);
        await using var managed = new Managed(hub);
        const string Path = "rates/overrides/openai/gpt-4o-mini";
        var (status, created, etag) = await managed.SendAsync(
            HttpMethod.Put, Path, """{"pricePerMillion":{"input":"0.149999999","input>100000":"0.3"},"reason":"launch"}""");
        Assert.Equal((HttpStatusCode.Created, "input"), (status, created["rate"]!["belowCost"]!.AsArray().Single()!.ToString()));
        Assert.Single(created["warnings"]!.AsArray());
        Assert.Equal((HttpStatusCode)428, (await managed.SendAsync(HttpMethod.Put, Path, """{"pricePerMillion":{"input":"1"},"reason":"x"}""")).Status);
        var (_, changed, next) = await managed.SendAsync(HttpMethod.Put, Path, """{"pricePerMillion":{"input":"0.2"},"reason":"x"}""", etag);
        Assert.Empty(changed["warnings"]!.AsArray());
        Assert.Equal(("0.2", "0.6"), Input(await hub.GetAsync("/api/pricing"), "openai/gpt-4o-mini"));
        foreach (var (method, slip, body) in new[]
        {
            (HttpMethod.Put, Path, """{"pricePerMillion":{"input":"0.0000002"},"reason":"x"}"""),
            (HttpMethod.Post, "models", """{"provider":"openai","model":"gpt-4o-mini","pricePerMillion":{"input":"150000"}}"""),
        })
        {
            var (refused, why, _) = await managed.SendAsync(method, slip, body, next);
            Assert.Equal((HttpStatusCode.Conflict, "suspicious_prices"), (refused, why["code"]!.ToString()));
        }

        (_, _, next) = await managed.SendAsync(
            HttpMethod.Put, Path + "?acceptSuspicious=true", """{"pricePerMillion":{"input":"0.0000002"},"reason":"x"}""", next);
        Assert.Equal(("0.0000002", "0.6"), Input(await hub.GetAsync("/api/pricing"), "openai/gpt-4o-mini"));

        await managed.CreateAsync(
            "models", """{"provider":"openai","model":"gpt-4o-mini","pricePerMillion":{"input":"0.3","cached_input":"0.075","output":"0.6"}}""");
        var drifted = Assert.Single((await managed.SendAsync(HttpMethod.Get, "rates?show=drift")).Body["items"]!.AsArray())!;
        Assert.Equal(
            """{"rate":"input","before":"0.15","after":"0.3","percent":"100"}""", drifted["drift"]![0]!.ToJsonString());
        Assert.Equal(
            "openai/gpt-4o-mini", Assert.Single((await managed.SendAsync(HttpMethod.Get, "rates?show=belowCost")).Body["items"]!.AsArray())!["model"]!.ToString());

        foreach (var (method, body) in new[] { (HttpMethod.Delete, null), (HttpMethod.Put, """{"pricePerMillion":{"input":"1"}}""") })
        {
            Assert.Equal("reason", (await managed.SendAsync(method, Path, body, next)).Body["param"]!.ToString());
        }

        Assert.Equal(HttpStatusCode.NoContent, (await managed.SendAsync(HttpMethod.Delete, Path + "?reason=over", ifMatch: next)).Status);
        Assert.Equal(("0.3", "0.6"), Input(await hub.GetAsync("/api/pricing"), "openai/gpt-4o-mini"));
        var history = (await managed.SendAsync(HttpMethod.Get, "rates/history?limit=4")).Body["items"]!.AsArray();
        Assert.Equal(
            ["override", "cost", "override", "override"], history.Select(change => change!["kind"]!.ToString()));
    }

    [Fact]
    public async Task Catalogue_Uploaded_IsInForceOnceItWasLookedAt()
    {
        await using var vendor = await FakeUpstream.StartAsync((_, _) => Task.CompletedTask);
        await using var hub = await StartAsync(vendor);
        await using var managed = new Managed(hub);
        await managed.SendAsync(HttpMethod.Put, "rates/overrides/openai/o3", """{"pricePerMillion":{"input":"2"},"reason":"x"}""");
        var (_, before, none) = await managed.SendAsync(HttpMethod.Get, "rates/catalogue");
        Assert.Equal(("builtIn", PriceCatalogue.Load().AsOf), (before["source"]!.ToString(), before["asOf"]!.ToString()));

        // A price per million entered per token, and one that only rose.
        var slip = Catalogue(2_000);
        var (_, looked, _) = await managed.SendAsync(HttpMethod.Post, "rates/catalogue", slip);
        Assert.True(looked["drift"]!["suspicious"]!.GetValue<bool>());
        var (refused, why, _) = await managed.SendAsync(HttpMethod.Post, "rates/catalogue?dryRun=false", slip, none);
        Assert.Equal((HttpStatusCode.Conflict, "suspicious_prices"), (refused, why["code"]!.ToString()));

        var right = Catalogue(4_000_000_000);
        Assert.Equal((HttpStatusCode)428, (await managed.SendAsync(HttpMethod.Post, "rates/catalogue?dryRun=false", right)).Status);
        var (status, report, etag) = await managed.SendAsync(HttpMethod.Post, "rates/catalogue?dryRun=false", right, none);
        Assert.True(status == HttpStatusCode.OK, report.ToString());
        Assert.Equal((1, 0, 0), (Count("changed"), Count("added"), Count("removed")));
        Assert.Equal("openai/o3", Assert.Single(report["drift"]!["belowCost"]!.AsArray())!["model"]!.ToString());
        var rate = (await managed.SendAsync(HttpMethod.Get, "rates?show=drift")).Body["items"]!.AsArray().Single()!;
        Assert.Equal(("openai/o3", "4", "2"), (rate["model"]!.ToString(), rate["costPerMillion"]!["input"]!.ToString(), rate["pricePerMillion"]!["input"]!.ToString()));

        Assert.Equal(HttpStatusCode.BadRequest, (await managed.SendAsync(HttpMethod.Post, "rates/catalogue", """{"format":1}""")).Status);
        var large = new string(' ', CatalogueCheck.BytesMax + 1);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await managed.SendAsync(HttpMethod.Post, "rates/catalogue", large)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await managed.SendAsync(HttpMethod.Delete, "rates/catalogue", ifMatch: etag)).Status);
        Assert.Empty((await managed.SendAsync(HttpMethod.Get, "rates?show=drift")).Body["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.NoContent, (await managed.SendAsync(HttpMethod.Delete, "rates/overrides/openai/o3?reason=over")).Status);

        int Count(string name) => report["drift"]![name]!.GetValue<int>();
    }

    [Fact]
    public async Task Margins_ThatAreNone_AreRefused()
    {
        await using var vendor = await FakeUpstream.StartAsync((_, _) => Task.CompletedTask);
        await using var hub = await StartAsync(vendor);
        await using var managed = new Managed(hub);
        (string Body, string Code)[] wrong =
        [
            ("""{"margins":{"opnai":"20"}}""", "unknown_scope"),
            ("""{"margins":{"openai/gpt-4oo":"20"}}""", "unknown_scope"),
            ("""{"margins":{"*":"20%"}}""", "invalid_request"),
            ("""{"margins":{"*":20}}""", "invalid_request"),
            ("""{"margins":{"*":"20","*":"30"}}""", "invalid_request"),
            ("""{"margin":{"*":"20"}}""", "invalid_request"),
            ("""{"creditPrices":{"usd":"1"}}""", "invalid_request"),
            ("""{"creditPrices":{"USD":"0"}}""", "invalid_request"),
            ("""{"reason":""}""", "invalid_request"),
        ];
        foreach (var (body, code) in wrong)
        {
            var (status, problem, _) = await managed.SendAsync(HttpMethod.Post, "rates/margins", body);
            Assert.Equal((body, HttpStatusCode.BadRequest, code), (body, status, problem["code"]?.ToString()));
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await managed.SendAsync(HttpMethod.Post, "rates/margins?dryRun=no", "{}")).Status);
    }

    [Fact]
    public async Task Rates_InEnterpriseMode_AreTheVendorsAndStayThem()
    {
        await using var vendor = await FakeUpstream.StartAsync((_, _) => Task.CompletedTask);
        await using var hub = await TestHub.StartAsync(
            azurite, vendor, new Dictionary<string, string?> { ["AigneHub:Gateway:PublicModels"] = "false" });
        await using var managed = new Managed(hub);

        Assert.Equal(
            "provider_mode_only", (await managed.SendAsync(HttpMethod.Post, "rates/margins", """{"margins":{"*":"20"}}""")).Body["code"]!.ToString());
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await managed.SendAsync(HttpMethod.Put, "rates/overrides/openai/gpt-4o", """{"pricePerMillion":{"input":"1"}}""")).Status);
        var pricing = await hub.GetAsync("/api/pricing");
        Assert.Equal(("USD", null), (pricing["unit"]!.ToString(), pricing["creditPrices"]));
        Assert.Equal(("2.5", "10"), Input(pricing, "openai/gpt-4o"));
        using var nobody = new HttpClient { BaseAddress = hub.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri("/api/pricing", UriKind.Relative))).StatusCode);

        var (_, page, _) = await managed.SendAsync(HttpMethod.Get, "rates?limit=2&provider=openai");
        var (_, next, _) = await managed.SendAsync(HttpMethod.Get, $"rates?limit=2&provider=openai&continuation={page["continuation"]}");
        Assert.Equal(4, page["items"]!.AsArray().Concat(next["items"]!.AsArray()).Select(rate => rate!["model"]!.ToString()).Distinct().Count());
        Assert.Equal("cost", page["items"]![0]!["source"]!.ToString());
    }

    private Task<TestHub> StartAsync(FakeUpstream vendor) => TestHub.StartAsync(azurite, vendor, seller.Settings);

    private static (string, string) Input(JsonNode pricing, string model)
    {
        var prices = pricing["items"]!.AsArray().Single(item => item!["model"]!.ToString() == model)!["pricePerMillion"]!;
        return (prices["input"]!.ToString(), prices["output"]!.ToString());
    }

    /// <summary>The built-in document with another price of o3's input, which is 2 USD.</summary>
    private static string Catalogue(long input)
    {
        using var stream = typeof(PriceCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        var document = JsonNode.Parse(stream)!;
        var model = document["providers"]!["openai"]!.AsArray().Single(model => model!["id"]!.ToString() == "o3")!;
        Assert.Equal(2 * Nano.PerWhole, model["rates"]!["input"]!.GetValue<long>());
        model["rates"]!["input"] = input;
        return document.ToJsonString();
    }

    private static async Task ResetAsync(Managed managed, string etag)
    {
        const string Body = """{"margins":{"*":null,"openai":null},"creditPrices":{"USD":null,"EUR":null},"reason":"over"}""";
        var (status, report, _) = await managed.SendAsync(HttpMethod.Post, "rates/margins?dryRun=false", Body, etag);
        Assert.True(status == HttpStatusCode.OK, report.ToString());
        Assert.Empty(report["rules"]!["margins"]!.AsObject());
    }
}
