using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Telemetry;

/// <summary>What a hub tells of itself: to a collector, to a scraper, in its answers' headers.</summary>
[Collection(HubCollections.Calls)]
public sealed class TelemetryTests(AzuriteFixture azurite)
{
    private const string Prompt = "a prompt that nobody but its vendor may see";
    private const string Answer = "an answer that nobody but its caller may see";
    private const string Token = "scrape-token-0123456789abcdef";
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ParentId = "00f067aa0ba902b7";

    // No other test calls it: listeners hear all hubs of this process.
    private const string Model = "gpt-4.1-nano";

    [Fact]
    public async Task Calls_WithACollector_AreSpansMeasurementsAndLogs_WithoutContentOrKeys()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync((context, body) => AnswerAsync(context, body.ToJsonString()));
        await using var hub = await StartAsync(upstream, collector.Address);
        var good = await CallAsync(hub, "\"stream\":true,");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Matches(@"^auth;dur=[\d.]+, admission;dur=[\d.]+, upstream;dur=[\d.]+, total;dur=[\d.]+$", Header(good, "Server-Timing"));
        Assert.DoesNotContain(upstream.Requests, request => request.Headers.ContainsKey("traceparent"));
        var failed = await CallAsync(hub, "\"user\":\"fail\",");
        Assert.Equal(HttpStatusCode.BadGateway, failed.StatusCode);
        await LeaveAsync(hub);
        using var google = await hub.Client.PostAsync(
            new Uri($"/v1beta/models/{Model}:generateContent?key={hub.Key}", UriKind.Relative),
            new StringContent($$"""{"contents":[{"parts":[{"text":"{{Prompt}}"}]}]}""", Encoding.UTF8, "application/json"));
        var captured = await CallCapturedAsync(hub);
        hub.Services.GetRequiredService<IIncidents>().Report(
            new Incident(IncidentKind.ZoneUnknown, PurseId.OfAccount("telemetry"), null, "to be seen"));

        var call = await Until.NotNullAsync(() => Found(collector.Spans, span => span.Attributes.Values.Contains(Header(good, "x-request-id"))));
        Assert.Equal($"chat openai/{Model}", call.Name);
        Assert.Equal(TraceId, call.TraceId);
        var server = await Until.NotNullAsync(() => Found(collector.Spans, span => span.Id == call.ParentId));
        Assert.Equal(ParentId, server.ParentId);
        (string Name, string Value)[] expected =
        [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", $"openai/{Model}"),
            ("gen_ai.response.model", "gpt-4o"), ("gen_ai.request.stream", "true"), ("gen_ai.usage.input_tokens", "7"),
            ("gen_ai.usage.output_tokens", "5"), ("gen_ai.usage.cache_read.input_tokens", "4"), ("server.address", "127.0.0.1"),
            ("aignehub.outcome", "completed"), ("aignehub.account", "default"), ("aignehub.attempts", "1"),
        ];
        Assert.All(expected, pair => Assert.Equal(pair.Value, call.Attributes[pair.Name]));
        var attempt = await Until.NotNullAsync(() => Found(collector.Spans, span => span.ParentId == call.Id));
        Assert.Equal(("POST", "200"), (attempt.Name, attempt.Attributes["http.response.status_code"]));

        var broken = await Until.NotNullAsync(() => Found(collector.Spans, span => span.Attributes.Values.Contains(Header(failed, "x-request-id"))));
        Assert.Equal("upstream", broken.Attributes["aignehub.blame"]);
        Assert.StartsWith("upstream_", broken.Attributes["error.type"], StringComparison.Ordinal);
        await Until.NotNullAsync(() => Found(collector.Spans, span => span.Attributes.GetValueOrDefault("aignehub.outcome") == "cancelled"
            && span.Attributes.GetValueOrDefault("gen_ai.request.model") == $"openai/{Model}"));

        var told = await Until.NotNullAsync(() => Found(collector.Spans, span => span.Attributes.Values.Contains(captured)));
        Assert.Equal(
            """[{"role":"user","parts":[{"type":"text","content":"one that its account lets be seen"}]}]""",
            told.Attributes["gen_ai.input.messages"]);
        Assert.Equal(
            """[{"role":"assistant","parts":[{"type":"text","content":"seen, too"}],"finish_reason":"stop"}]""", told.Attributes["gen_ai.output.messages"]);

        await PointAsync(collector, "gen_ai.client.token.usage", 1, ("gen_ai.request.model", Model), ("gen_ai.token.type", "input"));
        await PointAsync(collector, "gen_ai.client.operation.time_to_first_chunk", 1, ("gen_ai.request.model", Model));
        await PointAsync(collector, "aignehub.units", 4, ("aignehub.model", $"openai/{Model}"), ("aignehub.unit", "cached_input"));
        await PointAsync(collector, "aignehub.cost.nano", 1, ("aignehub.model", $"openai/{Model}"));
        await PointAsync(collector, "aignehub.attempts", 1, ("aignehub.result", "status_500"), ("aignehub.attempt", "first"));
        await PointAsync(collector, "aignehub.settlement.events", 1);
        await PointAsync(collector, "aignehub.incidents", 1, ("aignehub.incident.kind", "ZoneUnknown"));
        // Of no call and no invocation: alerts on such lines must come, too.
        var incident = await Until.NotNullAsync(() => Found(collector.Logs, log => log.Body.EndsWith("to be seen", StringComparison.Ordinal)));
        Assert.StartsWith("Incident ZoneUnknown: purse account:telemetry", incident.Body, StringComparison.Ordinal);

