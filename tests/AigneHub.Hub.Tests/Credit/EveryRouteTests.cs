using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Functions;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Hub.Tests.Credit;

/// <summary>A budget that is used up is no way's to go round: not another route's, not another end user's.</summary>
[Collection(HubCollections.Faults)]
public sealed class EveryRouteTests(AzuriteFixture azurite)
{
    private const string Chat = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"Hi"}]}""";
    private static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private const string Rank = """{"model":"cohere/rerank-with-a-price","query":"a","documents":["b"]}""";
    private const string Recording = "form:model=openai/whisper-1";

    /// <summary>Every route that takes a call of a model, with a call that costs something.</summary>
    private static readonly (string Route, string Path, string Body)[] Calls =
    [
        ("v1/chat/completions", "", Chat),
        ("v1/responses", "", """{"model":"openai/gpt-4o","input":"Hi"}"""),
        ("v1/completions", "", """{"model":"openai/gpt-3.5-turbo-instruct","prompt":"Hi"}"""),
        ("v1/embeddings", "", """{"model":"openai/text-embedding-3-small","input":"Hi"}"""),
        ("v1/images/generations", "", """{"model":"sim/image","prompt":"A cat"}"""),
        ("v1/images/edits", "", "form:model=openai/gpt-image-1,prompt=A cat"),
        ("v1/videos", "", """{"model":"sim/video","prompt":"A cat","seconds":"4"}"""),
        ("v1/audio/speech", "", """{"model":"openai/tts-1","input":"Hi","voice":"alloy"}"""),
        ("v1/audio/transcriptions", "", Recording),
        ("v1/audio/translations", "", Recording),
        ("v1/messages", "", """{"model":"openai/gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}"""),
        ("v1beta/models/{*path}", "v1beta/models/openai%2Fgpt-4o:generateContent", """{"contents":[{"parts":[{"text":"Hi"}]}]}"""),
        ("v1beta/models/{*path}", "v1beta/models/openai%2Fgpt-4o:streamGenerateContent?alt=sse", """{"contents":[{"parts":[{"text":"Hi"}]}]}"""),
        ("openai/deployments/{*path}", "openai/deployments/openai%2Fgpt-4o/chat/completions?api-version=2024-10-21", Chat),
        ("openai/v1/{*operation}", "openai/v1/chat/completions", Chat),
        ("openai/responses", "openai/responses?api-version=2025-04-01-preview", """{"model":"openai/gpt-4o","input":"Hi"}"""),
        ("v1/rerank", "", Rank),
        ("v2/rerank", "", Rank),
        ("chat/completions", "", Chat),
        ("api/chat/completions", "", Chat),
        ("api/embeddings", "", """{"model":"openai/text-embedding-3-small","input":"Hi"}"""),
        ("api/images/generations", "", """{"model":"sim/image","prompt":"A cat"}"""),
        ("api/v2/{*operation}", "api/v2/chat", """{"input":{"modelOptions":{"model":"openai/gpt-4o"},"messages":[{"role":"user","content":"Hi"}]}}"""),
        ("api/v2/{*operation}", "api/v2/chat/completions", Chat),
        ("api/v2/{*operation}", "api/v2/embeddings", """{"model":"openai/text-embedding-3-small","input":"Hi"}"""),
        ("api/v2/{*operation}", "api/v2/image/generations", """{"model":"sim/image","prompt":"A cat"}"""),
        ("api/v2/{*operation}", "api/v2/image", """{"input":{"prompt":"A cat","image":[{"type":"file","data":"iVBORw0KGgo="}],"modelOptions":{"model":"openai/gpt-image-1"}}}"""),
        ("api/v2/{*operation}", "api/v2/video/generations", """{"model":"sim/video","prompt":"A cat","seconds":4}"""),
        ("api/v2/{*operation}", "api/v2/audio/speech", """{"model":"openai/tts-1","input":"Hi","voice":"alloy"}"""),
        ("api/v1/{*operation}", "api/v1/sdk/chat/completions", Chat),
    ];

    /// <summary>Nothing is to be paid for these: counting, and moderation, which OpenAI makes for nothing.</summary>
    private static readonly string[] Others = ["v1/messages/count_tokens", "v1/moderations"];

    [Fact]
    public void Routes_ThatTakeModelCalls_AreAllHere() => Assert.Equal(
        from type in typeof(UsageFunctions).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
        where method.GetCustomAttribute<FunctionAttribute>() is not null
        from parameter in method.GetParameters()
        let http = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where http is not null && http.Methods!.Contains("post")
        let route = http.Route!
        where route != "{*path}"
        where !new[] { "api/admin/", "api/me/", "api/payments/", "api/invitations/" }.Any(other => route.StartsWith(other, StringComparison.Ordinal))
        orderby route
        select route,
        Calls.Select(call => call.Route).Concat(Others).Distinct().Order());

    [Fact]
    public async Task NothingLeft_OnEveryRoute_IsRefusedAndNothingIsSent()
    {
        await using var upstream = await FakeUpstream.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await using var hub = await TestHub.StartAsync(azurite, upstream, new Dictionary<string, string?>
        {
            ["COHERE_API_KEY"] = "co-vendor-secret-0123456789",
            ["COHERE_BASE_URL"] = $"{upstream.BaseUrl}",
        });
        await using var managed = new Managed(hub);
        await managed.CreateAsync("models", """{"provider":"cohere","model":"rerank-with-a-price","pricePerMillion":{"search":"2000"}}""");
        var (_, key) = await hub.NewAccountAsync(1);
        var passed = new List<string>();
        foreach (var (route, path, body) in Calls)
        {
            using var response = await SendAsync(hub, key, path.Length > 0 ? path : route, body);
            var text = await response.Content.ReadAsStringAsync();
            if (response.StatusCode != HttpStatusCode.PaymentRequired)
            {
                passed.Add($"{route} {path}: {(int)response.StatusCode} {text}");
            }
            else if (body == Rank)
            {
                Assert.Contains("USD left, and this call may cost up to 0.002", JsonNode.Parse(text)!["message"]!.ToString(), StringComparison.Ordinal);
            }
        }

        // Without a price a call is not made either: the catalogue has none of rankings.
        using (var response = await SendAsync(hub, key, "v2/rerank", Rank.Replace("with-a-price", "v3.5", StringComparison.Ordinal)))
        {
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains("no price", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.True(passed.Count == 0, string.Join('\n', passed));
        Assert.Empty(upstream.Requests);
    }

    /// <summary>Whoever a call says it is for, it is charged to the key's purses.</summary>
    [Fact]
    public async Task NothingLeft_ForAnyEndUser_IsRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync((_, _) => Task.CompletedTask);
        await using var hub = await TestHub.StartAsync(azurite, upstream);
        var (_, key) = await hub.NewAccountAsync(1);
        foreach (var (header, value) in new[]
        {
            ("OpenAI-Project", "another"), ("OpenAI-Organization", "another"), ("x-aigne-hub-client-did", "zNKanother"),
            ("x-litellm-end-user-id", "another"), ("X-Forwarded-User", "another"), ("x-request-id", "another"),
        })
        {
            using var response = await SendAsync(
                hub, key, "v1/chat/completions", Chat[..^1] + ""","user":"never-seen","safety_identifier":"never-seen"}""", (header, value));
            Assert.Equal((header, HttpStatusCode.PaymentRequired), (header, response.StatusCode));
        }

        Assert.Empty(upstream.Requests);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestHub hub, string key, string path, string body, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (header is { } extra)
        {
            request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        }

        request.Content = body.StartsWith("form:", StringComparison.Ordinal)
            ? Form(body["form:".Length..])
            : new StringContent(body, Encoding.UTF8, "application/json");
        return await hub.Client.SendAsync(request);
    }

    private static MultipartFormDataContent Form(string fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var field in fields.Split(','))
        {
            form.Add(new StringContent(field[(field.IndexOf('=') + 1)..]), field[..field.IndexOf('=')]);
        }

        var (file, name, type) = fields.Contains("image", StringComparison.Ordinal) ? (Pixel, "image", "image/png") : (Wave(), "file", "audio/wav");
        form.Add(new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(type) } }, name, name);
        return form;
    }

    /// <summary>A second of silence: 8,000 samples of a byte.</summary>
    private static byte[] Wave()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + 8_000);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(8_000);
        writer.Write(8_000);
        writer.Write((short)1);
        writer.Write((short)8);
        writer.Write("data"u8);
        writer.Write(8_000);
        writer.Write(new byte[8_000]);
        return stream.ToArray();
    }
}
