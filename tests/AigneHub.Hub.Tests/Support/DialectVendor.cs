using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AigneHub.Hub.Tests.Management;
using AigneHub.Unit.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// Vendors at one loopback address that speak every dialect, by the path that is called, and keep what they were sent. A model's name
/// ends with what it is to answer (<c>-xcalls-17</c>): one of the answers in <c>Translation/Dialects</c>, or an error status
/// (<c>-x429-18</c>); the number makes it unique.
/// </summary>
internal sealed partial class DialectVendor : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DialectVendor(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>What was sent, by the model's name: dialect, body, and the key it came with.</summary>
    public ConcurrentDictionary<string, (string Dialect, JsonObject Body, string Key)> Requests { get; } = new();

    /// <summary>Requests and answers of each dialect, as its documentation has them.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Dialects { get; } =
        new[] { "chat", "responses", "messages", "gemini", "converse", "cohere" }.ToDictionary(
            name => name,
            name => JsonNode.Parse(File.ReadAllText(Path.Combine(
                Repository.Root, "tests", "AigneHub.Hub.Tests", "Translation", "Dialects", $"{name}.json")))!);

    private static string[] Keys { get; } = [.. Enumerable.Range(1, 10).Select(number => $"k{number}")];

    /// <summary>One provider for each dialect. A refused key is held against one of the ten.</summary>
    public IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var url = Url;
            var keys = string.Join(',', Keys);
            return new Dictionary<string, string?>
            {
                ["AigneHub:Upstream:PrivateNetworks"] = "true",
                ["AigneHub:Gateway:AttemptsMax"] = "1",
                ["CEREBRAS_API_KEY"] = keys,
                ["CEREBRAS_BASE_URL"] = $"{url}/v1",
                ["DEEPSEEK_API_KEY"] = keys,
                ["DEEPSEEK_BASE_URL"] = $"{url}/v1",
                ["PERPLEXITY_API_KEY"] = keys,
                ["PERPLEXITY_BASE_URL"] = $"{url}/v1",
                ["ANTHROPIC_API_KEY"] = keys,
                ["ANTHROPIC_BASE_URL"] = url,
                ["AWS_BEARER_TOKEN_BEDROCK"] = keys,
                ["BEDROCK_BASE_URL"] = url,
                ["COHERE_API_KEY"] = keys,
                ["COHERE_BASE_URL"] = url,
            };
        }
    }

    /// <summary>Google itself serves OpenAI's chat, too; this one speaks its own API alone. Returns the provider's id.</summary>
    public async Task<string> CreateGeminiAsync(Managed managed)
    {
        var gemini = Managed.NewId("gemini");
        await managed.CreateAsync("providers", $$"""{"id":"{{gemini}}","vendor":"custom-gemini","baseUrl":"{{Url}}/v1beta"}""");
        foreach (var key in Keys)
        {
            await managed.CreateAsync("credentials", $$"""{"provider":"{{gemini}}","name":"{{key}}","secret":"{{key}}-of-nobody"}""");
        }

        return gemini;
    }

    public static async Task<DialectVendor> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var vendor = new DialectVendor(app);
        app.MapPost("/{**path}", vendor.AnswerAsync);
        await app.StartAsync();
        return vendor;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var path = context.Request.Path.Value!;
        var (dialect, inPath, streams) = path switch
        {
            _ when path.EndsWith("/chat/completions", StringComparison.Ordinal) => ("chat", null, false),
            _ when path.EndsWith("/responses", StringComparison.Ordinal) => ("responses", null, false),
            _ when path.EndsWith("/v1/messages", StringComparison.Ordinal) => ("messages", null, false),
            _ when path.EndsWith("/v2/chat", StringComparison.Ordinal) => ("cohere", null, false),
            _ when path.Contains("/models/", StringComparison.Ordinal) => (
                "gemini", path[(path.IndexOf("/models/", StringComparison.Ordinal) + 8)..path.LastIndexOf(':')],
                path.EndsWith(":streamGenerateContent", StringComparison.Ordinal)),
            _ => (
                path.Contains("/invoke", StringComparison.Ordinal) ? "messages" : "converse",
                Uri.UnescapeDataString(path["/model/".Length..path.LastIndexOf('/')]),
                path.EndsWith("-stream", StringComparison.Ordinal)),
        };
        var model = inPath ?? body["model"]!.ToString();
        Requests[model] = (dialect, body, context.Request.Headers.Authorization.ToString());
        var wish = Wish().Match(model).Groups[1].Value;
        var answers = Dialects[dialect]["answers"]!;
        if (int.TryParse(wish, out var status))
        {
            context.Response.StatusCode = status;
            await WriteAsync(context, answers["error"]!["whole"]!);
        }
        else if (streams || body["stream"]?.GetValue<bool>() == true)
        {
            await StreamAsync(context, dialect, isBedrock: path.StartsWith("/model/", StringComparison.Ordinal), answers[wish]!["stream"]!.AsArray());
        }
        else
        {
            await WriteAsync(context, answers[wish]!["whole"]!);
        }
    }

    private static Task WriteAsync(HttpContext context, JsonNode document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(document.ToJsonString());
    }

    private static async Task StreamAsync(HttpContext context, string dialect, bool isBedrock, JsonArray events)
    {
        context.Response.ContentType = isBedrock ? "application/vnd.amazon.eventstream" : "text/event-stream";
        foreach (var step in events)
        {
            if (!isBedrock)
            {
                var name = dialect is "messages" or "responses" ? $"event: {step!["type"]}\n" : "";
                await context.Response.WriteAsync($"{name}data: {step!.ToJsonString()}\n\n");
            }
            else if (dialect == "messages")
            {
                await context.Response.Body.WriteAsync(EventStreamFrame.Chunk(step!.ToJsonString()));
            }
            else
            {
                var (type, payload) = step!.AsObject().Single();
                await context.Response.Body.WriteAsync(type.EndsWith("Exception", StringComparison.Ordinal)
                    ? EventStreamFrame.Exception(type, payload!.ToJsonString())
                    : EventStreamFrame.Of([(":message-type", "event"), (":event-type", type)], payload!.ToJsonString()));
            }

            await context.Response.Body.FlushAsync();
        }

        if (dialect == "chat")
        {
            await context.Response.WriteAsync("data: [DONE]\n\n");
        }
    }

    [GeneratedRegex("-x([a-z0-9]+)-[0-9]+$")]
    private static partial Regex Wish();
}
