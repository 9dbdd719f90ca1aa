using System.Diagnostics;
using System.Net;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Providers, credentials, models and aliases, managed at run time.</summary>
[Collection(HubCollections.Management)]
public sealed class ConfigurationTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Create_CustomProvider_ServesCallsOnEveryInstanceWithinTenSeconds()
    {
        await using var vendor = await VendorAsync();
        await using var first = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var second = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(first);
        var id = Managed.NewId("custom");
        await managed.CreateProviderAsync(id, vendor, "sk-planted-in-storage-1");
        var started = Stopwatch.GetTimestamp();

        using var here = await first.ChatAsync(Managed.Chat($"{id}/m"));
        await Until.TrueAsync(async () => (await second.ChatAsync(Managed.Chat($"{id}/m"))).IsSuccessStatusCode, "the second hub");

        Assert.Equal(HttpStatusCode.OK, here.StatusCode);
        Assert.True(Stopwatch.GetElapsedTime(started) < Promised);
        Assert.All(vendor.Requests, r => Assert.Equal("Bearer sk-planted-in-storage-1", r.Headers["Authorization"]));
        await using var third = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        using var later = await third.ChatAsync(Managed.Chat($"{id}/m"));
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Credential_Secret_IsNeverReturned()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor, Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("masked");
        var (credential, etag) = await managed.CreateProviderAsync(id, vendor, "sk-never-to-be-seen-9876");

        var next = await managed.PatchAsync($"credentials/{credential}", etag, """{"secret":"sk-never-to-be-seen-5432","weight":7}""");
        var one = await hub.GetAsync($"/api/admin/credentials/{credential}");
        var all = await hub.GetAsync("/api/admin/credentials");

        Assert.NotEqual(etag, next);
        Assert.Equal(("5432", 7, "active", "stored"), (
            one["hint"]!.GetValue<string>(), one["weight"]!.GetValue<int>(), one["status"]!.GetValue<string>(),
            one["source"]!.GetValue<string>()));
        Assert.DoesNotContain("never-to-be-seen", one.ToJsonString() + all.ToJsonString(), StringComparison.Ordinal);
        var ofSettings = Assert.Single(all["items"]!.AsArray(), item => item!["id"]!.GetValue<string>() == "env:openai:1")!;
        Assert.Equal("environment", ofSettings["source"]!.GetValue<string>());
        Assert.DoesNotContain("vendor-secret", all.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_Entries_AreReadOnly()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);
        var managed = new Managed(hub);

        var provider = await managed.SendAsync(HttpMethod.Patch, "providers/openai", """{"enabled":false}""", "x");
        var credential = await managed.SendAsync(HttpMethod.Delete, "credentials/env:openai:1");
        var created = await managed.SendAsync(HttpMethod.Post, "providers", """{"id":"openai","vendor":"openai"}""");

        Assert.Equal((HttpStatusCode.Conflict, "read_only"), (provider.Status, CodeOf(provider.Body)));
        Assert.Equal((HttpStatusCode.Conflict, "read_only"), (credential.Status, CodeOf(credential.Body)));
        Assert.Equal((HttpStatusCode.Conflict, "provider_in_settings"), (created.Status, CodeOf(created.Body)));
    }

    [Fact]
    public async Task StoredCredential_OfAProviderOfTheSettings_JoinsItsPool()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);
        await using var managed = new Managed(hub);
        await managed.CreateAsync("credentials", """{"provider":"openai","name":"more","secret":"sk-joined-the-pool","tier":0}""");

        var test = await managed.SendAsync(
            HttpMethod.Post, $"credentials/{await IdOfAsync(hub, "more")}/test", """{"model":"gpt-4o"}""");

        Assert.Equal((HttpStatusCode.OK, true), (test.Status, test.Body["ok"]!.GetValue<bool>()));
        Assert.Equal("Bearer sk-joined-the-pool", Assert.Single(vendor.Requests).Headers["Authorization"]);
    }

    [Theory]
    [InlineData("providers", """{"id":"Big","vendor":"custom-openai","baseUrl":"https://example.org"}""", "id")]
    [InlineData("providers", """{"id":"x","vendor":"no-such"}""", "vendor")]
    [InlineData("providers", """{"id":"x","vendor":"custom-openai"}""", "baseUrl")]
    [InlineData("providers", """{"id":"x","vendor":"azure-openai"}""", "baseUrl")]
    [InlineData("providers", """{"id":"x","vendor":"custom-openai","baseUrl":"http://example.org"}""", "baseUrl")]
    [InlineData("providers", """{"id":"x","vendor":"custom-openai","baseUrl":"https://10.0.0.1"}""", "baseUrl")]
    [InlineData("providers", """{"id":"x","vendor":"custom-openai","baseUrl":"https://169.254.169.254"}""", "baseUrl")]
    [InlineData("providers", """{"id":"x","vendor":"custom-openai","baseUrl":"https://u:p@example.org"}""", "baseUrl")]
    [InlineData("credentials", """{"provider":"no-such","name":"n","secret":"s"}""", "provider")]
    [InlineData("credentials", """{"provider":"openai","name":"n"}""", "secret")]
    [InlineData("credentials", """{"provider":"openai","name":"n","secret":"s","weight":0}""", "weight")]
    [InlineData("models", """{"provider":"openai","model":"a b"}""", "id")]
    [InlineData("models", """{"provider":"openai","model":"m","pricePerMillion":{"inputs":"1"}}""", "pricePerMillion.inputs")]
    [InlineData("models", """{"provider":"openai","model":"m","pricePerMillion":{"input":"-1"}}""", "pricePerMillion.input")]
    [InlineData("aliases", """{"name":"a/b","targets":[{"model":"m"}]}""", "name")]
    [InlineData("aliases", """{"name":"a","targets":[]}""", "targets")]
    [InlineData("aliases", """{"name":"a","targets":[null]}""", "targets[0]")]
    [InlineData("aliases", """{"name":"a","targets":[{"model":"m","weight":1001}]}""", "targets[0].weight")]
    public async Task Create_WrongField_IsNamed(string path, string body, string param)
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, vendor);

        var (status, problem, _) = await new Managed(hub).SendAsync(HttpMethod.Post, path, body);

        Assert.Equal((HttpStatusCode.BadRequest, param), (status, problem["param"]?.GetValue<string>()));
    }

    [Fact]
    public async Task Update_ETag_IsAskedForAndChecked()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        await using var managed = new Managed(hub);
        var name = Managed.NewId("alias");
        var (_, etag) = await managed.CreateAsync("aliases", $$"""{"name":"{{name}}","targets":[{"model":"sim/chat"}]}""");

        var without = await managed.SendAsync(HttpMethod.Patch, $"aliases/{name}", """{"policy":"weighted"}""");
        var wrong = await managed.SendAsync(HttpMethod.Patch, $"aliases/{name}", """{"policy":"weighted"}""", "W/\"x\"");
        var right = await managed.SendAsync(HttpMethod.Patch, $"aliases/{name}", """{"policy":"weighted"}""", etag);
        var again = await managed.SendAsync(HttpMethod.Delete, $"aliases/{name}", ifMatch: etag);

        Assert.Equal((HttpStatusCode)428, without.Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, wrong.Status);
        Assert.Equal((HttpStatusCode.OK, "weighted"), (right.Status, right.Body["policy"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.PreconditionFailed, again.Status);
        Assert.Equal((HttpStatusCode.Conflict, "already_exists"), await CreatedTwiceAsync(managed, name));
    }

    [Fact]
    public async Task Model_StoredPrice_IsOnTheLedgerLineAndItsRateCardIsKept()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("priced");
        await managed.CreateProviderAsync(id, vendor, "sk-priced-0123456789");
        await managed.CreateAsync(
            "models", $$"""{"provider":"{{id}}","model":"org/m","pricePerMillion":{"input":"2000","output":"0.5"} }""");

        using var answer = await hub.ChatAsync(Managed.Chat($"{id}/org/m"));
        var line = await hub.LedgerLineAsync(answer.Headers.GetValues("x-request-id").Single());

        Assert.Equal("0.018001", line["cost"]!.GetValue<string>());
        var cards = (Core.Pricing.IRateCardStore)hub.Services.GetService(typeof(Core.Pricing.IRateCardStore))!;
        Assert.NotNull(await cards.FindAsync(line["rateVersion"]!.GetValue<string>(), default));
        var model = await hub.GetAsync($"/v1/models/{id}/org/m");
        Assert.Equal($"{id}/org/m", model["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Delete_Provider_TakesItsCredentialsAndIsRefusedWhileAnAliasNamesIt()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("gone");
        var alias = Managed.NewId("alias");
        var (credential, _) = await managed.CreateProviderAsync(id, vendor, "sk-gone-0123456789");
        await managed.CreateAsync("aliases", $$"""{"name":"{{alias}}","targets":[{"model":"{{id}}/m"}]}""");

        var refused = await managed.SendAsync(HttpMethod.Delete, $"providers/{id}");
        await managed.SendAsync(HttpMethod.Delete, $"aliases/{alias}");
        var deleted = await managed.SendAsync(HttpMethod.Delete, $"providers/{id}");
        var left = await managed.SendAsync(HttpMethod.Get, $"credentials/{credential}");
        using var call = await hub.ChatAsync(Managed.Chat($"{id}/m"));

        Assert.Equal((HttpStatusCode.Conflict, "in_use"), (refused.Status, CodeOf(refused.Body)));
        Assert.Contains(alias, refused.Body["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.NotFound, left.Status);
        Assert.Equal(HttpStatusCode.NotFound, call.StatusCode);
    }

    [Fact]
    public async Task Test_OfEveryKind_MakesOneCall()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("tested");
        var alias = Managed.NewId("alias");
        var (credential, _) = await managed.CreateProviderAsync(id, vendor, "sk-tested-0123456789");
        await managed.CreateAsync("aliases", $$"""{"name":"{{alias}}","targets":[{"model":"{{id}}/m"}]}""");

        // The fake vendor has no list of models: its 404 is shown as it is.
        var list = await managed.SendAsync(HttpMethod.Post, $"providers/{id}/test");
        Assert.Equal(
            (HttpStatusCode.OK, false, 404),
            (list.Status, list.Body["ok"]!.GetValue<bool>(), list.Body["status"]!.GetValue<int>()));
        string[] tests = [$"providers/{id}/test", $"credentials/{credential}/test", $"models/{id}/m/test", $"aliases/{alias}/test"];
        foreach (var path in tests)
        {
            var byName = path.StartsWith("models", StringComparison.Ordinal) || path.StartsWith("aliases", StringComparison.Ordinal);
            var test = await managed.SendAsync(HttpMethod.Post, path, byName ? null : """{"model":"m"}""");
            Assert.True(test.Status == HttpStatusCode.OK && test.Body["ok"]!.GetValue<bool>(), $"{path}: {test.Body}");
            Assert.Equal((id, credential, "m"), (
                test.Body["provider"]!.GetValue<string>(), test.Body["credential"]!.GetValue<string>(),
                test.Body["model"]!.GetValue<string>()));
        }

        Assert.Equal(tests.Length, vendor.Requests.Count);
        Assert.All(vendor.Requests, r => Assert.Contains("\"max_tokens\":1", r.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rotate_Secrets_StayUsable()
    {
        await using var vendor = await VendorAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var id = Managed.NewId("rotated");
        await managed.CreateProviderAsync(id, vendor, "sk-rotated-0123456789");

        var rotated = await managed.SendAsync(HttpMethod.Post, "secrets/rotate");
        await using var other = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        using var call = await other.ChatAsync(Managed.Chat($"{id}/m"));

        Assert.Equal(HttpStatusCode.OK, rotated.Status);
        Assert.True(rotated.Body["resealed"]!.GetValue<int>() > 0);
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
        Assert.Equal("Bearer sk-rotated-0123456789", Assert.Single(vendor.Requests).Headers["Authorization"]);
    }

    [Fact]
    public async Task MemberKey_Everywhere_IsForbidden()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var created = await hub.Client.PostAsync(
            new Uri("/api/admin/keys", UriKind.Relative), new StringContent("""{"name":"member"}""", null, "application/json"));
        var key = System.Text.Json.Nodes.JsonNode.Parse(await created.Content.ReadAsStringAsync())!["key"]!.GetValue<string>();
        foreach (var path in new[] { "providers", "credentials", "models", "aliases" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/admin/{path}");
            request.Headers.Authorization = new("Bearer", key);
            using var response = await hub.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }

    internal static Task<FakeUpstream> VendorAsync() =>
        FakeUpstream.StartAsync((context, _) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(FakeUpstream.Answer("Hello", 9, 2));
        });

    private static string? CodeOf(System.Text.Json.Nodes.JsonNode problem) => problem["code"]?.GetValue<string>();

    private static async Task<string> IdOfAsync(TestHub hub, string name) =>
        (await hub.GetAsync("/api/admin/credentials?provider=openai&limit=200"))["items"]!.AsArray()
            .Single(item => item!["name"]!.GetValue<string>() == name)!["id"]!.GetValue<string>();

    private static async Task<(HttpStatusCode, string?)> CreatedTwiceAsync(Managed managed, string name)
    {
        var (status, body, _) = await managed.SendAsync(
            HttpMethod.Post, "aliases", $$"""{"name":"{{name.ToUpperInvariant()}}","targets":[{"model":"sim/chat"}]}""");
        return (status, CodeOf(body));
    }
}
