using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests;

/// <summary>A chat call through the hub to a vendor and back, and what the ledger says of it.</summary>
[Collection(HubCollections.Calls)]
public sealed class ChatTests(AzuriteFixture azurite)
{
    private const string Chat = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hi"}]}""";
    private const string Streamed = """{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task Json_AnswersTheVendorsBytesAndChargesWhatItReported()
    {
        var answer = FakeUpstream.Answer("Hello", prompt: 1000, completion: 500);
        await using var upstream = await FakeUpstream.StartAsync((context, _) =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers["openai-organization"] = "org-of-the-hub";
            context.Response.Headers["x-request-id"] = "req_vendor";
            return context.Response.WriteAsync(answer);
        });
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        using var response = await hub.ChatAsync(Chat);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        Assert.Equal("req_vendor", response.Headers.GetValues("x-upstream-request-id").Single());
        Assert.False(response.Headers.Contains("openai-organization"));
        var sent = Assert.Single(upstream.Requests);
        Assert.Equal("""{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""", sent.Body);
        Assert.Equal("Bearer sk-vendor-secret-0123456789", sent.Headers["Authorization"]);
        Assert.Equal("identity", sent.Headers["Accept-Encoding"]);

        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("openai/gpt-4o", Text(line["model"]));
        Assert.Equal("completed", Text(line["outcome"]));
        Assert.False(line["estimated"]!.GetValue<bool>());
        Assert.Equal("""[["input",1000,"2.5"],["output",500,"10"]]""", Lines(line));
        // 1000 × 2.50 USD / 10⁶ + 500 × 10 USD / 10⁶
        Assert.Equal("0.0075", Text(line["cost"]));
    }

    [Fact]
    public async Task Stream_UsageNotAskedFor_IsMeteredAndKeptFromTheClient()
    {
        await using var upstream = await FakeUpstream.StartAsync(StreamTwoChunksAsync);
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        using var response = await hub.ChatAsync(Streamed);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            $"data: {FakeUpstream.Chunk("Hel")}\n\ndata: {FakeUpstream.Chunk("lo", "stop")}\n\ndata: [DONE]\n\n",
            await response.Content.ReadAsStringAsync());
        Assert.True(JsonNode.Parse(Assert.Single(upstream.Requests).Body)!["stream_options"]!["include_usage"]!.GetValue<bool>());
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("""[["input",3,"2.5"],["cached_input",4,"1.25"],["output",5,"10"]]""", Lines(line));
    }

    [Fact]
    public async Task Stream_UsageAskedFor_ReachesTheClient()
    {
        await using var upstream = await FakeUpstream.StartAsync(StreamTwoChunksAsync);
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        using var response = await hub.ChatAsync(Streamed.Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal));

        Assert.Contains(FakeUpstream.UsageChunk(7, 5, 4), await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_FirstEvent_ArrivesBeforeTheSecondIsSent()
    {
        var arrived = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async (context, _) =>
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("first"));
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("second", "stop"));
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(1, 2));
            await FakeUpstream.WriteEventAsync(context, "[DONE]");
        });
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        using var response = await hub.ChatAsync(Streamed);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Contains("first", await reader.ReadLineAsync(), StringComparison.Ordinal);
        arrived.SetResult();
        Assert.Contains("second", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_SilentUpstream_GetsKeepAliveComments()
    {
        var heard = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            await heard.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await StreamTwoChunksAsync(context, null!);
        });
        await using var hub = await TestHub.StartAsync(
            azurite, upstream, new Dictionary<string, string?> { ["AigneHub:Gateway:KeepAliveSeconds"] = "0.1" });

        using var response = await hub.ChatAsync(Streamed);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal(": keep-alive", await reader.ReadLineAsync());
        heard.SetResult();
        Assert.EndsWith("data: [DONE]\n\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_ClientLeaves_UpstreamIsCancelledAndTheDeliveredIsEstimated()
    {
        var cancelled = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async (context, _) =>
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("one two three four five"));
            context.RequestAborted.Register(cancelled.SetResult);
            await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        });
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        string id;
        using (var response = await hub.ChatAsync(Streamed))
        {
            id = response.Headers.GetValues("x-request-id").Single();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            await reader.ReadLineAsync();
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var line = await hub.LedgerLineAsync(id);
        Assert.Equal("cancelled", Text(line["outcome"]));
        Assert.True(line["estimated"]!.GetValue<bool>());
        Assert.Equal(5, Units(line, "output"));
        Assert.True(Units(line, "input") > 0);
    }

    [Fact]
    public async Task Stream_ClientLeavesUnderDrain_ReportedUsageIsCharged()
    {
        var left = new TaskCompletionSource();
        await using var upstream = await FakeUpstream.StartAsync(async (context, _) =>
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("one"));
            await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
            // The hub sees that its client has gone while the answer goes on.
            for (var i = 0; i < 50; i++)
            {
                await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("."));
                await Task.Delay(20);
            }

            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk(" two", "stop"));
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(70, 30));
            await FakeUpstream.WriteEventAsync(context, "[DONE]");
        });
        await using var hub = await TestHub.StartAsync(
            azurite, upstream, new Dictionary<string, string?> { ["AigneHub:Providers:openai:OnClientGone"] = "drain" });

        string id;
        using (var response = await hub.ChatAsync(Streamed))
        {
            id = response.Headers.GetValues("x-request-id").Single();
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            await reader.ReadLineAsync();
        }

        left.SetResult();
        var line = await hub.LedgerLineAsync(id);
        Assert.Equal("cancelled", Text(line["outcome"]));
        Assert.False(line["estimated"]!.GetValue<bool>());
        Assert.Equal("""[["input",70,"2.5"],["output",30,"10"]]""", Lines(line));
    }

    [Fact]
    public async Task Stream_BreaksMidway_EndsWithAnErrorAndWithoutDone()
    {
        await using var upstream = await FakeUpstream.StartAsync(async (context, _) =>
        {
            await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("one two"));
            throw new IOException("The connection ends here, without the closing chunk.");
        });
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        using var response = await hub.ChatAsync(Streamed);
        var received = "";
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } text)
            {
                received += text + "\n";
            }
        });

        Assert.Contains("upstream_stream_broken", received, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", received, StringComparison.Ordinal);
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("failed", Text(line["outcome"]));
        Assert.Equal(2, Units(line, "output"));
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"Bad temperature","type":"invalid_request_error","param":"temperature","code":null}}""", 400, "Bad temperature")]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided: sk-vend*****"}}""", 502, "upstream_refused_hub")]
    [InlineData(429, """{"error":{"message":"org-1 is over quota"}}""", 429, "upstream_rate_limited")]
    [InlineData(500, "<html>oops</html>", 502, "upstream_error")]
    [InlineData(302, "", 502, "upstream_invalid_response")]
    public async Task VendorError_BecomesAClearError(int vendorStatus, string vendorBody, int status, string expected)
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) =>
        {
            context.Response.StatusCode = vendorStatus;
            context.Response.ContentType = "application/json";
            context.Response.Headers.RetryAfter = "7";
            context.Response.Headers.Location = vendorStatus == 302 ? "http://127.0.0.1:1/elsewhere" : null;
            return context.Response.WriteAsync(vendorBody);
        });
        await using var hub = await TestHub.StartAsync(azurite, upstream);

        using var response = await hub.ChatAsync(Chat);
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(expected, body, StringComparison.Ordinal);
        Assert.DoesNotContain("org-1", body, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-vend", body, StringComparison.Ordinal);
        Assert.Equal(vendorStatus == 429 ? "7" : null, vendorStatus == 429 ? response.Headers.RetryAfter?.ToString() : null);
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("failed", Text(line["outcome"]));
        Assert.Equal("0", Text(line["cost"]));
        Assert.Equal(vendorStatus, line["attempts"]![0]!["status"]!.GetValue<int>());
    }

    private static async Task StreamTwoChunksAsync(HttpContext context, JsonNode request)
    {
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("Hel"));
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("lo", "stop"));
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(7, 5, 4));
        await FakeUpstream.WriteEventAsync(context, "[DONE]");
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static string Lines(JsonNode line) => new JsonArray(
        [.. line["lines"]!.AsArray().Select(l => (JsonNode)new JsonArray(Text(l!["kind"]), l["units"]!.GetValue<long>(), Text(l["pricePerMillion"])))])
        .ToJsonString();

    private static long Units(JsonNode line, string kind) =>
        line["lines"]!.AsArray().Single(l => Text(l!["kind"]) == kind)!["units"]!.GetValue<long>();
}
