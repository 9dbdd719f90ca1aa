using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Aigne;

/// <summary>What AIGNE's clients ask before they call.</summary>
[Collection(HubCollections.Aigne)]
public sealed class AigneModelTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Site_NamesTheComponent()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        var site = await PublicAsync(hub, "/__blocklet__.js?type=json");
        var component = Assert.Single(site["componentMountPoints"]!.AsArray())!;
        Assert.Equal(
            ("z8ia3xzq2tMq8CRHfaXj1BTYJyYnEcHbqP8cJ", "/", "running"),
            (component["did"]!.ToString(), component["mountPoint"]!.ToString(), component["status"]!.ToString()));
    }

    [Fact]
    public async Task Models_AreAsTheClientDemands()
    {
        await using var openai = await FakeUpstream.StartAsync((_, _) => Task.CompletedTask);
        await using var hub = await TestHub.StartAsync(azurite, openai, Managed.PrivateAllowed);
        await using var managed = new Managed(hub);
        var secret = Managed.NewId("secret");
        await managed.CreateProviderAsync(secret, openai, "sk-of-the-house-0123456789");
        await managed.CreateAsync("models", $$$"""{"provider":"{{{secret}}}","model":"house","pricePerMillion":{"input":"1","output":"2"}}""");

        var all = (await PublicAsync(hub, "/api/ai/models")).AsArray();
        var mini = all.Single(model => model!["key"]!.ToString() == "openai/gpt-5-mini")!;
        Assert.Equal(
            ("gpt-5-mini", "chat", "openai", "OpenAI", "0.00000025", "0.000002"),
            (mini["model"]!.ToString(), mini["type"]!.ToString(), mini["provider"]!.ToString(), mini["providerDisplayName"]!.ToString(),
                mini["input_credits_per_token"]!.GetValue<string>(), mini["output_credits_per_token"]!.GetValue<string>()));
        Assert.Equal("""{"maxTokens":400000,"features":["tools","thinking","vision"]}""", mini["modelMetadata"]!.ToJsonString());
        Assert.True(mini["status"]!["available"]!.GetValue<bool>());
        Assert.DoesNotContain(all, model => model!["provider"]!.ToString() == secret);
        Assert.DoesNotContain(all, model => model!["model"]!.ToString().Contains("tts", StringComparison.Ordinal));
        Assert.Equal("0.000032", all.Single(model => model!["key"]!.ToString() == "openai/gpt-image-1.5")!["output_credits_per_token"]!.ToString());

        var embeddings = (await PublicAsync(hub, "/api/ai-providers/models?type=embedding")).AsArray();
        Assert.Contains(embeddings, model => model!["model"]!.ToString() == "text-embedding-3-small");
        Assert.All(embeddings, model => Assert.Equal("embedding", model!["type"]!.ToString()));

        var own = (await hub.GetAsync("/api/ai/models?type=chat")).AsArray();
        var house = own.Single(model => model!["key"]!.ToString() == $"{secret}/house")!;
        Assert.Equal("0.000001", house["input_credits_per_token"]!.ToString());

        var grouped = (await hub.GetAsync("/api/ai-providers/chat/models?type=chatCompletion")).AsArray();
        Assert.Equal(secret, grouped.Single(group => group!["model"]!.ToString() == "house")!["providers"]![0]!["id"]!.ToString());
        using var nobody = new HttpClient { BaseAddress = hub.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(new Uri("/api/ai-providers/chat/models", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await nobody.GetAsync(new Uri("/api/ai/models?type=robot", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Models_NotPublic_NeedAKey()
    {
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?> { ["AigneHub:Gateway:PublicModels"] = "false" });
        using var nobody = new HttpClient { BaseAddress = hub.Address };

        using var refused = await nobody.GetAsync(new Uri("/api/ai/models", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var status = JsonNode.Parse(await nobody.GetStringAsync(new Uri("/api/v2/status?model=sim/chat", UriKind.Relative)))!;
        Assert.False(status["available"]!.GetValue<bool>());
        Assert.NotEmpty((await hub.GetAsync("/api/ai/models")).AsArray());
    }

    [Fact]
    public async Task Status_SaysWhatACallWouldMeet()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        Assert.Equal("""{"available":true,"error":null,"code":null,"type":null,"link":null}""", (await PublicAsync(hub, "/api/v2/status")).ToJsonString());
        Assert.True((await PublicAsync(hub, "/api/v2/status?model=sim/chat"))["available"]!.GetValue<bool>());
        Assert.True((await PublicAsync(hub, "/api/v1/status"))["available"]!.GetValue<bool>());
        var unknown = await PublicAsync(hub, "/api/v2/status?model=sim/none-such");
        Assert.Equal(("False", "404", "model_not_found"), (unknown["available"]!.GetValue<bool>().ToString(), unknown["code"]!.ToString(), unknown["type"]!.ToString()));
        var absent = await PublicAsync(hub, "/api/v2/status?model=groq/llama");
        Assert.Equal(("503", "provider_not_configured"), (absent["code"]!.ToString(), absent["type"]!.ToString()));
    }

    /// <summary>As AIGNE's client asks: without a key.</summary>
    private static async Task<JsonNode> PublicAsync(TestHub hub, string path)
    {
        using var nobody = new HttpClient { BaseAddress = hub.Address };
        return JsonNode.Parse(await nobody.GetStringAsync(new Uri(path, UriKind.Relative)))!;
    }
}
