using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Translation;

/// <summary>
/// What a vendor has signed, encrypted or redacted comes back to it byte for byte through every official client, which knows nothing of
/// it: the clients put the assistant's turn, and a tool's result, into their second call the way their documentation says.
/// </summary>
[Collection(HubCollections.Translation)]
public sealed class RoundTripTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task SignedThoughtsAndCalls_OfEveryVendorThroughEveryClient_ComeBackAsTheyWere()
    {
        await using var vendor = await DialectVendor.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendor.Settings);
        await using var managed = new Managed(hub);
        var gemini = await vendor.CreateGeminiAsync(managed);
        var trips = (
            from dialect in new (string Name, string Model)[]
            {
                ("chat", "deepseek/deepseek-reasoner"), ("responses", "perplexity/gpt-5.1"), ("messages", "anthropic/claude-sonnet-4-6"),
                ("gemini", $"{gemini}/gemini-3-pro"), ("converse", "bedrock/amazon.nova-pro-v1:0"), ("cohere", "cohere/command-a-03-2025"),
            }
            from front in new[] { "chat", "responses", "messages", "gemini" }
            from way in new[] { "json", "stream" }
            where dialect.Name != "cohere" || front != "chat" // Cohere's own API of OpenAI's kind.
            select (Dialect: dialect.Name, dialect.Model, Front: front, Way: way)).ToList();
        var errors = (await NodeClients.RunAsync("round-trips.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
        }, new JsonArray([.. trips.Select((trip, index) => new JsonObject
        {
            ["first"] = $"{trip.Model}-xsigned-{index}",
            ["second"] = $"{trip.Model}-xtext-{index}",
            ["front"] = trip.Front,
            ["way"] = trip.Way,
        })]).ToJsonString())).AsArray();

        List<string> problems = [];
        foreach (var (trip, index) in trips.Select((trip, index) => (trip, index)))
        {
            var model = $"{trip.Model}-xtext-{index}"[(trip.Model.IndexOf('/', StringComparison.Ordinal) + 1)..];
            vendor.Requests.TryGetValue(model, out var sent);
            foreach (var wanted in DialectVendor.Dialects[trip.Dialect]["back"]!.AsArray())
            {
                if (errors[index] is not null || !JsonPart.IsWithin(wanted!, sent.Body))
                {
                    problems.Add($"{trip.Dialect} by {trip.Front} {trip.Way}: {errors[index]}\n  wanted {wanted!.ToJsonString()}\n  sent   {sent.Body?.ToJsonString()}");
                }
            }
        }

        Assert.True(problems.Count == 0, $"{problems.Count}:\n{string.Join('\n', problems)}");
    }

    /// <summary>A conversation moves from one vendor to another, whose own API the client speaks: its request is passed through.</summary>
    [Fact]
    public async Task ThoughtsOfAnotherVendor_PassedThrough_StayOut()
    {
        await using var vendor = await DialectVendor.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendor.Settings);
        using var first = await PostAsync(hub, "perplexity/gpt-5.1-xsigned-1", """{"role":"user","content":"Hi."}""");
        var turn = JsonNode.Parse(await first.Content.ReadAsStringAsync())!["content"]!.ToJsonString();
        using var second = await PostAsync(hub, "anthropic/claude-sonnet-4-6-xtext-2", $$"""
            {"role":"user","content":"Hi."}, {"role":"assistant","content":{{turn}}},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"5 degrees"}]}
            """);

        Assert.True(second.IsSuccessStatusCode, await second.Content.ReadAsStringAsync());
        Assert.Contains("hub:OpenAiResponses:e:", turn, StringComparison.Ordinal);
        var block = Assert.Single(vendor.Requests["claude-sonnet-4-6-xtext-2"].Body["messages"]![1]!["content"]!.AsArray());
        Assert.Equal("tool_use", (string?)block!["type"]);

        static async Task<HttpResponseMessage> PostAsync(TestHub hub, string model, string messages)
        {
            using var content = new StringContent(
                $$"""{"model":"{{model}}","max_tokens":99,"messages":[{{messages}}]}""", Encoding.UTF8, "application/json");
            return await hub.Client.PostAsync(new Uri("/v1/messages", UriKind.Relative), content);
        }
    }

    /// <summary>
    /// Encrypted reasoning can be read with the account that made it alone (BerriAI/litellm#29733, #40364): a conversation that carries
    /// it stays with the key that began it, although the hub has others.
    /// </summary>
    [Fact]
    public async Task EncryptedReasoning_SeveralKeys_GoesBackToTheOneThatMadeIt()
    {
        await using var vendor = await DialectVendor.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendor.Settings);
        List<string> keys = [];
        for (var conversation = 0; conversation < 3; conversation++)
        {
            var model = $"gpt-5.1-xtext-{conversation}";
            var start = $$"""{"role":"user","content":"Hi, {{Guid.NewGuid()}}"}""";
            const string more = """,{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},{"role":"user","content":"And?"}""";
            foreach (var turn in (string[])[start, start + more, start + more + more])
            {
                using var content = new StringContent(
                    $$"""{"model":"perplexity/{{model}}","store":false,"include":["reasoning.encrypted_content"],"input":[{{turn}}]}""",
                    Encoding.UTF8, "application/json");
                using var response = await hub.Client.PostAsync(new Uri("/v1/responses", UriKind.Relative), content);
                Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
                keys.Add(vendor.Requests[model].Key);
            }
        }

        Assert.All(keys.Chunk(3), conversation => Assert.Single(conversation.Distinct()));
        Assert.True(keys.Distinct().Count() > 1, "All conversations went to one key.");
    }
}
