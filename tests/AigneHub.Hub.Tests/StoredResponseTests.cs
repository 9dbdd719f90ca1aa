using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests;

/// <summary>Responses that a vendor keeps: continued, read and deleted with the credential that made them.</summary>
[Collection(HubCollections.Records)]
public sealed class StoredResponseTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task OfficialClient_ContinuesReadsAndDeletes_WithTheCredentialThatMadeThem()
    {
        await using var vendor = await KeepingVendor.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendor.Settings);

        var seen = await NodeClients.RunAsync("responses.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
        });

        Assert.Equal("My name is Ada. | And now? | Who am I?", seen["third"]!.ToString());
        Assert.Equal("My name is Ada.", seen["read"]!.ToString());
        Assert.Equal("message", Assert.Single(seen["items"]!.AsArray())!.ToString());
        Assert.Equal((404, "response_not_found"), (seen["deleted"]!["status"]!.GetValue<int>(), seen["deleted"]!["code"]!.ToString()));
        Assert.Equal(
            (400, "previous_response_not_found", "previous_response_id"),
            (seen["unknown"]!["status"]!.GetValue<int>(), seen["unknown"]!["code"]!.ToString(), seen["unknown"]!["param"]!.ToString()));
        Assert.Equal("response_not_found", seen["unstored"]!["code"]!.ToString());
        Assert.Equal("previous_response_elsewhere", seen["elsewhere"]!["code"]!.ToString());
        Assert.Empty(vendor.Strangers);
    }

    [Fact]
    public async Task OtherInstanceAndOtherAccount_FindTheirOwnAlone()
    {
        await using var vendor = await KeepingVendor.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendor.Settings);
        await using var other = await TestHub.StartAsync(azurite, settings: vendor.Settings);
        using var made = await hub.Client.PostAsync(
            new Uri("/openai/v1/responses", UriKind.Relative), Json("""{"model":"openai/gpt-5","input":"Ada"}"""));
        var id = JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!.ToString();

        Assert.Equal("Ada", (await other.GetAsync($"/v1/responses/{id}?include[]=a%26b&limit=3&unknown=1"))["output"]![0]!["content"]![0]!["text"]!.ToString());
        Assert.Equal("?include%5B%5D=a%26b&limit=3", vendor.Queries.Last());
        Assert.Equal("Ada", (await other.GetAsync($"/openai/v1/responses/{id}"))["output"]![0]!["content"]![0]!["text"]!.ToString());

        // The same id, made by somebody else: nothing tells the caller that it exists.
        foreach (var (path, status) in new[]
        {
            ($"/v1/responses/{vendor.MakeForAnotherAccount()}", HttpStatusCode.NotFound), ("/v1/responses/a%2Fb", HttpStatusCode.NotFound),
            ($"/v1/responses/{id}?stream=true", HttpStatusCode.BadRequest), ($"/v1/responses/{new string('x', 201)}", HttpStatusCode.NotFound),
        })
        {
            using var response = await other.Client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(status == response.StatusCode, $"{path}: {response.StatusCode}");
            Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]);
        }

        using var anonymous = new HttpClient { BaseAddress = hub.Address };
        using var refused = await anonymous.DeleteAsync(new Uri($"/v1/responses/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var deleted = await other.Client.DeleteAsync(new Uri($"/v1/responses/{id}", UriKind.Relative));
        Assert.True(JsonNode.Parse(await deleted.Content.ReadAsStringAsync())!["deleted"]!.GetValue<bool>());
        Assert.Empty(vendor.Strangers);
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    /// <summary>A vendor with two accounts (keys), of which each knows its own responses alone; an answer says all that was said.</summary>
    private sealed class KeepingVendor : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, (string Key, string Said)> _kept = new();
        private readonly WebApplication _app;
        private int _last;

        private KeepingVendor(WebApplication app) => _app = app;

        public ConcurrentQueue<string> Queries { get; } = new();

        /// <summary>Responses that were asked for with another account's key.</summary>
        public ConcurrentQueue<string> Strangers { get; } = new();

        public Dictionary<string, string?> Settings => new()
        {
            ["OPENAI_API_KEY"] = "sk-one,sk-two",
            ["OPENAI_BASE_URL"] = $"{_app.Urls.First()}/v1",
            ["XAI_API_KEY"] = "xai",
            ["XAI_BASE_URL"] = $"{_app.Urls.First()}/v1",
        };

        public static async Task<KeepingVendor> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var vendor = new KeepingVendor(app);
            app.MapPost("/v1/responses", vendor.CreateAsync);
            app.MapGet("/v1/responses/{id}", vendor.GetAsync);
            app.MapGet("/v1/responses/{id}/input_items", vendor.ListAsync);
            app.MapDelete("/v1/responses/{id}", vendor.DeleteAsync);
            await app.StartAsync();
            return vendor;
        }

        public string MakeForAnotherAccount()
        {
            _kept["resp_another"] = ("sk-one", "secret");
            return "resp_another";
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private static string Document(string id, string text) => new JsonObject
        {
            ["id"] = id,
            ["object"] = "response",
            ["created_at"] = 1,
            ["status"] = "completed",
            ["model"] = "gpt-5",
            ["output"] = new JsonArray(new JsonObject
            {
                ["type"] = "message",
                ["id"] = "msg_1",
                ["role"] = "assistant",
                ["status"] = "completed",
                ["content"] = new JsonArray(new JsonObject { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray() }),
            }),
            ["usage"] = new JsonObject { ["input_tokens"] = 3, ["output_tokens"] = 4, ["total_tokens"] = 7 },
        }.ToJsonString();

        private static Task JsonAsync(HttpContext context, string body, int status = 200)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(body);
        }

        private async Task CreateAsync(HttpContext context)
        {
            var body = (await JsonNode.ParseAsync(context.Request.Body))!;
            var key = KeyOf(context);
            var said = body["input"]!.ToString();
            if (body["previous_response_id"]?.ToString() is { } previous)
            {
                if (Find(context, previous) is not { } before)
                {
                    await JsonAsync(context, """{"error":{"message":"not found","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}""", 400);
                    return;
                }

                said = $"{before} | {said}";
            }

            var id = string.Create(CultureInfo.InvariantCulture, $"resp_{Interlocked.Increment(ref _last)}{Guid.NewGuid():N}");
            if (body["store"]?.GetValue<bool>() != false)
            {
                _kept[id] = (key, said);
            }

            if (body["stream"]?.GetValue<bool>() != true)
            {
                await JsonAsync(context, Document(id, said));
                return;
            }

            context.Response.ContentType = "text/event-stream";
            foreach (var (type, member) in new[]
            {
                ("response.created", $$""","response":{"id":"{{id}}","object":"response","status":"in_progress","output":[]}"""),
                ("response.output_text.delta", $""","item_id":"msg_1","output_index":0,"content_index":0,"delta":"{said}" """),
                ("response.completed", $""","response":{Document(id, said)}"""),
            })
            {
                await context.Response.WriteAsync($$"""
                    event: {{type}}
                    data: {"type":"{{type}}","sequence_number":1{{member}}}


                    """.ReplaceLineEndings("\n"));
                await context.Response.Body.FlushAsync();
            }
        }

        private Task GetAsync(HttpContext context, string id)
        {
            Queries.Enqueue(context.Request.QueryString.ToString());
            return Find(context, id) is { } said
                ? JsonAsync(context, Document(id, said))
                : JsonAsync(context, """{"error":{"message":"Response with id not found.","type":"invalid_request_error","param":null,"code":null}}""", 404);
        }

        private Task ListAsync(HttpContext context, string id) => Find(context, id) is null
            ? JsonAsync(context, "{}", 404)
            : JsonAsync(context, """{"object":"list","data":[{"id":"msg_0","type":"message","role":"user","content":[]}],"first_id":"msg_0","last_id":"msg_0","has_more":false}""");

        private Task DeleteAsync(HttpContext context, string id)
        {
            var found = Find(context, id) is not null && _kept.TryRemove(id, out _);
            return JsonAsync(context, $$"""{"id":"{{id}}","object":"response","deleted":{{(found ? "true" : "false")}}}""", found ? 200 : 404);
        }

        private string? Find(HttpContext context, string id)
        {
            if (!_kept.TryGetValue(id, out var kept))
            {
                return null;
            }

            if (kept.Key != KeyOf(context))
            {
                Strangers.Enqueue(id);
                return null;
            }

            return kept.Said;
        }

        private static string KeyOf(HttpContext context) => context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
    }
}
