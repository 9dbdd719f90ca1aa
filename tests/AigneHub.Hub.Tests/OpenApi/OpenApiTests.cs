using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.OpenApi;

/// <summary>The description of the API, held against what a hub answers.</summary>
[Collection(HubCollections.Management)]
public sealed class OpenApiTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>
{
    private const string Secret = "sk-planted-for-openapi-1234";

    [Fact]
    public async Task Document_AskedForAgain_IsNotSentAgain()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        hub.Client.DefaultRequestHeaders.Authorization = null;
        using var first = await hub.Client.GetAsync(new Uri("/openapi.json", UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi.json") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var again = await hub.Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (first.StatusCode, first.Content.Headers.ContentType!.MediaType));
        Assert.Equal("3.1.1", JsonNode.Parse(await first.Content.ReadAsStringAsync())!["openapi"]!.GetValue<string>());
        Assert.Equal((HttpStatusCode.NotModified, 0), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).Length));
    }

    /// <summary>The document is OpenAPI by a parser of somebody else's; what both modes answer, success and refusals, is what it says.</summary>
    [Fact]
    public async Task Answers_OfManagementCalls_AreWhatTheDocumentSays()
    {
        await using var vendor = await ConfigurationTests.VendorAsync();
        await using var provider = await TestHub.StartAsync(
            azurite, vendor, new Dictionary<string, string?>(seller.Settings) { ["AigneHub:Payments:Provider"] = "Manual" });
        var document = await provider.GetAsync("/openapi.json");
        var log = new AnswerLog(provider, document);
        await SellAsync(log, vendor);
        await ReadAllAsync(log, "acme");
        await RefuseAsync(log);

        await using var enterprise = await TestHub.StartAsync(azurite, vendor, Managed.PrivateAllowed);
        var own = new AnswerLog(enterprise, document);
        await SpendAsync(own);
        await ReadAllAsync(own, "default");

        var answers = new JsonArray([.. log.Answers.Concat(own.Answers).Select(answer => answer!.DeepClone())]);
        var seen = await NodeClients.RunAsync(
            "openapi.mjs", new Dictionary<string, string>(), new JsonObject { ["document"] = document, ["answers"] = answers }.ToJsonString());

        Assert.True(seen["valid"]!.GetValue<bool>(), seen.ToJsonString());
        Assert.Equal("3.1", seen["version"]!.GetValue<string>());
        Assert.True(seen["wrong"]!.AsArray().Count == 0, string.Join('\n', seen["wrong"]!.AsArray()));
        Assert.Equal(answers.Count, seen["checked"]!.GetValue<int>());
        var missed = log.Management.Select(one => one.Id).Except(log.Called).Except(own.Called).ToArray();
        var succeeded = answers.Where(one => one!["status"]!.GetValue<int>() < 300).Select(one => one!["operation"]!.GetValue<string>()).Distinct();
        Assert.True(missed.Length < log.Management.Count() / 5, $"Not called: {string.Join(", ", missed)}");
        Assert.True(succeeded.Count() > log.Management.Count() / 2, $"Only {succeeded.Count()} succeeded.");
    }

    [BrowserFact]
    public async Task Page_InABrowser_ShowsCallsAndAsksTheHubAlone()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var seen = await NodeClients.RunAsync("docs-page.mjs", new Dictionary<string, string>
        {
            ["HUB"] = hub.Address.ToString().TrimEnd('/'),
            ["CHROMIUM"] = BrowserFactAttribute.Path!,
            ["AWAIT"] = "AigneHub",
        });

        Assert.Contains("AigneHub", seen["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(seen["violations"]!.AsArray().Count == 0 && seen["errors"]!.AsArray().Count == 0, seen.ToJsonString());
        Assert.All(seen["requests"]!.AsArray(), url => Assert.True(
            url!.GetValue<string>().StartsWith(hub.Address.ToString(), StringComparison.Ordinal)
            || url.GetValue<string>().StartsWith("data:", StringComparison.Ordinal)
            || url.GetValue<string>().StartsWith("blob:", StringComparison.Ordinal), url.GetValue<string>()));
        Assert.Contains(seen["requests"]!.AsArray(), url => url!.GetValue<string>().EndsWith("/openapi.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PageFiles_ByEncoding_AreKeptForGood()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        hub.Client.DefaultRequestHeaders.Authorization = null;
        using var page = await hub.Client.GetAsync(new Uri("/docs", UriKind.Relative));
        var html = await page.Content.ReadAsStringAsync();
        var script = html[html.IndexOf("docs/scalar.", StringComparison.Ordinal)..].Split('"')[0];
        using var plain = await hub.Client.GetAsync(new Uri("/" + script, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/" + script) { Headers = { AcceptEncoding = { new("gzip") } } };
        using var packed = await hub.Client.SendAsync(request);
        using var none = await hub.Client.GetAsync(new Uri("/docs/scalar.js", UriKind.Relative));

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.True((await packed.Content.ReadAsByteArrayAsync()).Length * 2 < (await plain.Content.ReadAsByteArrayAsync()).Length);
        Assert.True(plain.Headers.CacheControl is { Public: true, MaxAge.Days: 365 });
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    /// <summary>The page names its scripts beside its own address.</summary>
    [Fact]
    public async Task Page_WithASlashBehindIt_LeadsToThePage()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = hub.Address };
        using var moved = await client.GetAsync(new Uri("/docs/", UriKind.Relative));
        Assert.Equal((HttpStatusCode.PermanentRedirect, "../docs"), (moved.StatusCode, moved.Headers.Location?.ToString()));
        using var page = await client.GetAsync(new Uri(new Uri(hub.Address, "/docs/"), moved.Headers.Location!));
        Assert.Contains("docs/scalar.", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Each read with the ids of what is there; what isn't is refused as the document says, too.</summary>
    private static async Task ReadAllAsync(AnswerLog log, string account)
    {
        foreach (var (id, verb, path) in log.Management.ToArray())
        {
            if (verb != "get")
            {
                continue;
            }

            string[] values = path.Contains("/accounts/", StringComparison.Ordinal) ? [account]
                : path.Contains("/providers/{", StringComparison.Ordinal) ? ["open-api"]
                : path.Contains("/models/{", StringComparison.Ordinal) ? ["open-api/m"]
                : path.Contains("/aliases/{", StringComparison.Ordinal) ? ["open-api-alias"]
                : path.Contains("/overrides/{", StringComparison.Ordinal) ? ["openai/gpt-4o"]
                : path.Contains("/packs/{", StringComparison.Ordinal) || path.Contains("/plans/{", StringComparison.Ordinal) ? ["gold"]
                : path.Contains('{', StringComparison.Ordinal) ? ["open-api-team"]
                : [];
            await log.SendAsync(id, values);
        }
    }

    private static async Task SellAsync(AnswerLog log, FakeUpstream vendor)
    {
        SecretWatch.Plant(Secret);
        await log.SendAsync("CreateProvider", body: $$"""{"id":"open-api","vendor":"custom-openai","baseUrl":"{{vendor.BaseUrl}}"}""");
        var (_, credential, etag) = await log.SendAsync(
            "CreateCredential", body: $$"""{"provider":"open-api","name":"first","secret":"{{Secret}}"}""");
        var credentialId = credential!["id"]!.GetValue<string>();
        await log.SendAsync("GetCredential", [credentialId]);
        await log.SendAsync("UpdateCredential", [credentialId], """{"weight":3}""", ifMatch: etag);
        await log.SendAsync("CreateStoredModel", body:
            """{"provider":"open-api","model":"m","pricePerMillion":{"input":"1","output":"2"},"limits":{"requestsPerMinute":60}}""");
        await log.SendAsync("CreateAlias", body:
            """{"name":"open-api-alias","targets":[{"model":"open-api/m","when":{"keyTags":["a"],"inputTokensMax":100}}],"fallbacks":["openai/gpt-4o"]}""");
        await log.SendAsync("TestStoredModel", ["open-api/m/test"]);
        await log.SendAsync("TestAlias", ["open-api-alias"]);
        await log.SendAsync("TestProvider", ["open-api"], """{"model":"m"}""");
        await log.SendAsync("TestCredential", [credentialId], """{"model":"m"}""");
        await log.SendAsync("CreateAccount", body: """{"id":"acme","name":"Acme","email":"acme@example.org","limits":{"tokensPerMinute":5}}""");
        var (_, _, owner) = await log.SendAsync("GetAccount", ["acme"]);
        await log.SendAsync("UpdateAccount", ["acme"], """{"name":"Acme Ltd","email":null}""", ifMatch: owner);
        var (_, grant, _) = await log.SendAsync("GrantCredit", ["acme"], """{"amount":"10","reason":"welcome","expiresAt":"2999-01-01T00:00:00Z"}""");
        await log.SendAsync("ReverseGrant", ["acme", Uri.EscapeDataString(grant!["grant"]!.GetValue<string>())], """{"reason":"a mistake"}""");
        await log.SendAsync("AdjustAccount", ["acme"], """{"amount":"-1","reason":"a test"}""");
        await log.SendAsync("CreatePack", body: """{"id":"gold","name":"Gold","credits":"100","prices":{"usd":1000},"reason":"a test"}""");
        await log.SendAsync("CreatePlan", body: """{"id":"gold","name":"Gold","credits":"100","prices":{"usd":1000},"models":["openai/*"],"reason":"a test"}""");
        var (_, _, margins) = await log.SendAsync("GetMargins");
        const string Margins = """{"margins":{"*":"20"},"creditPrices":{"USD":"0.01"},"reason":"a test"}""";
        await log.SendAsync("UpdateMargins", body: Margins);
        await log.SendAsync("UpdateMargins", body: Margins, query: "?dryRun=false", ifMatch: margins);
        await log.SendAsync("PutPriceOverride", ["openai/gpt-4o"], """{"pricePerMillion":{"input":"400"},"reason":"a test"}""");
        await log.SendAsync("RotateSecrets");
        await log.SendAsync("PutConfig", body: """{"providers":[{"id":"another","vendor":"openai"}]}""");
        await log.SendAsync("OpenCheckout", body: """{"pack":"gold","currency":"usd"}""");
        await log.SendAsync("SetTopUp", body: """{"pack":"gold","currency":"usd","below":"1","maxPerMonth":1}""");
        await log.SendAsync("DeleteTopUp");
        await log.SendAsync("RestoreArchive", ["acme"], """{"from":"2026-01-01","to":"2026-01-02","days":1}""");
    }

    private static async Task SpendAsync(AnswerLog log)
    {
        await log.SendAsync("CreateTeam", body:
            """{"id":"open-api-team","name":"Team","budget":{"limit":"5","period":"month","timeZone":"Europe/Berlin","alerts":[50]}}""");
        await log.SendAsync("CreateProject", body: """{"id":"open-api-team","name":"Project"}""");
        await log.SendAsync("AdjustTeam", ["open-api-team"], """{"amount":"1","reason":"a test"}""");
        var (_, key, _) = await log.SendAsync("CreateKey", body:
            """{"name":"k","team":"open-api-team","tags":["a"],"budget":{"limit":"5","period":"day"},"limits":{"requestsPerMinute":9}}""");
        var id = key!["id"]!.GetValue<string>();
        var (_, _, etag) = await log.SendAsync("GetKey", [id]);
        await log.SendAsync("KeyBalance", [id]);
        await log.SendAsync("KeyMovements", [id]);
        await log.SendAsync("AdjustKey", [id], """{"amount":"1","reason":"a test"}""");
        await log.SendAsync("UpdateKey", [id], """{"budget":null,"reason":"a test","expiresAt":"2999-01-01T00:00:00Z"}""", ifMatch: etag);
        await log.SendAsync("ListGrants", ["default"], key: key["key"]!.GetValue<string>());
        await log.SendAsync("MyUsage", key: key["key"]!.GetValue<string>());
        await log.SendAsync("RevokeKey", [id]);
        await log.SendAsync("ListGrants", ["default"], key: key["key"]!.GetValue<string>());
    }

    private static async Task RefuseAsync(AnswerLog log)
    {
        foreach (var (id, verb, path) in log.Management.Where(one => !log.Called.Contains(one.Id)).ToArray())
        {
            if (verb is "post" or "put" or "patch")
            {
                await log.SendAsync(id, [.. path.Where(c => c == '{').Select(_ => "nothing")], """{"unknown":1}""");
            }
            else if (verb is "delete")
            {
                await log.SendAsync(id, [.. path.Where(c => c == '{').Select(_ => "nothing")]);
            }
        }

        string[] fronts =
            ["ChatCompletions", "Responses", "Embeddings", "Messages", "GeminiCall_generateContent", "Rerank", "AigneCall_chat", "AigneUserInfo"];
        foreach (var front in fronts)
        {
            await log.SendAsync(front, front.StartsWith("Gemini", StringComparison.Ordinal) ? ["m"] : [], front is "AigneUserInfo" ? null : "{}", key: "no-key");
        }

        await log.SendAsync("ListKeys", key: "no-key");
        await log.SendAsync("ListKeys", query: "?limit=0");
        await log.SendAsync("CreateKey", body: "x", media: "text/plain");
        await log.SendAsync("Health");
        await log.SendAsync("Ready");
        await log.SendAsync("GetPricing");
        await log.SendAsync("ListModels");
    }
}