        string[] secrets = [Prompt, Answer, hub.Key, "sk-vendor-secret", Token];
        Assert.All(secrets, secret => Assert.False(collector.Text.Contains(secret, StringComparison.Ordinal), "An export holds a secret."));
        Assert.NotEqual(HttpStatusCode.Unauthorized, google.StatusCode);
        await AssertScrapedAsync(hub);
    }

    [Fact]
    public async Task Metrics_SwitchedOff_AreNoCallOfTheHub()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var response = await hub.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task AssertScrapedAsync(TestHub hub)
    {
        using var stranger = new HttpClient { BaseAddress = hub.Address };
        using var nobody = await stranger.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", Token + "x");
        using var wrong = await stranger.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        stranger.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        var scraped = await stranger.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var administrator = await hub.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.All([scraped, administrator], text =>
        {
            Assert.Contains("# TYPE aignehub_calls_total counter\n", text, StringComparison.Ordinal);
            Assert.Matches($"aignehub_units_total{{[^}}]*aignehub_model=\"openai/{Model}\"[^}}]*}} [1-9]", text);
            Assert.Contains("aignehub_call_overhead_seconds_bucket{", text, StringComparison.Ordinal);
            Assert.Contains("aignehub_usage_pending ", text, StringComparison.Ordinal);
        });
    }

    private static async Task PointAsync(OtlpCollector collector, string name, long least, params (string Name, string Value)[] attributes) =>
        await Until.NotNullAsync(
            () => Found(collector.Points, point => point.Name == name && point.Value >= least
                && attributes.All(one => point.Attributes.GetValueOrDefault(one.Name) == one.Value)),
            $"{name} of {string.Join(", ", attributes)}");

    private static Task<T?> Found<T>(IEnumerable<T> all, Func<T, bool> isIt)
        where T : class => Task.FromResult(all.FirstOrDefault(isIt));

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private static async Task<HttpResponseMessage> CallAsync(TestHub hub, string more)
    {
        using var request = Request(more);
        var response = await hub.Client.SendAsync(request);
        return response;
    }

    private static HttpRequestMessage Request(string more) => new(HttpMethod.Post, "/v1/chat/completions")
    {
        Headers = { { "traceparent", $"00-{TraceId}-{ParentId}-01" } },
        Content = new StringContent(
            $$"""{"model":"openai/{{Model}}",{{more}}"messages":[{"role":"user","content":"{{Prompt}}"}]}""", Encoding.UTF8,
            "application/json"),
    };

    /// <summary>By an account whose content is captured.</summary>
    /// <returns>The call's id.</returns>
    private static async Task<string> CallCapturedAsync(TestHub hub)
    {
        await PostAsync(hub, "/api/admin/accounts", """{"id":"traced","name":"Traced","captureContent":true}""");
        var key = await PostAsync(hub, "/api/admin/keys", """{"name":"traced","account":"traced"}""");
        using var response = await hub.ChatAsync(
            $$"""{"model":"openai/{{Model}}","stream":true,"messages":[{"role":"user","content":"one that its account lets be seen"}]}""",
            JsonNode.Parse(key)!["key"]!.ToString());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsStringAsync();
        return Header(response, "x-request-id");
    }

    private static async Task<string> PostAsync(TestHub hub, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Headers = { { "Idempotency-Key", "telemetry" } },
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var response = await hub.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    private static async Task LeaveAsync(TestHub hub)
    {
        using var request = Request("\"stream\":true,\"user\":\"hang\",");
        using var response = await hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task AnswerAsync(HttpContext context, string body)
    {
        if (body.Contains("\"fail\"", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 500;
            return;
        }

        if (!body.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(FakeUpstream.Answer(Answer, 7, 5));
            return;
        }

        var seen = body.Contains("lets be seen", StringComparison.Ordinal);
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk(seen ? "seen, too" : Answer));
        if (body.Contains("\"hang\"", StringComparison.Ordinal))
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await FakeUpstream.WriteEventAsync(context, FakeUpstream.Chunk("", "stop"));
        await FakeUpstream.WriteEventAsync(context, FakeUpstream.UsageChunk(7, 5, 4));
        await FakeUpstream.WriteEventAsync(context, "[DONE]");
    }

    private Task<TestHub> StartAsync(FakeUpstream upstream, string collector) => TestHub.StartAsync(
        azurite, upstream,
        new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["AigneHub:Telemetry:Prometheus"] = "true",
            ["AigneHub:Telemetry:ScrapeToken"] = Token,
            ["AigneHub:Telemetry:ServerTiming"] = "true",
        });
}
