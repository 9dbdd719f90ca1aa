using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests;

/// <summary>Every vendor's own API, passed through and metered, with the vendors' recorded answers.</summary>
[Collection(HubCollections.Calls)]
public sealed class NativeApiTests(AzuriteFixture azurite)
{
    [RecordedFact]
    public async Task OfficialClients_OfEachVendor_SeeWhatTheVendorSaid()
    {
        await using var vendors = await RecordedVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        var seen = await NodeClients.RunAsync("native-apis.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
        });

        Assert.StartsWith("Hello! I'm doing well", Text(seen, "message", "text"), StringComparison.Ordinal);
        Assert.Equal(("end_turn", "29"), (Text(seen, "message", "stop"), Text(seen, "message", "output")));
        Assert.Matches("^[0-9a-f]{32}$", Text(seen, "message", "id"));
        Assert.StartsWith("Hello! I'm doing well", Text(seen, "messageStream", "text"), StringComparison.Ordinal);
        Assert.Equal("end_turn", Text(seen, "messageStream", "stop"));
        Assert.Equal(("json", "tool_use", 4), (Text(seen, "toolUse", "name"), Text(seen, "toolUse", "stop"), seen["toolUse"]!["input"]!["elements"]!.AsArray().Count));
        Assert.Equal(("json", "tool_use"), (Text(seen, "toolUseStream", "name"), Text(seen, "toolUseStream", "stop")));
        Assert.NotEmpty(seen["toolUseStream"]!["input"]!["elements"]!.AsArray());
        Assert.Equal(("weather", "San Francisco"), (Text(seen, "functionCall", "name"), Text(seen, "functionCall", "args", "location")));
        Assert.Equal("weather", Text(seen, "functionCallStream", "name"));
        Assert.Equal("14", seen["counted"]!.ToString());
        Assert.Contains(seen["anthropicModels"]!.AsArray(), m => m!.ToString() == "anthropic/claude-sonnet-4-5");
        Assert.Contains(seen["anthropicModels"]!.AsArray(), m => m!.ToString().StartsWith("openai/", StringComparison.Ordinal));
        Assert.Equal(("503", "overloaded_error"), (Text(seen, "anthropicError", "status"), Text(seen, "anthropicError", "type")));

        Assert.StartsWith("There are **3**", Text(seen, "generated", "text"), StringComparison.Ordinal);
        Assert.Equal(("STOP", "9"), (Text(seen, "generated", "finish"), Text(seen, "generated", "prompt")));
        Assert.NotEmpty(seen["generatedStream"]!.ToString());
        Assert.Equal("7", seen["googleTokens"]!.ToString());
        Assert.Equal(("ApiError", "400"), (Text(seen, "googleError", "kind"), Text(seen, "googleError", "status")));

        Assert.Equal(("completed", "423"), (Text(seen, "response", "status"), Text(seen, "response", "output")));
        var events = seen["responseEvents"]!.AsArray().Select(e => e!.ToString()).ToArray();
        Assert.Equal(("response.created", "response.completed"), (events[0], events[^1]));
        Assert.Equal("12", Text(seen, "embedding", "prompt"));
        Assert.Equal(("Hi.", "stop"), (Text(seen, "azure", "text"), Text(seen, "azure", "finish")));

