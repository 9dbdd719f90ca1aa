using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Media;

/// <summary>The official clients' audio and reranking, and what is charged for each kind.</summary>
[Collection(HubCollections.Media)]
public sealed class AudioAndRerankTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task OfficialClients_EveryKind_SeeTheVendorsAnswersAndAreChargedByThem()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(
            azurite, settings: new Dictionary<string, string?>(vendors.Settings) { ["AigneHub:Upstream:PrivateNetworks"] = "true" });
        await using var managed = new Managed(hub);
        var custom = Managed.NewId("vllm");
        await managed.CreateAsync("providers", $$"""{"id":"{{custom}}","vendor":"custom-openai","baseUrl":"{{vendors.VllmUrl}}"}""");
        await StoreAsync("cohere", "rerank-v3.5", """{"search":"2000"}""");
        await StoreAsync("bedrock", "cohere.rerank-v3-5:0", """{"search":"2000"}""");
        await StoreAsync("azure-openai", "my-tts", """{"character":"15"}""");
        await StoreAsync("azure-openai", "my-translator", """{"second":"100"}""");
        await StoreAsync("groq", "canopylabs/orpheus-v1-english", """{"character":"22"}""");
        await StoreAsync(custom, "by-token", """{"input":"0.02"}""");
        await StoreAsync(custom, "by-search", """{"search":"500"}""");

        var seen = await NodeClients.RunAsync("audio-rerank.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["CUSTOM"] = custom,
        });

        AssertAnswers(seen);
        AssertErrors(seen["errors"]!);
        AssertWhatVendorsGot([.. vendors.Calls]);

        // 0.0001 USD a second: reported, read from the file's header (2.5 s, marked), and with groq's least of ten seconds.
        await ChargedAsync("verbose", "openai/whisper-1", "0.0037", false, ("second", 37));
        await ChargedAsync("vtt", "openai/whisper-1", "0.0003", true, ("second", 3));
        await ChargedAsync("ignored", "openai/whisper-1", "0.0003", true, ("second", 3));
        await ChargedAsync("text", "groq/whisper-large-v3-turbo", "0.000111111", true, ("second", 10));
        await ChargedAsync("azure", "azure-openai/my-whisper", null, true, ("second", 3));

        // 2.5, 6 and 10 USD per million: 4 × 2.5 + 10 × 6 + 45 × 10, and 5 × 2.5 + 15 × 6 + 7 × 10.
        await ChargedAsync("tokens", "openai/gpt-4o-transcribe", "0.00052", false, ("input", 4), ("output", 45), ("audio_input", 10));
        await ChargedAsync("stream", "openai/gpt-4o-transcribe", "0.0001725", false, ("input", 5), ("output", 7), ("audio_input", 15));

        // 9 characters at 15 USD per million; 12 × 0.6 + 34 × 12.
        await ChargedAsync("speech", "openai/tts-1", "0.000135", false, ("character", 9));
        await ChargedAsync("speechEvents", "openai/gpt-4o-mini-tts", "0.0004152", false, ("input", 12), ("audio_output", 34));

        // 10 characters at 15 USD a million, 12 at 22; begun seconds as a verbose answer tells; ten at least, at 0.111 USD an hour.
        await ChargedAsync("azureSpeech", "azure-openai/my-tts", "0.00015", false, ("character", 10));
        await ChargedAsync("groqSpeech", "groq/canopylabs/orpheus-v1-english", "0.000264", false, ("character", 12));
        await ChargedAsync("azureTranslation", "azure-openai/my-translator", "0.0003", false, ("second", 3));
        await ChargedAsync("groqTranslation", "groq/whisper-large-v3", "0.000308333", true, ("second", 10));

        // 0.002 USD a search: as Cohere counts, and as the hub does where nobody counts, a hundred documents each.
        await ChargedAsync("ranked", "cohere/rerank-v3.5", "0.002", false, ("search", 1));
        await ChargedAsync("rankedV1", "cohere/rerank-v3.5", "0.006", false, ("search", 3));
        await ChargedAsync("bedrock", "bedrock/cohere.rerank-v3-5:0", "0.002", true, ("search", 1));
        await ChargedAsync("bedrockMany", "bedrock/cohere.rerank-v3-5:0", "0.006", true, ("search", 3));

        // 41 tokens at 0.02 USD a million; by the search, which this vendor doesn't report, one at 0.0005.
        await ChargedAsync("custom", $"{custom}/by-token", "0.00000082", false, ("input", 41));
        await ChargedAsync("customV1", $"{custom}/by-token", "0.00000082", false, ("input", 41));
        await ChargedAsync("customBySearch", $"{custom}/by-search", "0.0005", true, ("search", 1));

        Task StoreAsync(string provider, string model, string prices) => managed.CreateAsync(
            "models", $$"""{"provider":"{{provider}}","model":"{{model}}","pricePerMillion":{{prices}}}""");

        async Task ChargedAsync(string name, string model, string? cost, bool estimated, params (string Kind, int Units)[] units)
        {
            var line = await hub.LedgerLineAsync(seen["ids"]![name]!.GetValue<string>());
            Assert.Equal((name, model, cost, estimated), (name, line["model"]!.ToString(), line["cost"]?.ToString(), line["estimated"]!.GetValue<bool>()));
            Assert.Equal(units, line["lines"]!.AsArray().Select(l => (l!["kind"]!.ToString(), l["units"]!.GetValue<int>())));
            Assert.Equal("completed", line["outcome"]!.ToString());
        }
    }

    private static void AssertAnswers(JsonNode seen)
    {
        Assert.Equal((AudioVendors.Spoken, "36.709999084472656"), (Text(seen, "verbose", "data", "text"), Text(seen, "verbose", "data", "duration")));
        Assert.Equal(AudioVendors.Spoken, Text(seen, "modelFirst", "data", "text"));
        Assert.Equal((" Hello from groq.", "text/plain; charset=UTF-8"), (Text(seen, "text", "data"), Text(seen, "text", "type")));
        Assert.StartsWith("WEBVTT\n", Text(seen, "vtt", "data"), StringComparison.Ordinal);
        Assert.Equal("text/vtt; charset=utf-8", Text(seen, "vtt", "type"));
        Assert.StartsWith("text/event-stream", Text(seen, "streamType"), StringComparison.Ordinal);
        Assert.Equal(
            ["transcript.text.delta", "transcript.text.delta", "transcript.text.done"], seen["events"]!.AsArray().Select(e => e!["type"]!.ToString()));
        Assert.Equal(("Good day.", "Good day."), (Text(seen, "translated", "text"), Text(seen, "deployment", "text")));
        Assert.Equal(("audio/mpeg", "AQIDBAU="), (Text(seen, "speech", "type"), Text(seen, "speech", "bytes")));
        Assert.Equal(("audio/mpeg", "AQIDBAU="), (Text(seen, "azureSpeech", "type"), Text(seen, "azureSpeech", "bytes")));
        Assert.Equal(("audio/wav", "BgcI"), (Text(seen, "groqSpeech", "type"), Text(seen, "groqSpeech", "bytes")));
        Assert.Equal(("Good day.", "2.5"), (Text(seen, "azureTranslated", "text"), Text(seen, "azureTranslated", "duration")));
        Assert.Equal(("Good day.", "req_01"), (Text(seen, "groqTranslated", "text"), Text(seen, "groqTranslated", "x_groq", "id")));
        Assert.Equal(("AAEC", "34"), (Text(seen["speechEvents"]![0]!, "audio"), Text(seen["speechEvents"]![1]!, "usage", "output_tokens")));
        Assert.StartsWith("text/event-stream", Text(seen, "speechEventsType"), StringComparison.Ordinal);
        Assert.Equal("1", Text(seen["ranked"]!["results"]![0]!, "index"));
        Assert.Equal("1", Text(seen, "ranked", "meta", "billedUnits", "searchUnits"));
        Assert.Equal("1", Text(seen["rankedV1"]!["results"]![0]!, "index"));
        Assert.Equal("0.97", Text(seen["custom"]!["results"]![0]!, "relevanceScore"));
        Assert.Equal("rainy day in the city", Text(seen["custom"]!["results"]![0]!, "document", "text"));
        Assert.Equal("0.9", Text(seen["bedrock"]!["results"]![0]!, "relevanceScore"));
    }

    private static void AssertErrors(JsonNode errors)
    {
        AssertError(errors["noFile"], 400, "missing_required_parameter", "file");
        AssertError(errors["json"], 415, "unsupported_media_type", null);
        AssertError(errors["rejected"], 400, "invalid_language", "language");
        AssertError(errors["speechRejected"], 400, null, "voice");
        AssertError(errors["notServed"], 400, "api_not_served", "model");
        Assert.Equal("400", Text(errors, "emptyDocuments", "status"));
        Assert.Equal("'documents' must hold at least one item.", Text(errors, "emptyDocuments", "body", "message"));
        Assert.Matches("^[0-9a-f]{32}$", Text(errors, "emptyDocuments", "body", "id"));
    }

    private static void AssertError(JsonNode? error, int status, string? code, string? param) =>
        Assert.Equal((status, code, param), (error!["status"]!.GetValue<int>(), error["code"]?.ToString(), error["param"]?.ToString()));

    private static void AssertWhatVendorsGot(IReadOnlyList<VendorCall> calls)
    {
        var verbose = calls[0];
        var file = verbose.Form.Single(part => part.FileName is not null);
        Assert.Equal(("file", "día %221%22.wav", "audio/wav", 40_044L), (file.Name, file.FileName, file.ContentType, file.Bytes));
        Assert.Equal("whisper-1", verbose.Field("model"));
        Assert.Equal(["word", "segment"], verbose.Form.Where(part => part.Name == "timestamp_granularities[]").Select(part => part.Text));
        Assert.Single(calls.SelectMany(call => call.Form).Where(part => part.FileName is not null).Select(part => part.Sha256).Distinct());

        Assert.Equal("gpt-4o-transcribe", calls[1].Form[0].Text);
        Assert.Equal("Jupiter", calls[1].Field("prompt"));
        var groq = calls.Where(call => call.Path.StartsWith("/groq", StringComparison.Ordinal)).ToList();
        Assert.All(groq, call => Assert.Equal("Bearer gsk-groq-0123456789", call.Headers.Authorization));
        Assert.Equal(["whisper-large-v3-turbo", "canopylabs/orpheus-v1-english", "whisper-large-v3"], groq.Select(ModelOf));
        var azure = calls.Where(call => call.Path.StartsWith("/azure", StringComparison.Ordinal)).ToList();
        Assert.All(azure, call => Assert.Equal("azure-0123456789", call.Headers["api-key"].ToString()));
        Assert.Equal(["my-whisper", "my-tts", "my-translator"], azure.Select(ModelOf));
        Assert.Equal("tts-1", calls.First(call => call.Path.EndsWith("/speech", StringComparison.Ordinal)).Body!["model"]!.ToString());

        var bedrock = calls.First(call => call.Path.StartsWith("/bedrock", StringComparison.Ordinal)).Body!;
        Assert.Equal(["api_version", "documents", "query"], bedrock.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(2, bedrock["api_version"]!.GetValue<int>());
        Assert.Equal(
            ["by-token", "by-token", "by-search"],
            calls.Where(call => call.Path == "/vllm/v1/rerank").Select(call => call.Body!["model"]!.ToString()));
    }

    private static string ModelOf(VendorCall call) => call.Field("model") ?? call.Body!["model"]!.ToString();

    private static string Text(JsonNode node, params string[] path) => path.Aggregate(node, (at, name) => at[name]!).ToString();
}
