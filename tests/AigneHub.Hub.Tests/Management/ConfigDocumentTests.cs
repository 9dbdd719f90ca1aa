using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Management;

/// <summary>The run-time configuration as one document.</summary>
[Collection(HubCollections.Management)]
public sealed class ConfigDocumentTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>, IAsyncLifetime
{
    private const string First = "sk-planted-in-a-setting-1";
    private const string Second = "sk-planted-in-a-setting-2";
    private FakeUpstream _vendor = null!;
    private TestHub _hub = null!;

    public async Task InitializeAsync()
    {
        SecretWatch.Plant(First);
        SecretWatch.Plant(Second);
        _vendor = await ConfigurationTests.VendorAsync();
        _hub = await TestHub.StartAsync(azurite, _vendor, new Dictionary<string, string?>(seller.Settings)
        {
            ["AigneHub:Payments:Provider"] = "Manual",
            ["AigneHub:Secrets:OURS"] = First,
            ["AigneHub:Secrets:OURS_NEXT"] = Second,
            ["AigneHub:Secrets:NOBODY"] = Second,
            ["AigneHub:Secrets:OPENAI_AWAY"] = "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)",
        });
    }

    public async Task DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _vendor.DisposeAsync();
    }

    /// <summary>One story: compared, refused without the version, applied, used, repeated, read, changed, and taken away.</summary>
    [Fact]
    public async Task Put_WholeDocument_IsComparedAppliedAndTheSameAgainChangesNothing()
    {
        var whole = Whole("OURS", "4");
        var dry = await PutAsync(whole);
        Assert.True(dry.Status == HttpStatusCode.OK, dry.Body.ToString());
        Assert.Equal((10, 0, 0, 0, true), Counts(dry.Body));
        Assert.Empty((await _hub.GetAsync("/api/admin/aliases"))["items"]!.AsArray());
        Assert.Equal((HttpStatusCode)428, (await PutAsync(whole, "?dryRun=false")).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync(whole, "?dryRun=false", "\"older\"")).Status);

        var made = await PutAsync(whole, "?dryRun=false", dry.ETag);
        Assert.True(made.Status == HttpStatusCode.OK, made.Body.ToString());
        Assert.Equal((10, 0, 0, 0, false), Counts(made.Body));
        using var call = await _hub.ChatAsync(Managed.Chat("smart"));
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
        Assert.Equal($"Bearer {First}", _vendor.Requests[^1].Headers["Authorization"]);

        var again = await PutAsync(whole, "?dryRun=false&prune=true", made.ETag);
        Assert.True(again.Status == HttpStatusCode.OK, again.Body.ToString());
        Assert.Equal((0, 0, 0, 10, false), Counts(again.Body));
        Assert.Equal(made.ETag, again.ETag);

        // What is read can be sent back as it is, in both forms.
        var (yaml, yamlTag) = await ReadAsync("?format=yaml");
        var (json, jsonTag) = await ReadAsync("");
        Assert.Equal((made.ETag, made.ETag), (yamlTag, jsonTag));
        Assert.Contains("secretRef: keep", yaml, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), Changes((await PutAsync(yaml)).Body));
        Assert.Equal((0, 0, 0), Changes((await PutAsync(json, media: "application/json")).Body));

        var changed = await PutAsync(Whole("OURS_NEXT", "5"), "?dryRun=false", made.ETag);
        Assert.True(changed.Status == HttpStatusCode.OK, changed.Body.ToString());
        Assert.Equal((0, 2, 0, 8, false), Counts(changed.Body));
        var fields = changed.Body["changes"]!.AsArray().SelectMany(change => change!["fields"]!.AsArray()).Select(
            field => (field!["field"]!.ToString(), field["before"]?.ToString(), field["after"]?.ToString())).ToArray();
        Assert.Contains(("secretRef", "\"keep\"", "\"OURS_NEXT\""), fields);
        Assert.Contains(("credits", "\"4\"", "\"5\""), fields);
        using var later = await _hub.ChatAsync(Managed.Chat("smart"));
        Assert.Equal($"Bearer {Second}", _vendor.Requests[^1].Headers["Authorization"]);

        // Lists that are absent stay; what is in none of those that are there goes, in the order in which it may.
        const string Nothing = "reason: over\nproviders: []\ncredentials: []\nmodels: []\naliases: []\noverrides: []\n";
        Assert.Equal((0, 0, 0), Changes((await PutAsync(Nothing)).Body));
        var acme = await _hub.GetAsync("/api/admin/accounts/acme");
        Assert.Equal(("monthly", "5"), (acme["plan"]!.ToString(), acme["lowBalance"]!.ToString()));
        var unsaid = await PutAsync(Nothing.Replace("reason: over\n", "", StringComparison.Ordinal), "?prune=true&dryRun=false", changed.ETag);
        Assert.Equal((HttpStatusCode.BadRequest, "reason"), (unsaid.Status, unsaid.Body["param"]!.ToString()));
        var kept = await PutAsync("providers: []\n", "?prune=true");
        Assert.Equal((HttpStatusCode.Conflict, "in_use"), (kept.Status, kept.Body["code"]!.ToString()));
        var gone = await PutAsync(Nothing, "?prune=true&dryRun=false", changed.ETag);
        Assert.True(gone.Status == HttpStatusCode.OK, gone.Body.ToString());
        Assert.Equal((0, 0, 5), Changes(gone.Body));
        Assert.Equal("aliases", gone.Body["changes"]!.AsArray().Select(change => change!["kind"]!.ToString()).Skip(1).First());
        Assert.Empty((await _hub.GetAsync("/api/admin/aliases"))["items"]!.AsArray());
        Assert.NotEmpty((await _hub.GetAsync("/api/admin/packs"))["items"]!.AsArray());
    }

    /// <summary>One entry that is wrong, and nothing of the others is written.</summary>
    [Theory]
    [InlineData("providers: [{id: new-one, vendor: openai}, {id: Bad, vendor: openai}]", 400, "providers[1].id")]
    [InlineData("providers: [{id: new-one, vendor: openai}, {id: new-one, vendor: openai}]", 400, "providers[1]")]
    [InlineData("providers: [{id: openai, vendor: openai}]", 409, "providers[0].id")]
    [InlineData("providers: [{id: new-one, vendor: openai, baseUrl: 'http://169.254.169.254/v1'}]", 400, "providers[0].baseUrl")]
    [InlineData("providers: [{id: new-one, vendor: openai, secret: x}]", 400, "$.providers[0].secret")]
    [InlineData("credentials: [{provider: nobody, name: x, secretRef: NOBODY}]", 400, "credentials[0].provider")]
    [InlineData("credentials: [{provider: openai, name: x, secretRef: keep}]", 400, "credentials[0].secretRef")]
    [InlineData("credentials: [{provider: openai, name: x, secretRef: OPENAI_NOT_THERE}]", 400, "credentials[0].secretRef")]
    [InlineData("credentials: [{provider: openai, name: x, secretRef: OPENAI_AWAY}]", 400, "credentials[0].secretRef")]
    [InlineData("credentials: [{provider: openai, name: x, secretRef: OURS}]", 400, "credentials[0].secretRef")]
    [InlineData("credentials: [{provider: openai, name: x, secretRef: '..:..:AIGNEHUB_ADMIN_KEY'}]", 400, "credentials[0].secretRef")]
    [InlineData("credentials: [{provider: openai, name: x, secretRef: AIGNEHUB_ADMIN_KEY}]", 400, "credentials[0].secretRef")]
    [InlineData("credentials: [{provider: openai, name: x, secret: sk-1}]", 400, "$.credentials[0].secret")]
    [InlineData("aliases: [{name: a, targets: []}]", 400, "aliases[0].targets")]
    [InlineData("aliases: [null]", 400, "aliases[0]")]
    [InlineData("overrides: [{model: openai/no-such-model, pricePerMillion: {input: '1'}}]", 400, "overrides[0].model")]
    [InlineData("margins: {margins: {nowhere: '5'}, creditPrices: {}}", 400, "margins.margins.nowhere")]
    [InlineData("packs: [{id: p, name: P, credits: '-1', prices: {usd: 1}}]", 400, "packs[0].credits")]
    [InlineData("accounts: [{id: a, name: A, budget: {limit: '1', period: day}}]", 400, "accounts[0].budget")]
    [InlineData("accounts: [{id: a, name: A, plan: nothing}]", 400, "accounts[0].plan")]
    [InlineData("packs: [{id: p, name: P, credits: '1', prices: {usd: 1}}]", 400, "reason")]
    [InlineData("packs: [{id: p, name: P, credits: '1', prices: {usd: 1}, reason: x}]", 400, "$.packs[0].reason")]
    [InlineData("teams: [{id: a, name: A}]", 409, null)]
    [InlineData("keys: []", 400, "$.keys")]
    [InlineData("a: &a [1]\nb: *a", 400, null)]
    public async Task Put_WhatCantBe_NamesTheFieldAndChangesNothing(string document, int status, string? param)
    {
        var (_, etag) = await ReadAsync("");

        var refused = await PutAsync(document, "?dryRun=false", etag);

        Assert.True((status, param) == ((int)refused.Status, refused.Body["param"]?.ToString()), refused.Body.ToString());
        Assert.Equal(etag, (await ReadAsync("")).ETag);
    }

    /// <summary>What can only be seen when it is written: what was done before it is told, and a repeat brings it to its end.</summary>
    [Fact]
    public async Task Put_WriteThatFails_TellsWhatWasDone()
    {
        var id = Managed.NewId("half");
        var document = $$$"""
            reason: a test
            providers: [{id: {{{id}}}, vendor: custom-openai, baseUrl: '{{{_vendor.BaseUrl}}}'}]
            overrides: [{model: {{{id}}}/not-there, pricePerMillion: {input: '1'}}]
            """;
        var (_, etag) = await ReadAsync("");

        var half = await PutAsync(document, "?dryRun=false", etag);

        Assert.Equal((HttpStatusCode.BadRequest, "partly_applied"), (half.Status, half.Body["code"]!.ToString()));
        Assert.Contains($"1 changes were made: providers/{id}", half.Body["detail"]!.ToString(), StringComparison.Ordinal);
        var more = document + $$$"""

            models: [{provider: {{{id}}}, model: not-there, pricePerMillion: {input: '1'}}]
            """;
        var whole = await PutAsync(more, "?dryRun=false", (await ReadAsync("")).ETag);
        Assert.True(whole.Status == HttpStatusCode.OK, whole.Body.ToString());
        Assert.Equal((2, 0, 0, 1, false), Counts(whole.Body));
        var wrong = more.Replace("model: not-there, pricePerMillion: {input: '1'}", "model: not-there, pricePerMillion: {input: '11'}", StringComparison.Ordinal);
        Assert.Equal("suspicious_prices", (await PutAsync(wrong)).Body["code"]!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(wrong, "?acceptSuspicious=true")).Status);
        await PutAsync(
            "reason: over\nproviders: []\nmodels: []\ncredentials: []\noverrides: []\naliases: []\n", "?dryRun=false&prune=true", (await ReadAsync("")).ETag);
    }

    /// <summary>Else a sealed secret would go to whatever server the other provider is.</summary>
    [Fact]
    public async Task Put_StoredCredential_StaysWithItsProvider()
    {
        await using var managed = new Managed(_hub);
        var (id, other) = (Managed.NewId("own"), Managed.NewId("away"));
        var (credential, _) = await managed.CreateProviderAsync(id, _vendor, "sk-planted-in-a-credential-1");
        await managed.CreateAsync(
            "credentials", $$"""{"provider":"{{id}}","name":"first","secret":"sk-planted-in-a-credential-2"}""");
        await managed.CreateAsync("providers", $$"""{"id":"{{other}}","vendor":"custom-openai","baseUrl":"{{_vendor.BaseUrl}}"}""");
        foreach (var (entry, param) in new[]
        {
            ($"provider: {other}, name: first, id: {credential}", "provider"),
            ($"provider: {id}, name: first, id: {credential}, kind: none", "kind"),
            ($"provider: {id}, name: first, id: cred_0", "id"),
        })
        {
            var refused = await PutAsync($"credentials: [{{{entry}, secretRef: keep}}]");
            Assert.True(
                (HttpStatusCode.BadRequest, $"credentials[0].{param}") == (refused.Status, refused.Body["param"]?.ToString()), refused.Body.ToString());
        }
    }

    /// <summary>What has ended is not brought back by a document that was read before.</summary>
    [Theory]
    [InlineData("closed", "account_closed")]
    [InlineData("deleted", "account_deleted")]
    public async Task Put_AccountThatHasEnded_IsRefusedAsSoonAsItDiffers(string end, string code)
    {
        await using var managed = new Managed(_hub);
        var id = Managed.NewId("ended");
        var (status, _, etag) = await managed.SendAsync(HttpMethod.Post, "accounts", $$"""{"id":"{{id}}","name":"Ended"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        await managed.PatchAsync($"accounts/{id}", etag!, """{"status":"closed"}""");
        if (end == "deleted")
        {
            Assert.Equal(HttpStatusCode.NoContent, (await managed.SendAsync(HttpMethod.Delete, $"accounts/{id}")).Status);
        }

        var name = end == "deleted" ? "Deleted" : "Ended";
        var same = await PutAsync($"accounts: [{{id: {id}, name: {name}}}]");
        Assert.Equal((0, 0, 0, 1, true), Counts(same.Body));
        var refused = await PutAsync($"accounts: [{{id: {id}, name: Again}}]");
        Assert.Equal((HttpStatusCode.Conflict, code), (refused.Status, refused.Body["code"]!.ToString()));
        Assert.Equal("accounts[0].id", refused.Body["param"]!.ToString());
    }

    [Fact]
    public async Task Put_Applied_StandsInTheAuditLogWithItsReport()
    {
        var id = Managed.NewId("logged");
        var made = await PutAsync($"accounts: [{{id: {id}, name: Logged}}]", "?dryRun=false", (await ReadAsync("")).ETag);
        Assert.True(made.Status == HttpStatusCode.OK, made.Body.ToString());
        var entry = (await _hub.GetAsync("/api/admin/audit?action=PutConfig&limit=1"))["items"]![0]!;
        Assert.Equal(id, entry["after"]!["changes"]![0]!["id"]!.ToString());
        Assert.Equal("create", entry["after"]!["changes"]![0]!["action"]!.ToString());
    }

    [Fact]
    public async Task Put_MoreThanItTakes_IsRefused()
    {
        var many = new StringBuilder("aliases:\n");
        for (var i = 0; i < 10_001; i++)
        {
            many.Append(System.Globalization.CultureInfo.InvariantCulture, $"- {{name: a{i}, targets: [{{model: sim/chat}}]}}\n");
        }

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync(many.ToString())).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync("# " + new string('x', 5 * 1024 * 1024))).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PutAsync("a: 1", media: "text/plain")).Status);
    }

    private string Whole(string secretRef, string credits) =>
        $$$"""
        reason: what we sell
        providers:
        - id: ours
          vendor: custom-openai
          baseUrl: {{{_vendor.BaseUrl}}}
        credentials:
        - provider: ours
          name: team account
          secretRef: {{{secretRef}}}
          weight: 2
        models:
        - provider: ours
          model: llama
          contextWindow: 131072
          pricePerMillion: {input: "0.2", output: "0.6"}
        aliases:
        - name: smart
          policy: weighted
          targets: [{model: ours/llama, weight: 3}]
          fallbacks: [sim/chat]
        margins:
          margins: {"*": "20", ours: "5"}
          creditPrices: {USD: "0.01"}
        overrides:
        - model: ours/llama
          pricePerMillion: {input: "30"}
          reason: autumn
        packs:
        - {id: small, name: Small, credits: "{{{credits}}}", prices: {usd: 1000}}
        plans:
        - {id: monthly, name: Monthly, credits: "10", prices: {usd: 900}, models: [ours/*], limits: {requestsPerMinute: 60}}
        accounts:
        - {id: acme, name: Acme, email: acme@example.org, limits: {tokensPerMinute: 1000}, lowBalance: "5", plan: monthly}
        - {id: free, name: Free, credit: false}

        """;

    private static (int Created, int Updated, int Deleted, int Unchanged, bool DryRun) Counts(JsonNode report) => (
        report["created"]!.GetValue<int>(), report["updated"]!.GetValue<int>(), report["deleted"]!.GetValue<int>(),
        report["unchanged"]!.GetValue<int>(), report["dryRun"]!.GetValue<bool>());

    private static (int Created, int Updated, int Deleted) Changes(JsonNode report)
    {
        var (created, updated, deleted, _, _) = Counts(report);
        return (created, updated, deleted);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body, string? ETag)> PutAsync(
        string document, string query = "", string? ifMatch = null, string media = "application/yaml")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/admin/config" + query)
        {
            Content = new StringContent(document, Encoding.UTF8, media),
        };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await _hub.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response.Headers.ETag?.ToString());
    }

    private async Task<(string Text, string ETag)> ReadAsync(string query)
    {
        using var response = await _hub.Client.GetAsync(new Uri("/api/admin/config" + query, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return (text, response.Headers.ETag!.ToString());
    }
}
