using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Aigne;

/// <summary>AIGNE Hub's official client (npm <c>@aigne/aigne-hub</c>), unmodified, with recorded vendors of three APIs behind the hub.</summary>
[Collection(HubCollections.Aigne)]
public sealed class AigneClientTests(AzuriteFixture azurite)
{
    private static readonly string[] Ways = ["whole", "streamed"];
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Folder = Environment.GetEnvironmentVariable(RecordedFactAttribute.Variable) ?? "";

    [RecordedFact]
    public async Task Client_ChatStreamToolsStructuredErrorsModels_Work()
    {
        await using var openai = await FakeUpstream.StartAsync(AnswerAsync);
        await using var vendors = await AnyRecording.StartAsync();
        await using var hub = await TestHub.StartAsync(
            azurite, openai, new Dictionary<string, string?>(vendors.Settings) { ["AigneHub:Upstream:PrivateNetworks"] = "true" });
        await using var managed = new Managed(hub);
        var google = Managed.NewId("gemini");
        await managed.CreateAsync("providers", $$"""{"id":"{{google}}","vendor":"custom-gemini","baseUrl":"{{vendors.Url}}/v1beta"}""");
        await managed.CreateAsync("credentials", $$"""{"provider":"{{google}}","name":"k","secret":"a-key-of-nobody"}""");
        string[] texts = ["poe/xai/xai-text", "mistral/mistral/mistral-reasoning", "anthropic/anthropic/anthropic-text", $"{google}/google/google-reasoning"];
        string[] tools =
        [
            "poe/xai/xai-tool-call", "anthropic/anthropic/anthropic-json-tool.1", $"{google}/google/google-tool-call",
            $"{google}/google/google-tool-call-gemini3",
        ];

        var seen = await NodeClients.RunAsync(
            "aigne-hub.mjs", new Dictionary<string, string>
            {
                ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
                ["HUB_KEY"] = hub.Key,
                ["TEXTS"] = Names(texts),
                ["TOOLS"] = Names(tools),
                ["STRUCTURED"] = Names("openai/gpt-4.1"),
                ["FAULTS"] = Names("sim/no-such", "sim/fail-500", "sim/fail-429", "sim/cut-mid-stream", "openai/rejects"),
            }, packages: NodeClients.Aigne);

        foreach (var (name, way, call) in texts.Concat(tools).SelectMany(name => Ways.Select(way => (name, way, seen[name]![way]!))))
        {
            Expect(name, way, call);
        }

        foreach (var name in tools)
        {
            Assert.Null(seen[name]!["continued"]!["error"]);
        }

        ExpectSignatures(vendors, seen[tools[^1]]!["streamed"]!);
        Assert.Equal("""{"location":"Kyōto"}""", Text(seen["openai/gpt-4.1"]!["whole"]!["json"]));
        Assert.Equal("""{"location":"Kyōto"}""", Text(seen["openai/gpt-4.1"]!["streamed"]!["json"]));
        ExpectErrors(seen, "sim/no-such", "No provider of this hub is known to serve the model 'sim/no-such'.", "model_not_found");
        ExpectErrors(seen, "sim/fail-500", "The provider sim failed (500).", "upstream_error");
        ExpectErrors(seen, "openai/rejects", "No, thanks.", "upstream_rejected_request");
        Assert.Equal("upstream_rate_limited", Text(seen["sim/fail-429"]!["whole"]!["type"]));
        Assert.StartsWith("The provider's stream broke off", Text(seen["sim/cut-mid-stream"]!["streamed"]!["error"]), StringComparison.Ordinal);
        Assert.Equal(("Hello.", "9", "3"), (Text(seen["bare"]!["text"]), Text(seen["bare"]!["usage"]!["inputTokens"]), Text(seen["bare"]!["usage"]!["outputTokens"])));
        var model = Assert.Single(seen["models"]!.AsArray(), row => row!["key"]?.ToString() == "openai/gpt-4o" || (Text(row["provider"]), Text(row["model"])) == ("openai", "gpt-4o"))!;
        Assert.Equal(("0.0000025", "0.00001", "chat"), (Text(model["input_credits_per_token"]), Text(model["output_credits_per_token"]), Text(model["type"])));
    }

