using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using AigneHub.Unit.Tests.Providers.Authentication;

namespace AigneHub.Hub.Tests;

/// <summary>Amazon Bedrock, Google Vertex AI and Azure OpenAI by the hub's identity: their wire, the clients' own formats.</summary>
[Collection(HubCollections.Calls)]
public sealed class CloudTests(AzuriteFixture azurite)
{
    private const string Claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    [Fact]
    public async Task Bedrock_Message_IsSignedAndMetered()
    {
        await using var clouds = await FakeClouds.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: clouds.Settings, services: clouds.Route);

        using var response = await PostAsync(hub, "/v1/messages", Messages($"bedrock/{Claude}", stream: false), "context-1m-2025-08-07, b2");
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("Hello there", answer["content"]![0]!["text"]!.ToString());
        var (target, headers, body) = Assert.Single(clouds.Requests);
        Assert.Equal("/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke", target);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/", headers.Authorization.ToString(), StringComparison.Ordinal);
        Assert.Contains($"/{FakeClouds.Region}/bedrock/aws4_request", headers.Authorization.ToString(), StringComparison.Ordinal);
        Assert.False(headers.ContainsKey("anthropic-beta"));
        Assert.Equal("""["context-1m-2025-08-07","b2"]""", body["anthropic_beta"]!.ToJsonString());
        Assert.Equal("9", body["max_tokens"]!.ToString());
        Assert.DoesNotContain(hub.Key, string.Join('|', headers.Values), StringComparison.Ordinal);
        await AssertLedgerAsync(hub, response, "anthropic.messages", "completed", ["input 12", "output 29"], hasCost: true);
    }

    [Fact]
    public async Task Bedrock_Stream_IsAnthropicsOwn()
    {
        await using var clouds = await FakeClouds.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: clouds.Settings, services: clouds.Route);

        using var response = await PostAsync(hub, "/v1/messages", Messages($"bedrock/{Claude}", stream: true));

        Assert.Equal(FakeClouds.Streamed, await response.Content.ReadAsStringAsync());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("/invoke-with-response-stream", Assert.Single(clouds.Requests).Target, StringComparison.Ordinal);
        await AssertLedgerAsync(hub, response, "anthropic.messages", "completed", ["input 12", "output 29"], hasCost: true);
    }

    [Theory]
    [InlineData("invalid", 400, "invalid_request_error", "max_tokens: Field required")]
    [InlineData("throttled", 429, "rate_limit_error", "limiting the hub's requests")]
    [InlineData("quota", 429, "rate_limit_error", "limiting the hub's requests")]
    [InlineData("throttled-at-once", 429, "rate_limit_error", "limiting the hub's requests")]
    [InlineData("denied", 502, "api_error", "refused the hub's own credentials")]
    [InlineData("expired", 502, "api_error", "refused the hub's own credentials")]
    [InlineData("crashed", 502, "api_error", "failed")]
    public async Task Bedrock_Error_IsAnthropicsAndBlamesWhoIsToBlame(string model, int status, string type, string message)
    {
        await using var clouds = await FakeClouds.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: clouds.Settings, services: clouds.Route);

        using var response = await PostAsync(hub, "/v1/messages", Messages($"bedrock/claude-{model}", stream: true));
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;

        Assert.Equal((status, type), ((int)response.StatusCode, error["type"]!.ToString()));
        Assert.Contains(message, error["message"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("123456789012", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throttled-midway", "rate_limit_error")]
    [InlineData("corrupt-midway", "api_error")]
    [InlineData("cut-midway", "api_error")]
    public async Task Bedrock_StreamThatBreaks_EndsByAnErrorAndIsBilledForWhatCame(string model, string type)
    {
        await using var clouds = await FakeClouds.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: clouds.Settings, services: clouds.Route);

        using var response = await PostAsync(hub, "/v1/messages", Messages($"bedrock/claude-{model}", stream: true));
        using var stream = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lines.Add(line);
            }
        });

        Assert.Contains(lines, line => line.Contains("Hello there", StringComparison.Ordinal));
        var last = lines.Last(line => line.StartsWith("data: ", StringComparison.Ordinal))["data: ".Length..];
        Assert.Equal(type, JsonNode.Parse(last)!["error"]!["type"]!.ToString());
        Assert.DoesNotContain(lines, line => line.Contains("message_stop", StringComparison.Ordinal));
        await AssertLedgerAsync(hub, response, "anthropic.messages", "failed", ["input 12", "output 2"], hasCost: false);
    }

    [Fact]
    public async Task Vertex_EachApi_GetsOneTokenAndItsOwnPath()
    {
        await using var clouds = await FakeClouds.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: clouds.Settings, services: clouds.Route);
        const string contents = """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""";
        (string Path, string Body, string Front, string[] Units)[] calls =
        [
            ("/v1/messages", Messages("vertex/claude-sonnet-4-5@20250929", stream: false), "anthropic.messages", ["input 12", "output 29"]),
            ("/v1/messages", Messages("vertex/claude-sonnet-4-5@20250929", stream: true), "anthropic.messages", ["input 12", "output 29"]),
            ("/v1/messages/count_tokens", Messages("vertex/claude-sonnet-4-5@20250929", stream: false), "anthropic.count_tokens", []),
            ("/v1beta/models/vertex%2Fgemini-2.5-flash:generateContent", contents, "gemini.generate_content", ["input 9", "output 5"]),
            ("/v1/chat/completions", """{"model":"vertex/gemini-2.5-flash","messages":[{"role":"user","content":"Hi"}]}""", "openai.chat", ["input 7", "output 3"]),
        ];
        foreach (var call in calls)
        {
            using var response = await PostAsync(hub, call.Path, call.Body, "b1");
            Assert.Equal(200, (int)response.StatusCode);
            await response.Content.ReadAsStringAsync();
            await AssertLedgerAsync(hub, response, call.Front, "completed", call.Units, hasCost: true);
        }

        const string models = "/v1/projects/p/locations/us-east5/publishers";
        Assert.Equal(
            [
                $"{models}/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict",
                $"{models}/anthropic/models/claude-sonnet-4-5%4020250929:streamRawPredict",
                $"{models}/anthropic/models/count-tokens:rawPredict",
                $"{models}/google/models/gemini-2.5-flash:generateContent",
                "/v1/projects/p/locations/us-east5/endpoints/openapi/chat/completions",
            ],
            clouds.Requests.Select(r => r.Target));
        Assert.All(clouds.Requests, r => Assert.Equal("Bearer ya29.hub", r.Headers.Authorization));
        Assert.Equal(["b1", "b1", "b1", "", ""], clouds.Requests.Select(r => r.Headers["anthropic-beta"].ToString()));
        Assert.Equal("google/gemini-2.5-flash", clouds.Requests.Last().Body["model"]!.ToString());
        Assert.Single(clouds.Tokens.Calls);
    }

    [Theory]
    [InlineData("no-such", 404, "not_found_error", "was not found")]
    [InlineData("exhausted", 429, "rate_limit_error", "limiting the hub's requests")]
    public async Task Vertex_Error_IsAnthropics(string model, int status, string type, string message)
    {
        await using var clouds = await FakeClouds.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: clouds.Settings, services: clouds.Route);

        using var response = await PostAsync(hub, "/v1/messages", Messages($"vertex/{model}", stream: false));
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;

        Assert.Equal((status, type), ((int)response.StatusCode, error["type"]!.ToString()));
        Assert.Contains(message, error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vertex_CredentialThatGoogleRefuses_IsTheHubsFaultAndNothingIsSent()
    {
        await using var clouds = await FakeClouds.StartAsync();
        var settings = clouds.Settings;
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "subject");
            settings["GOOGLE_APPLICATION_CREDENTIALS"] =
                GoogleSecrets.External(new JsonObject { ["file"] = file }).ToJsonString();
            await using var hub = await TestHub.StartAsync(azurite, settings: settings, services: clouds.Route);

            using var response = await PostAsync(hub, "/v1/messages", Messages("vertex/claude-sonnet-4-5", stream: true));
            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]!.ToString();

            Assert.Equal(502, (int)response.StatusCode);
            Assert.Contains("The hub's own credential for the provider vertex can't be used", error, StringComparison.Ordinal);
            Assert.Empty(clouds.Requests);
            Assert.Single(clouds.Tokens.Calls);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task AzureOpenAi_WithoutAKey_GetsTheHubsOwnToken()
    {
        await using var clouds = await FakeClouds.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: clouds.Settings, services: clouds.Route);

        using var response = await hub.ChatAsync("""{"model":"azure-openai/my-gpt","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(200, (int)response.StatusCode);
        var (target, headers, _) = Assert.Single(clouds.Requests);
        Assert.Equal(("/openai/v1/chat/completions", "Bearer entra-1"), (target, headers.Authorization.ToString()));
        Assert.False(headers.ContainsKey("api-key"));
    }

    private static string Messages(string model, bool stream) =>
        $$"""{"model":"{{model}}","max_tokens":9,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hi"}]}""";

    private static async Task<HttpResponseMessage> PostAsync(TestHub hub, string path, string body, string betas = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (betas.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("anthropic-beta", betas);
        }

        return await hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task AssertLedgerAsync(
        TestHub hub, HttpResponseMessage response, string front, string outcome, string[] units, bool hasCost)
    {
        var line = await hub.LedgerLineAsync(Assert.Single(response.Headers.GetValues("x-request-id")));

        Assert.Equal((front, outcome), (line["api"]!.ToString(), line["outcome"]!.ToString()));
        Assert.Equal(units, line["lines"]!.AsArray().Select(l => $"{l!["kind"]} {l["units"]}").Order(StringComparer.Ordinal));
        Assert.Equal(hasCost, line["cost"] is not null);
    }
}
