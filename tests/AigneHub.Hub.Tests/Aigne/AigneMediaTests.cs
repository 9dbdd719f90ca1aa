using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Gateway.Idempotency;
using AigneHub.Hub.Tests.Media;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Aigne;

/// <summary>Images and audio through AIGNE's calls, and what they cost.</summary>
[Collection(HubCollections.Aigne)]
public sealed class AigneMediaTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Client_GetsImagesOfEveryVendor()
    {
        await using var vendors = await MediaVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        var seen = await NodeClients.RunAsync("aigne-images.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["CALLS"] = """
                {"openai/gpt-image-1.5":{"prompt":"An otter","n":1,"outputFileType":"file","modelOptions":{"size":"1024x1536","quality":"high"}},
                 "google/gemini-2.5-flash-image":{"prompt":"A banana","outputFileType":"file"},
                 "ideogram/ideogram-v3":{"prompt":"A cat","n":2,"outputFileType":"url"},
                 "google/gemini-3-pro-image":{"prompt":"forbidden"}}
                """,
        }, packages: NodeClients.Aigne);

        var otter = seen["openai/gpt-image-1.5"]!;
        var file = Assert.Single(otter["images"]!.AsArray())!;
        Assert.Equal(("file", MediaVendors.Png, "image/png"), (Of(file, "type"), Of(file, "data"), Of(file, "mimeType")));
        Assert.Equal(("openai/gpt-image-1.5", "50", "6208"), (Of(otter, "modelWithProvider"), Of(otter["usage"]!, "inputTokens"), Of(otter["usage"]!, "outputTokens")));
        Assert.Equal("""{"model":"gpt-image-1.5","prompt":"An otter","n":1,"size":"1024x1536","quality":"high"}""", vendors.Requests.First(r => r.Path == "/v1/images/generations").Body);
        Assert.Equal(MediaVendors.Png, Of(seen["google/gemini-2.5-flash-image"]!["images"]![0]!, "data"));
        Assert.Equal(("url", "https://ideogram.ai/1.png"), (Of(seen["ideogram/ideogram-v3"]!["images"]![0]!, "type"), Of(seen["ideogram/ideogram-v3"]!["images"]![0]!, "url")));
        Assert.Contains("Unsafe image.", Of(seen["google/gemini-3-pro-image"]!, "error"), StringComparison.Ordinal);
        Assert.Equal("image_generation", Assert.Single(seen["models"]!.AsArray().Select(type => type!.ToString()).Distinct()));
    }

    [Fact]
    public async Task Images_BothForms_AreChargedByWhatCame()
    {
        await using var vendors = await MediaVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        var (id, flat) = await PostAsync(hub, "/api/v2/image/generations", """{"model":"openai/gpt-image-1.5","prompt":"An otter","outputFormat":"png","outputFileType":"url"}""");
        var image = Assert.Single(flat["images"]!.AsArray())!;
        Assert.Equal((MediaVendors.Png, MediaVendors.Png, MediaVendors.Png), (Of(image, "base64"), Of(image, "b64_json"), Of(image, "b64Json")));
        Assert.Equal(MediaVendors.Png, Of(Assert.Single(flat["data"]!.AsArray())!, "b64_json"));
        Assert.Equal("""{"model":"gpt-image-1.5","prompt":"An otter","output_format":"png"}""", vendors.Requests.Last().Body);
        // 10 tokens of text at 5, 40 of images at 8, 6,208 made at 32 USD a million.
        var line = await hub.LedgerLineAsync(id);
        Assert.Equal(("aigne.image_generations", "0.199026"), (Of(line, "api"), Of(line, "cost")));

        var (_, exact) = await PostAsync(hub, "/api/images/generations", """{"model":"openai/gpt-image-1.5","prompt":"An otter"}""");
        Assert.Null(exact["images"]);
        var (_, empty) = await PostAsync(hub, "/api/v2/image", """{"input":{"modelOptions":{"model":"openai/gpt-image-1.5"}}}""", HttpStatusCode.BadRequest);
        Assert.Equal("prompt", Of(empty["error"]!, "param"));
        // Without a model it is DALL·E 2, as AIGNE's clients expect.
        await PostAsync(hub, "/api/v2/image", """{"input":{"prompt":"A hat","image":[]}}""");
        Assert.Equal("""{"model":"dall-e-2","prompt":"A hat"}""", vendors.Requests.Last().Body);
    }

    [Theory]
    [InlineData("/api/v2/image", """{"input":{"prompt":"takes its time","modelOptions":{"model":"openai/gpt-image-1.5"}}}""")]
    [InlineData("/api/v2/image/generations", """{"model":"openai/gpt-image-1.5","prompt":"takes its time"}""")]
    public async Task ConnectionBreaks_TheSameImageAgain_JoinsTheFirst(string path, string body)
    {
        await using var vendors = await MediaVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        using var leave = new CancellationTokenSource();
        var first = hub.Client.PostAsync(new Uri(path, UriKind.Relative), Json(body), leave.Token);
        await Until.TrueAsync(() => Task.FromResult(!vendors.Requests.IsEmpty), "the vendor has the call");
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Until.TrueAsync(() => Task.FromResult(hub.Services.GetRequiredService<Resends>().Abandoned == 1), "the hub has noticed");

        var second = hub.Client.PostAsync(new Uri(path, UriKind.Relative), Json(body));
        vendors.Release();
        using var response = await second;

        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer);
        Assert.Contains(MediaVendors.Png, answer, StringComparison.Ordinal);
        Assert.True(response.Headers.TryGetValues("Idempotent-Replayed", out _));
        Assert.Single(vendors.Requests);
        // A second line would have another id than the first call's, which the repeat has.
        Assert.Equal("0.199026", Of(await hub.LedgerLineAsync(IdOf(response)), "cost"));
    }

    [Fact]
    public async Task Client_EditsImagesOfEveryVendor()
    {
        await using var vendors = await MediaVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        const string File = $$"""{"type":"file","data":"{{MediaVendors.Png}}","mimeType":"image/png"}""";

        var seen = await NodeClients.RunAsync("aigne-images.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["CALLS"] = $$$"""
                {"openai/gpt-image-1.5#one":{"prompt":"A hat","outputFileType":"file","image":[{{{File}}}],"modelOptions":{"quality":"high"}},
                 "openai/gpt-image-1.5#two":{"prompt":"Two hats","n":2,"outputFileType":"file","image":[{{{File}}},{"type":"url","url":"data:image/png;base64,{{{MediaVendors.Png}}}"}]},
                 "google/gemini-2.5-flash-image#one":{"prompt":"A banana","outputFileType":"file","image":[{{{File}}}]},
                 "ideogram/ideogram-v3#one":{"prompt":"A cat","image":[{{{File}}}]}}
                """,
        }, packages: NodeClients.Aigne);

        foreach (var name in new[] { "openai/gpt-image-1.5#one", "openai/gpt-image-1.5#two", "google/gemini-2.5-flash-image#one" })
        {
            Assert.True(seen[name]!["error"] is null, $"{name}: {seen[name]}");
            Assert.Equal(MediaVendors.Png, Of(seen[name]!["images"]![0]!, "data"));
        }

        var edits = vendors.Requests.Where(r => r.Path == "/v1/images/edits").Select(r => r.Body).ToArray();
        var png = Encoding.Latin1.GetString(Convert.FromBase64String(MediaVendors.Png));
        Assert.Contains($"name=\"image\"; filename=\"1.png\"\r\nContent-Type: image/png\r\n\r\n{png}\r\n", edits[0], StringComparison.Ordinal);
        foreach (var field in new[] { "name=\"model\"\r\n\r\ngpt-image-1.5\r\n", "name=\"prompt\"\r\n\r\nA hat\r\n", "name=\"quality\"\r\n\r\nhigh\r\n" })
        {
            Assert.Contains(field, edits[0], StringComparison.Ordinal);
        }

        Assert.Contains("name=\"n\"\r\n\r\n2\r\n", edits[1], StringComparison.Ordinal);
        Assert.Contains($"name=\"image[]\"; filename=\"2.png\"\r\nContent-Type: image/png\r\n\r\n{png}\r\n", edits[1], StringComparison.Ordinal);
        Assert.Contains(MediaVendors.Png, Assert.Single(vendors.Requests, r => r.Body.Contains("banana", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
        Assert.Equal("api_not_served", Of(seen["ideogram/ideogram-v3#one"]!, "type"));
    }

    [Fact]
    public async Task Edits_AreChargedByWhatCame_AndWhatIsNoImageIsRefused()
    {
        await using var vendors = await MediaVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        var (id, flat) = await PostAsync(
            hub, "/api/v2/image/generations", $$"""{"model":"openai/gpt-image-1.5","prompt":"A hat","image":"data:image/png;base64,{{MediaVendors.Png}}"}""");
        Assert.Equal(MediaVendors.Png, Of(flat["images"]![0]!, "base64"));
        var line = await hub.LedgerLineAsync(id);
        Assert.Equal(("aigne.image_generations", "0.199026"), (Of(line, "api"), Of(line, "cost")));

        // Its client fetches addresses itself; the hub has the vendor fetch them.
        const string Address = """{"type":"url","url":"https://pictures.example/1.png"}""";
        await PostAsync(
            hub, "/api/v2/image", $$$$"""{"input":{"prompt":"A far hat","image":[{{{{Address}}}},{"type":"file","data":"{{{{MediaVendors.Png}}}}"}],"modelOptions":{"model":"openai/gpt-image-1.5"}}}""");
        Assert.Equal(
            ("/v1/images/edits", $$"""{"model":"gpt-image-1.5","prompt":"A far hat","images":[{"image_url":"https://pictures.example/1.png"},{"image_url":"data:image/png;base64,{{MediaVendors.Png}}"}]}"""),
            vendors.Requests.Last());
        var (_, far) = await PostAsync(
            hub, "/api/v2/image", $$$$"""{"model":"google/gemini-2.5-flash-image","input":{"prompt":"A far hat","image":{{{{Address}}}}}}""", HttpStatusCode.UnsupportedMediaType);
        Assert.StartsWith("The provider google takes images, not their addresses", Of(far["error"]!, "message"), StringComparison.Ordinal);

        foreach (var image in new[]
        {
            """{"type":"local","path":"/etc/passwd"}""", """{"type":"file","data":"no Base64!"}""", """{"type":"file","data":""}""", "7", "{}", "\"file:///etc/passwd\"",
            "\"data:image/png,AAAA\"", "\"/1.png\"", $"[{string.Join(',', Enumerable.Repeat("\"https://pictures.example/1.png\"", 17))}]",
        })
        {
            var (_, refused) = await PostAsync(hub, "/api/v2/image", $$$$"""{"input":{"prompt":"A hat","image":{{{{image}}}}}}""", HttpStatusCode.BadRequest);
            Assert.Equal((image, "image"), (image, Of(refused["error"]!, "param")));
        }

        var (_, odd) = await PostAsync(
            hub, "/api/v2/image", $$$$"""{"input":{"prompt":"A hat","image":["data:;base64,AAAA"],"modelOptions":{"a\"\r\nb":1}}}""", HttpStatusCode.BadRequest);
        Assert.Contains("no quotes", Of(odd["error"]!, "message"), StringComparison.Ordinal);
        Assert.Equal(2, vendors.Requests.Count);
    }

    [Fact]
    public async Task Audio_IsMeteredAndCharged()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        using var spoken = await hub.Client.PostAsync(new Uri("/api/v2/audio/speech", UriKind.Relative), Json("""{"model":"openai/tts-1","input":"Hi there!","voice":"alloy"}"""));
        Assert.Equal(HttpStatusCode.OK, spoken.StatusCode);
        Assert.StartsWith("audio/", spoken.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        Assert.Equal("0.000135", Of(await hub.LedgerLineAsync(IdOf(spoken)), "cost"));

        using var form = new MultipartFormDataContent
        {
            { new StringContent("openai/gpt-4o-transcribe"), "model" },
            { new ByteArrayContent(new byte[64]), "file", "a.wav" },
        };
        using var heard = await hub.Client.PostAsync(new Uri("/api/v1/audio/transcriptions", UriKind.Relative), form);
        Assert.Equal(AudioVendors.Spoken, Of(JsonNode.Parse(await heard.Content.ReadAsStringAsync())!, "text"));
        Assert.Equal("0.00052", Of(await hub.LedgerLineAsync(IdOf(heard)), "cost"));

        // Two and a half seconds, so three, at 0.0001 USD.
        using var foreign = AudioFiles.Form("openai/whisper-1", new ByteArrayContent(AudioFiles.Wav(40_000)));
        using var translated = await hub.Client.PostAsync(new Uri("/api/v2/audio/translations", UriKind.Relative), foreign);
        Assert.Equal("Good day.", Of(JsonNode.Parse(await translated.Content.ReadAsStringAsync())!, "text"));
        Assert.Equal("/openai/v1/audio/translations", vendors.Calls.Last().Path);
        Assert.Equal("0.0003", Of(await hub.LedgerLineAsync(IdOf(translated)), "cost"));
    }

    private static string Of(JsonNode node, string name) => node[name]?.ToString() ?? "";

    private static string IdOf(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("x-request-id"));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<(string Id, JsonNode Body)> PostAsync(
        TestHub hub, string path, string body, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await hub.Client.PostAsync(new Uri(path, UriKind.Relative), Json(body));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{path}: {(int)response.StatusCode} {text}");
        return (IdOf(response), JsonNode.Parse(text)!);
    }
}