    /// <summary>The answer is what the recording of the vendor says, in its own API's words.</summary>
    private static void Expect(string name, string way, JsonNode seen)
    {
        Assert.True(seen["error"] is null, $"{name} {way}: {seen["error"]}");
        Assert.Equal(name, Text(seen["modelWithProvider"]));
        var recording = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (way == "streamed")
        {
            // Streams were recorded in other calls than whole answers: what both hold is told by the tests of each format.
            Assert.True(Text(seen["text"]).Length > 0 || seen["toolCalls"]!.AsArray().Count > 0, $"{name}: {seen}");
        }
        else
        {
            var (text, call, arguments, output) = SaidBy(JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{recording}.json")))!);
            Assert.Equal((text, output), (Text(seen["text"]), seen["usage"]!["outputTokens"]!.GetValue<int>()));
            Assert.Equal(call, Text(seen["toolCalls"]?[0]?["function"]?["name"]));
            Assert.True(JsonNode.DeepEquals(arguments, seen["toolCalls"]?[0]?["function"]?["arguments"]), $"{name}: {seen["toolCalls"]}");
        }
    }

    private static (string Text, string Call, JsonNode? Arguments, int Output) SaidBy(JsonNode answer)
    {
        if (answer["choices"]?[0]?["message"] is { } message)
        {
            var content = message["content"] is JsonArray parts ? parts.FirstOrDefault(p => Text(p!["type"]) == "text")?["text"] : message["content"];
            var function = message["tool_calls"]?[0]?["function"];
            var usage = answer["usage"]!;
            var generated = usage["total_tokens"]!.GetValue<int>() - usage["prompt_tokens"]!.GetValue<int>();
            return (Text(content), Text(function?["name"]), function is null ? null : JsonNode.Parse(Text(function["arguments"])), generated);
        }

        if (answer["content"] is JsonArray blocks)
        {
            var use = blocks.FirstOrDefault(b => Text(b!["type"]) == "tool_use");
            return (
                string.Concat(blocks.Where(b => Text(b!["type"]) == "text").Select(b => Text(b!["text"]))), Text(use?["name"]), use?["input"],
                answer["usage"]!["output_tokens"]!.GetValue<int>());
        }

        var said = answer["candidates"]![0]!["content"]!["parts"]!.AsArray();
        var called = said.FirstOrDefault(p => p!["functionCall"] is not null)?["functionCall"];
        var meta = answer["usageMetadata"]!;
        return (
            string.Concat(said.Where(p => p!["thought"] is null).Select(p => Text(p!["text"]))), Text(called?["name"]), called?["args"],
            meta["candidatesTokenCount"]!.GetValue<int>() + (meta["thoughtsTokenCount"]?.GetValue<int>() ?? 0));
    }

    /// <summary>Google gets its signature back with the call, byte for byte, through the metadata that the client sends back.</summary>
    private static void ExpectSignatures(AnyRecording vendors, JsonNode streamed)
    {
        var signature = Text(streamed["toolCalls"]![0]!["metadata"]!["thoughtSignature"]);
        Assert.True(signature.Length > 1000);
        Assert.Contains(
            vendors.Requests,
            request => request.Path.Contains("gemini3", StringComparison.Ordinal)
                && request.Body["contents"]!.AsArray().Any(c => c!["parts"]!.AsArray().Any(p => Text(p!["thoughtSignature"]) == signature)));
    }

    private static void ExpectErrors(JsonNode seen, string model, string begins, string type)
    {
        foreach (var way in Ways)
        {
            Assert.StartsWith(begins, Text(seen[model]![way]!["error"]), StringComparison.Ordinal);
            Assert.Equal(type, Text(seen[model]![way]!["type"]));
        }
    }

    private static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonValue => node.ToString(),
        _ => node.ToJsonString(Relaxed),
    };

    private static string Names(params string[] names) => new JsonArray([.. names.Select(name => JsonValue.Create(name))]).ToJsonString();

    /// <summary>OpenAI's documented answers: JSON where a schema is given, 400 for one model.</summary>
    private static async Task AnswerAsync(HttpContext context, JsonNode body)
    {
        if (body["model"]!.ToString() == "rejects")
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsJsonAsync(new { error = new { message = "No, thanks.", type = "invalid_request_error" } });
            return;
        }

        var text = body["response_format"] is null ? "Hello." : """{\"location\":\"Kyōto\"}""";
        if (body["stream"]?.GetValue<bool>() != true)
        {
            await context.Response.WriteAsync(FakeUpstream.Answer(text, 9, 3));
            return;
        }

        foreach (var piece in text.Replace("\\", "", StringComparison.Ordinal).Chunk(4))
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk(new string(piece)));
        }

        await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("", "stop"));
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(9, 3));
        await FakeUpstream.WriteEventAsync(context, "[DONE]");
    }
}
