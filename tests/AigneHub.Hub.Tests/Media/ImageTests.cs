using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Media;

/// <summary>Images through the official client, of vendors that speak OpenAI's API and of others, and what they cost.</summary>
[Collection(HubCollections.Media)]
public sealed class ImageTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task OfficialClient_GetsImagesOfEveryVendor_AndTheirPriceIsOnTheLedger()
    {
        await using var vendors = await MediaVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        await StoreAsync(hub, "xai", "test-image", """{"image":"70000"}""");
        await StoreAsync(hub, "doubao", "test-seedream", """{"image":"30000"}""");
        await StoreAsync(hub, "together", "black-forest-labs/FLUX.1-schnell", """{"image":"2700"}""");
        await StoreAsync(hub, "google", "imagen-test", """{"image":"40000"}""");

        var seen = await NodeClients.RunAsync("images.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["PNG"] = MediaVendors.Png,
        });

        // gpt-image-1.5: 5 USD a million tokens of text, 8 of images read, 32 of images made.
        await AssertAsync("openai", [MediaVendors.Png], "0.199026", "input 10 @5", "image_input 40 @8", "image_output 6208 @32");
        await AssertAsync("openaiEdit", [MediaVendors.Png], "0.199026", "input 10 @5", "image_input 40 @8", "image_output 6208 @32");
        await AssertAsync("azure", [MediaVendors.Png], "0.199026", "input 10 @5", "image_input 40 @8", "image_output 6208 @32");
        await AssertAsync("azureEdit", [MediaVendors.Png], "0.199026", "input 10 @5", "image_input 40 @8", "image_output 6208 @32");
        await AssertAsync("xai", ["https://imgen.x.ai/1.jpeg", "https://imgen.x.ai/2.jpeg"], "0.14", "image 2 @70000");
        await AssertAsync("xaiEdit", ["https://imgen.x.ai/edited.jpeg"], "0.07", "image 1 @70000");
        await AssertAsync("together", [MediaVendors.Png, MediaVendors.Png, MediaVendors.Png], "0.0081", "image 3 @2700");

        // Three were asked for, one of which the vendor's filters took out: two are charged, at 0.03 USD, and no tokens.
        await AssertAsync("doubao", ["https://ark.tos/1.jpeg", "OutputImageSensitiveContentDetected", "https://ark.tos/3.jpeg"], "0.06", "image 2 @30000");
        await AssertLedgerAsync(seen["doubaoStream"]!, "0.06", "image 2 @30000");
        AssertGroupStream(seen["doubaoStream"]!);

        // gemini-2.5-flash-image: 0.30 USD a million tokens read, 30 of images made.
        await AssertAsync("gemini", [MediaVendors.Png], "0.0387021", "input 7 @0.3", "image_output 1290 @30");
        await AssertAsync("geminiEdit", [MediaVendors.Png], "0.0387021", "input 7 @0.3", "image_output 1290 @30");
        await AssertAsync("imagen", [MediaVendors.Png, MediaVendors.Png], "0.08", "image 2 @40000");
        await AssertAsync("ideogram", ["https://ideogram.ai/1.png"], "0.03", "image:turbo 1 @30000");
        Assert.Equal("A cat, asleep", seen["ideogram"]!["revised"]!.ToString());
        Assert.Equal("dropped size.pixels, dropped quality", seen["gemini"]!["warnings"]!.ToString());

        await AssertLedgerAsync(seen["openaiStream"]!, "0.015474", "input 10 @5", "image_input 40 @8", "image_output 472 @32");
        Assert.Equal(["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"], Events("openaiStream"));
        Assert.Equal("image_edit.completed", Events("openaiEditStream").Last());
        Assert.Equal(["image_generation.completed"], Events("geminiStream"));
        Assert.Equal(MediaVendors.LargeImage, seen["geminiStream"]!["image"]!.GetValue<int>());
        Assert.Equal(1297, seen["geminiStream"]!["tokens"]!.GetValue<int>());
        await AssertLedgerAsync(seen["geminiStream"]!, "0.0387021", "input 7 @0.3", "image_output 1290 @30");

        // Two partial images were paid, and the prompt (six tokens) is counted.
        Assert.NotNull(seen["openaiCut"]!["error"]);
        var cut = await AssertLedgerAsync(seen["openaiCut"]!, "0.00643", "input 6 @5", "image_output 200 @32");
        Assert.True(cut["estimated"]!.GetValue<bool>());

        AssertFailed("forbidden", 400, "moderation_blocked", null);
        AssertFailed("geminiForbidden", 400, "upstream_rejected_request", null);
        Assert.Contains("Unsafe image.", seen["geminiForbidden"]!["message"]!.ToString(), StringComparison.Ordinal);
        AssertFailed("geminiStreamForbidden", 400, "upstream_rejected_request", null);
        AssertFailed("geminiUrl", 400, "unsupported_parameter", "response_format");
        AssertFailed("geminiMask", 400, "unsupported_parameter", "mask");
        AssertFailed("togetherEdit", 400, "api_not_served", "model");
        AssertFailed("ideogramStream", 400, "unsupported_parameter", "stream");
        AssertFailed("noFile", 415, "unsupported_media_type", null);
        AssertFailed("noPrompt", 400, "missing_required_parameter", "prompt");
        AssertFailed("chatModel", 400, "api_not_served", "model");

        // A file goes into the JSON of a vendor as Base64, the model's name into the form of another.
        var edit = vendors.Requests.First(r => r.Path == "/v1beta/models/gemini-2.5-flash-image:generateContent" && r.Body.Contains("inlineData", StringComparison.Ordinal));
        var parts = JsonNode.Parse(edit.Body)!["contents"]![0]!["parts"]!.AsArray();
        Assert.Equal([MediaVendors.Png, MediaVendors.Png], parts.Take(2).Select(p => p!["inlineData"]!["data"]!.ToString()));
        Assert.All(parts.Take(2), p => Assert.Equal("image/png", p!["inlineData"]!["mimeType"]!.ToString()));
        Assert.Contains("\r\n\r\ngpt-image-1.5\r\n", vendors.Requests.First(r => r.Path == "/v1/images/edits").Body, StringComparison.Ordinal);

        AssertJsonForVendors([.. vendors.Requests]);

        IEnumerable<string> Events(string name) => seen[name]!["events"]!.AsArray().Select(e => e!.ToString());

        async Task AssertAsync(string name, string[] images, string cost, params string[] lines)
        {
            Assert.Equal(images, seen[name]!["images"]!.AsArray().Select(i => i!.ToString()));
            await AssertLedgerAsync(seen[name]!, cost, lines);
        }

        async Task<JsonNode> AssertLedgerAsync(JsonNode call, string cost, params string[] lines)
        {
            var line = await hub.LedgerLineAsync(call["id"]!.ToString());
            Assert.Equal(lines, line["lines"]!.AsArray().Select(l => $"{l!["kind"]}{(l["form"] is { } form ? $":{form}" : "")} {l["units"]} @{l["pricePerMillion"]}"));
            Assert.Equal(cost, line["cost"]!.ToString());
            return line;
        }

        void AssertFailed(string name, int status, string code, string? param) => Assert.Equal(
            (status, code, param), (seen[name]!["status"]!.GetValue<int>(), seen[name]!["code"]!.ToString(), seen[name]!["param"]?.ToString()));
    }

    private static void AssertGroupStream(JsonNode seen)
    {
        Assert.StartsWith("text/event-stream", seen["type"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            [
                ("image_generation.partial_succeeded", "https://ark.tos/1.jpeg", null),
                ("image_generation.partial_failed", null, "OutputImageSensitiveContentDetected"),
                ("image_generation.partial_succeeded", "https://ark.tos/3.jpeg", null),
                ("image_generation.completed", null, null),
            ],
            seen["events"]!.AsArray().Select(e => (e!["type"]!.ToString(), e["url"]?.ToString(), e["error"]?["code"]?.ToString())));
    }

    /// <summary>What is no member of OpenAI's goes through, with the vendor's name of the model.</summary>
    private static void AssertJsonForVendors(IReadOnlyList<(string Path, string Body)> requests)
    {
        var edit = JsonNode.Parse(requests.Single(r => r.Path == "/xai/images/edits").Body)!;
        Assert.Equal(("test-image", "image_url"), (edit["model"]!.ToString(), edit["image"]!["type"]!.ToString()));
        Assert.Equal($"data:image/png;base64,{MediaVendors.Png}", edit["image"]!["url"]!.ToString());

        var flux = JsonNode.Parse(requests.Single(r => r.Path == "/together/images/generations").Body)!;
        Assert.Equal(("black-forest-labs/FLUX.1-schnell", 4), (flux["model"]!.ToString(), flux["steps"]!.GetValue<int>()));

        var groups = requests.Where(r => r.Path == "/doubao/images/generations").Select(r => JsonNode.Parse(r.Body)!).ToList();
        Assert.Equal([false, true], groups.Select(g => g["stream"] is not null));
        Assert.All(groups, g => Assert.Equal(
            ("test-seedream", "2K", "auto"), (g["model"]!.ToString(), g["size"]!.ToString(), g["sequential_image_generation"]!.ToString())));
    }

    private static async Task StoreAsync(TestHub hub, string provider, string model, string prices)
    {
        using var stored = await hub.Client.PostAsync(new Uri("/api/admin/models", UriKind.Relative), new StringContent(
            $$"""{"provider":"{{provider}}","model":"{{model}}","pricePerMillion":{{prices}}}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.True(stored.IsSuccessStatusCode || stored.StatusCode == System.Net.HttpStatusCode.Conflict, await stored.Content.ReadAsStringAsync());
    }
}
