using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Aigne;

/// <summary>AIGNE's model calls as they are on the wire, and what they cost.</summary>
[Collection(HubCollections.Aigne)]
public sealed class AigneChatTests(AzuriteFixture azurite)
{
    private const string Ask = """{"agent":"$CHAT_MODEL","input":{"messages":[{"role":"user","content":"Hi"}],"modelOptions":{"model":"sim/chat-fast"}},"options":{"streaming":true}}""";

    [Fact]
    public async Task Chat_Streamed_HasTheFramesOfTheClientAlone()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var response = await PostAsync(hub, "/api/v2/chat", Ask, project: "z1App%20one");

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.CacheControl!.NoCache);
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        var frames = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        var data = frames.Select(frame =>
        {
            Assert.StartsWith("data: {\"delta\":{", frame, StringComparison.Ordinal);
            return JsonNode.Parse(frame["data: ".Length..])!["delta"]!.AsObject();
        }).ToArray();
        Assert.Equal("""{"json":{"model":"chat-fast"}}""", data[0].ToJsonString());
        Assert.All(data[1..^1], delta => Assert.Equal("text", Assert.Single(delta["text"]!.AsObject()).Key));
        var last = data[^1]["json"]!;
        Assert.Equal("sim/chat-fast", last["modelWithProvider"]!.ToString());
        Assert.Equal(73, last["usage"]!["outputTokens"]!.GetValue<int>());
        Assert.Null(last["usage"]!["creditPrefix"]);
        Assert.Null(last["usage"]!["aigneHubCredits"]);
        Assert.Equal(RequestId(response), last["usage"]!["modelCallId"]!.ToString());

        var line = await hub.LedgerLineAsync(RequestId(response));
        Assert.Equal(("aigne.chat", "app:z1App one", "completed", "sim/chat-fast"), (Of(line, "api"), Of(line, "project"), Of(line, "outcome"), Of(line, "model")));
        Assert.Equal(73, line["lines"]!.AsArray().Single(l => Of(l!, "kind") == "output")!["units"]!.GetValue<int>());
    }

    [Fact]
    public async Task Chat_Whole_IsOneDocument()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        var body = Ask.Replace("true", "false", StringComparison.Ordinal);

        var answer = await AnswerAsync(hub, "/api/v2/chat", body);
        Assert.Equal(73, answer["usage"]!["outputTokens"]!.GetValue<int>());
        Assert.Equal("chat-fast", answer["model"]!.ToString());
        Assert.Equal(
            answer["text"]!.ToString(), (await AnswerAsync(hub, "/api/v1/sdk/chat", body))["text"]!.ToString());
    }

    /// <summary>A status and the error's object before a stream; a named event and a broken connection within it.</summary>
    [Fact]
    public async Task Chat_Errors_HaveAignesForm()
    {
        await using var hub = await TestHub.StartAsync(azurite);

        using var unknown = await PostAsync(hub, "/api/v2/chat", Ask.Replace("chat-fast", "none-such", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        var error = JsonNode.Parse(await unknown.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal(("model_not_found", "model"), (Of(error, "type"), Of(error, "param")));
        Assert.True(DateTimeOffset.Parse(Of(error, "timestamp"), System.Globalization.CultureInfo.InvariantCulture) > DateTimeOffset.UtcNow.AddMinutes(-1));

        using var local = await PostAsync(
            hub, "/api/v2/chat", Ask.Replace("\"Hi\"", """[{"type":"local","path":"/etc/hosts"}]""", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, local.StatusCode);
        Assert.Contains("input.messages[0].content[0]", await local.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var nobody = await PostAsync(hub, "/api/v2/chat", Ask, key: "nobody");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);

        using var nowhere = await PostAsync(hub, "/api/v2/dance", Ask);
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        Assert.Equal("unknown_url", Of(JsonNode.Parse(await nowhere.Content.ReadAsStringAsync())!["error"]!, "type"));

        using var cut = await PostAsync(hub, "/api/v2/chat", Ask.Replace("chat-fast", "cut-mid-stream", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, cut.StatusCode);
        var (text, broke) = await ReadAsync(cut);
        Assert.True(broke);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("event: error", lines[^2]);
        var told = JsonNode.Parse(lines[^1]["data: ".Length..])!;
        Assert.Equal(["message", "type"], told.AsObject().Select(member => member.Key));
        Assert.Equal("upstream_stream_broken", Of(told, "type"));
    }

    [Fact]
    public async Task Completions_WholeByHeaderByBody_AreSuperset()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        const string Body = """{"model":"sim/chat-fast","messages":[{"role":"user","content":"Hi"}],"maxTokens":5}""";

        var whole = await AnswerAsync(hub, "/api/v2/chat/completions", Body);
        Assert.Equal(
            (whole["text"]!.ToString(), "length", 5), (whole["choices"]![0]!["message"]!["content"]!.ToString(), Of(whole["choices"]![0]!, "finish_reason"), whole["usage"]!["outputTokens"]!.GetValue<int>()));

        using var framed = await PostAsync(hub, "/api/v2/completions", """{"prompt":"Hi","model":"sim/chat-fast","max_tokens":5}""", accept: "text/event-stream");
        var frames = (await framed.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(whole["text"]!.ToString(), string.Concat(frames[..^1].Select(frame => JsonNode.Parse(frame["data: ".Length..])!["delta"]!["content"]!.ToString())));
        Assert.Equal(5, JsonNode.Parse(frames[^1]["data: ".Length..])!["usage"]!["completionTokens"]!.GetValue<int>());

        using var streamed = await PostAsync(
            hub, "/api/v1/chat/completions", Body.Insert(1, "\"stream\":true,"), accept: "application/json, text/event-stream");
        var chunks = (await streamed.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", chunks[^1]);
        Assert.All(chunks[..^1], chunk => Assert.Equal("chat.completion.chunk", Of(JsonNode.Parse(chunk["data: ".Length..])!, "object")));

        using var failed = await PostAsync(hub, "/api/v2/chat/completions", """{"prompt":"Hi","model":"sim/cut-mid-stream"}""", accept: "text/event-stream");
        var (text, broke) = await ReadAsync(failed);
        Assert.True(broke);
        var error = JsonNode.Parse(text.Split("data: ")[^1])!["error"]!;
        Assert.Equal("upstream_stream_broken", Of(error, "type"));
    }

    /// <summary>The default is what AIGNE's clients expect, and so are the aliases of OpenAI's API.</summary>
    [Fact]
    public async Task Calls_WithoutModelAndAtAliases_AreServed()
    {
        await using var openai = await FakeUpstream.StartAsync(
            async (context, _) => await context.Response.WriteAsync(FakeUpstream.Answer("Hello.", 9, 3)));
        await using var hub = await TestHub.StartAsync(azurite, openai);

        using var chat = await PostAsync(hub, "/api/v2/chat", """{"input":{"messages":[{"role":"user","content":"Hi"}]}}""");
        Assert.Equal("openai/gpt-5-mini", Of(JsonNode.Parse(await chat.Content.ReadAsStringAsync())!, "modelWithProvider"));
        var line = await hub.LedgerLineAsync(RequestId(chat));
        // 9 tokens at 0.25, 3 at 2 USD a million.
        Assert.Equal(("aigne.chat", "0.00000825"), (Of(line, "api"), Of(line, "cost")));
        Assert.Equal("openai/gpt-5-mini", (await AnswerAsync(hub, "/api/v2/chat/completions", """{"prompt":"Hi"}"""))["modelWithProvider"]!.ToString());
        // A bare name goes to the provider that is known to serve it.
        Assert.Equal("openai/gpt-4o", (await AnswerAsync(hub, "/api/v2/chat/completions", """{"model":"gpt-4o","prompt":"Hi"}"""))["modelWithProvider"]!.ToString());
        foreach (var path in (string[])["/chat/completions", "/api/chat/completions"])
        {
            var answer = await AnswerAsync(hub, path, """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}""");
            Assert.Equal(FakeUpstream.Answer("Hello.", 9, 3), answer.ToJsonString());
        }

        Assert.Equal(["gpt-5-mini", "gpt-5-mini", "gpt-4o", "gpt-4o", "gpt-4o"], openai.Requests.Select(r => JsonNode.Parse(r.Body)!["model"]!.ToString()));
    }

    [RecordedFact]
    public async Task Embeddings_BothForms_AreOpenAisList()
    {
        await using var vendors = await RecordedVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        var nested = await AnswerAsync(hub, "/api/v2/embeddings", """{"input":{"input":["a","b"],"modelOptions":{"model":"openai/text-embedding-3-small","encodingFormat":"float"}}}""");
        var flat = await AnswerAsync(hub, "/api/v2/embeddings", """{"model":"openai/text-embedding-3-small","input":["a","b"],"encoding_format":"float"}""");
        Assert.Equal("list", Of(nested, "object"));
        Assert.True(nested["data"]!.AsArray().Count > 0);
        Assert.Equal(flat.ToJsonString(), nested.ToJsonString());
        using var priced = await PostAsync(hub, "/api/v2/embeddings", """{"input":{"input":"a","modelOptions":{"model":"openai/text-embedding-3-small"}}}""");
        var line = await hub.LedgerLineAsync(RequestId(priced));
        // 12 tokens at 0.02 USD a million.
        Assert.Equal(("aigne.embeddings", "0.00000024"), (Of(line, "api"), Of(line, "cost")));
        var sent = vendors.Requests.Select(request => request.Body.AsObject().OrderBy(member => member.Key).Select(member => $"{member}")).ToArray();
        Assert.Equal(sent[1], sent[0]);

        using var missing = await PostAsync(hub, "/api/v2/embeddings", """{"input":{"input":"a"}}""");
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        Assert.Equal("model", Of(JsonNode.Parse(await missing.Content.ReadAsStringAsync())!["error"]!, "param"));
    }

    private static string Of(JsonNode node, string name) => node[name]?.ToString() ?? "";

    private static string RequestId(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("x-request-id"));

    private static async Task<JsonNode> AnswerAsync(TestHub hub, string path, string body)
    {
        using var response = await PostAsync(hub, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<HttpResponseMessage> PostAsync(
        TestHub hub, string path, string body, string? accept = null, string? project = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (project is not null)
        {
            request.Headers.Add("x-aigne-hub-client-did", project);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>What came, and whether the connection broke.</summary>
    private static async Task<(string Text, bool Broke)> ReadAsync(HttpResponseMessage response)
    {
        await using var stream = await response.Content.ReadAsStreamAsync();
        using var text = new MemoryStream();
        try
        {
            await stream.CopyToAsync(text);
            return (Encoding.UTF8.GetString(text.ToArray()), false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (Encoding.UTF8.GetString(text.ToArray()), true);
        }
    }
}
