using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Gateway.Idempotency;
using AigneHub.Hub.Tests.Media;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Aigne;

/// <summary>Videos through AIGNE's call, which waits for them; each is begun and charged once.</summary>
[Collection(HubCollections.Aigne)]
public sealed class AigneVideoTests(AzuriteFixture azurite)
{
    private const string Veo = "google/veo-3.1-generate-preview";

    [Fact]
    public async Task Client_GetsVideosOfEveryVendor_AndTheirPriceIsOnTheLedger()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        await VideoTests.StoreSoraAsync(hub);

        var seen = await NodeClients.RunAsync("aigne-videos.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["CALLS"] = """
                {"sora":{"model":"openai/sora-2","input":{"prompt":"A cat","seconds":"8","size":"1280x720"}},
                 "veo":{"model":"VEO","input":{"prompt":"A dog","seconds":"4","size":"1080x1920"}},
                 "wrong":{"model":"VEO","input":{"prompt":"goes wrong"}},
                 "hat":{"model":"VEO","input":{"prompt":"A hat","seconds":"4","image":{"type":"file","data":"PNG"}}},
                 "cap":{"model":"openai/sora-2","input":{"prompt":"A cap","image":{"type":"file","data":"PNG"}}},
                 "far":{"model":"openai/sora-2","input":{"prompt":"A far cap","image":{"type":"url","url":"https://pictures.example/1.png"}}},
                 "away":{"model":"VEO","input":{"prompt":"A far hat","image":{"type":"url","url":"https://pictures.example/1.png"}}}}
                """.Replace("VEO", Veo, StringComparison.Ordinal).Replace("PNG", MediaVendors.Png, StringComparison.Ordinal),
        }, packages: NodeClients.Aigne);

        foreach (var (name, model, seconds, cost) in new[] { ("sora", "openai/sora-2", "8", "2.4"), ("veo", Veo, "4", "1.6") })
        {
            var answer = seen[name]!;
            Assert.True(answer["error"] is null, answer.ToJsonString());
            var file = Assert.Single(answer["videos"]!.AsArray())!;
            Assert.Equal(("file", "video/mp4"), (Of(file, "type"), Of(file, "mimeType")));
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(VideoVendors.Mp4)), Of(file, "data"));
            Assert.Equal((seconds, model, model.Split('/')[1]), (Of(answer, "seconds"), Of(answer, "modelWithProvider"), Of(answer, "model")));
            // The client drops the call's id out of the usage.
            var line = await hub.LedgerLineAsync(Of(file, "filename")["video_".Length..^".mp4".Length]);
            Assert.Equal(("aigne.video", cost, "completed"), (Of(line, "api"), Of(line, "cost"), Of(line, "outcome")));
        }

        Assert.StartsWith("The video was filtered. (video_", Of(seen["wrong"]!, "error"), StringComparison.Ordinal);
        Assert.Equal("video_failed", Of(seen["wrong"]!, "type"));
        Assert.Equal(
            """{"model":"sora-2","prompt":"A cat","size":"1280x720","seconds":"8"}""",
            Assert.Single(vendors.Requests, r => r.Call == "POST /v1/videos" && r.Body.Contains("A cat", StringComparison.Ordinal)).Body);
        Assert.Contains(MediaVendors.Png, Assert.Single(vendors.Requests, r => r.Body.Contains("A hat", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
        Assert.Contains(
            $"name=\"input_reference\"; filename=\"1.png\"\r\nContent-Type: image/png\r\n\r\n{Encoding.Latin1.GetString(Convert.FromBase64String(MediaVendors.Png))}\r\n",
            Assert.Single(vendors.Requests, r => r.Body.Contains("A cap", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
        Assert.Equal(
            """{"model":"sora-2","prompt":"A far cap","input_reference":{"image_url":"https://pictures.example/1.png"}}""",
            Assert.Single(vendors.Requests, r => r.Body.Contains("A far cap", StringComparison.Ordinal)).Body);
        Assert.StartsWith("For Veo send", Of(seen["away"]!, "error"), StringComparison.Ordinal);
        foreach (var name in new[] { "hat", "cap", "far" })
        {
            Assert.Single(seen[name]!["videos"]!.AsArray());
        }

        Assert.Empty(vendors.Strangers);
        var models = seen["models"]!.AsArray();
        Assert.Equal("video", Assert.Single(models.Select(model => Of(model!, "type")).Distinct()));
        foreach (var (name, price) in new[] { ("openai/sora-2", "0.3"), (Veo, "0.6") })
        {
            var model = Assert.Single(models, model => $"{model!["provider"]}/{model["model"]}" == name)!;
            Assert.Equal((name, price), (name, Of(model, "output_credits_per_token")));
            Assert.Equal("true", (await hub.GetAsync($"/api/v2/status?model={name}"))["available"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task VideoThatTakesTooLong_IsNamed_ChargedAndToBeHadLater()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(
            azurite, settings: new Dictionary<string, string?>(vendors.Settings) { ["AigneHub:Gateway:AnswerSecondsMax"] = "4" });

        using var response = await SendAsync(hub, "/api/v2/video/generations", $$"""{"model":"{{Veo}}","prompt":"A cat","seconds":4}""");

        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal((HttpStatusCode.GatewayTimeout, "video_not_ready"), (response.StatusCode, Of(error, "code")));
        var id = response.Headers.GetValues("x-request-id").Single();
        Assert.Contains($"GET /v1/videos/video_{id} tells", Of(error, "message"), StringComparison.Ordinal);
        Assert.Equal("1.6", Of(await hub.LedgerLineAsync(id), "cost"));
        Assert.Equal("in_progress", Of(await hub.GetAsync($"/v1/videos/video_{id}"), "status"));
    }

    [Fact]
    public async Task ConnectionBreaks_TheSameCallAgain_GetsTheVideoThatHasBegun()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var body = """{"input":{"prompt":"A cat","modelOptions":{"model":"VEO"}}}""".Replace("VEO", Veo, StringComparison.Ordinal);
        using var leave = new CancellationTokenSource();
        var first = SendAsync(hub, "/api/v2/video", body, leave.Token);
        await Until.TrueAsync(() => Task.FromResult(vendors.Requests.Any(r => r.Call.StartsWith("GET ", StringComparison.Ordinal))), "the hub waits");
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Until.TrueAsync(
            () => Task.FromResult(hub.Services.GetRequiredService<Resends>().Abandoned == 1), "the hub has noticed");

        using var second = await SendAsync(hub, "/api/v2/video", body);

        var answer = JsonNode.Parse(await second.Content.ReadAsStringAsync())!;
        Assert.True(second.StatusCode == HttpStatusCode.OK, answer.ToJsonString());
        Assert.Equal(VideoVendors.Mp4, Convert.FromBase64String(Of(answer["videos"]![0]!, "data")));
        Assert.Single(vendors.Requests, r => r.Call.StartsWith("POST ", StringComparison.Ordinal));
        // Whoever waits, the call is on the ledger once: a second line would have another id.
        Assert.Equal("3.2", Of(await hub.LedgerLineAsync(Of(answer["usage"]!, "modelCallId")), "cost"));
    }

    private static string Of(JsonNode node, string name) => node[name]?.ToString() ?? "";

    private static Task<HttpResponseMessage> SendAsync(
        TestHub hub, string path, string body, CancellationToken cancellationToken = default) => hub.Client.PostAsync(
            new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), cancellationToken);
}