        // Each vendor got its own key in its own header, and none the hub's.
        var requests = vendors.Requests.ToArray();
        Assert.All(requests.Where(r => r.Path.StartsWith("/anthropic", StringComparison.Ordinal)), r => Assert.Equal("sk-ant", r.Headers["x-api-key"]));
        Assert.All(requests.Where(r => r.Path.StartsWith("/google", StringComparison.Ordinal)), r => Assert.Equal("AIza", r.Headers["x-goog-api-key"]));
        Assert.All(requests.Where(r => r.Path.StartsWith("/azure", StringComparison.Ordinal)), r => Assert.Equal("az", r.Headers["api-key"]));
        Assert.All(requests.Where(r => r.Path.StartsWith("/openai", StringComparison.Ordinal)), r => Assert.Equal("Bearer sk-o", r.Headers.Authorization));
        Assert.All(requests, r => Assert.DoesNotContain(hub.Key, r.Path + string.Join('|', r.Headers.Values), StringComparison.Ordinal));
        Assert.Equal("my-gpt", requests.Single(r => r.Path.StartsWith("/azure", StringComparison.Ordinal)).Body["model"]!.ToString());
    }

    [RecordedFact]
    public async Task Usage_OfEachApi_StandsInTheLedger()
    {
        await using var vendors = await RecordedVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        // Costs by hand: 12 × 3 + 29 × 15, nothing, 9 × 0.3 + 272 × 2.5, 3072 × 0.125 + 4171 × 1.25 + 423 × 10, 12 × 0.02 USD a million.
        (string Path, string Body, string Front, string[] Units, string Cost)[] calls =
        [
            ("/v1/messages", """{"model":"anthropic/claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""",
                "anthropic.messages", ["input 12", "output 29"], "0.000471"),
            ("/v1/messages/count_tokens", """{"model":"anthropic/claude-sonnet-4-5","messages":[{"role":"user","content":"Hi"}]}""",
                "anthropic.count_tokens", [], "0"),
            ("/v1beta/models/google%2Fgemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"Hi"}]}]}""",
                "gemini.generate_content", ["input 9", "output 272"], "0.0006827"),
            ("/v1/responses", """{"model":"openai/gpt-5","input":"Hi"}""", "openai.responses", ["cached_input 3072", "input 4171", "output 423"],
                "0.00982775"),
            ("/v1/embeddings", """{"model":"openai/text-embedding-3-small","input":"Hi"}""", "openai.embeddings", ["input 12"], "0.00000024"),
        ];
        foreach (var call in calls)
        {
            using var response = await PostAsync(hub, call.Path, call.Body);
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal("1", Assert.Single(response.Headers.GetValues("x-hub-attempts")));
            var id = Assert.Single(response.Headers.GetValues("x-request-id"));

            var line = await hub.LedgerLineAsync(id);

            Assert.Equal((call.Front, "completed"), (line["api"]!.ToString(), line["outcome"]!.ToString()));
            Assert.Equal(call.Units, line["lines"]!.AsArray().Select(l => $"{l!["kind"]} {l["units"]}").Order(StringComparer.Ordinal));
            Assert.Equal(call.Cost, line["cost"]!.ToString());
        }
    }

    [RecordedFact]
    public async Task Gemini_StreamWithoutSse_IsOneJsonArray()
    {
        await using var vendors = await RecordedVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        using var response = await PostAsync(
            hub, "/v1beta/models/google/gemini-2.5-flash:streamGenerateContent", """{"contents":[{"parts":[{"text":"Hi"}]}]}""");
        var elements = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray();

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.True(elements.Count > 1);
        Assert.All(elements, e => Assert.NotNull(e!["candidates"]));
    }

    [Theory]
    [InlineData("/v1/messages", """{"model":"sim/chat","messages":[{"role":"user","content":[{"type":"nonsense"}]}]}""", 400, "error.type", "invalid_request_error")]
    [InlineData("/v1/messages", """{"model":"sim/chat"}""", 400, "type", "error")]
    [InlineData("/v1/messages/batches", "{}", 404, "error.type", "not_found_error")]
    [InlineData("/v1beta/models/sim/chat:generateContent", """{"contents":[]}""", 400, "error.status", "INVALID_ARGUMENT")]
    [InlineData("/v1beta/models/sim/chat:predict", "{}", 404, "error.status", "NOT_FOUND")]
    [InlineData("/v1/responses", """{"model":"sim/chat","input":"Hi","background":true}""", 400, "error.code", "unsupported_parameter")]
    [InlineData("/v1/embeddings", """{"model":"sim/chat","input":"Hi"}""", 400, "error.code", "api_not_served")]
    [InlineData("/openai/deployments/sim%2Fno-such/chat/completions", """{"messages":[{"role":"user","content":"Hi"}]}""", 404, "error.code", "model_not_found")]
    [InlineData("/openai/deployments/x/files", "{}", 404, "error.code", "unknown_url")]
    public async Task Errors_OfEachApi_AreInItsOwnFormat(string path, string body, int status, string member, string value)
    {
        await using var hub = await TestHub.StartAsync(azurite);

        using var response = await PostAsync(hub, path, body);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(value, member.Split('.').Aggregate(error, (node, name) => node[name]!).ToString());
    }

    [Theory]
    [InlineData("x-goog-api-key", "")]
    [InlineData("x-api-key", "")]
    [InlineData("", "?key=")]
    public async Task GeminiModels_KeyWhereGooglesClientsPutIt_IsTaken(string header, string query)
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var client = new HttpClient { BaseAddress = hub.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1beta/models{query}{(query.Length > 0 ? hub.Key : "")}");
        if (header.Length > 0)
        {
            request.Headers.Add(header, hub.Key);
        }

        using var response = await client.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
    }

    private static string Text(JsonNode seen, params string[] path) => path.Aggregate(seen, (node, name) => node[name]!).ToString();

    private static Task<HttpResponseMessage> PostAsync(TestHub hub, string path, string body) =>
        hub.Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
