using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// OpenAI, Azure OpenAI, Anthropic and Google at one loopback address, each at its own paths, answering with recorded answers: tool calls
/// where tools are offered, else text.
/// Models called <c>overloaded</c> and <c>no-such</c> are answered with the vendors' documented errors
/// (https://docs.claude.com/en/api/errors, https://ai.google.dev/gemini-api/docs/troubleshooting).
/// </summary>
internal sealed class RecordedVendors : IAsyncDisposable
{
    private const string AzureChat =
        """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";

    private const string Overloaded = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}""";

    private const string NoSuchModel =
        """{"error":{"code":400,"message":"* GenerateContentRequest.model: unexpected model name format","status":"INVALID_ARGUMENT"}}""";

    private static readonly string Folder = Environment.GetEnvironmentVariable(RecordedFactAttribute.Variable) ?? "";
    private readonly WebApplication _app;

    private RecordedVendors(WebApplication app) => _app = app;

    /// <summary>Path and query, and the headers that authenticate or version a call.</summary>
    public ConcurrentQueue<(string Path, IHeaderDictionary Headers, JsonNode Body)> Requests { get; } = new();

    public IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var url = _app.Urls.First();
            return new Dictionary<string, string?>
            {
                ["OPENAI_API_KEY"] = "sk-o",
                ["OPENAI_BASE_URL"] = $"{url}/openai-vendor/v1",
                ["ANTHROPIC_API_KEY"] = "sk-ant",
                ["ANTHROPIC_BASE_URL"] = $"{url}/anthropic-vendor",
                ["GEMINI_API_KEY"] = "AIza",
                ["GEMINI_BASE_URL"] = $"{url}/google-vendor/v1beta",
                ["AZURE_OPENAI_API_KEY"] = "az",
                ["AZURE_OPENAI_ENDPOINT"] = $"{url}/azure-vendor",
            };
        }
    }

    public static async Task<RecordedVendors> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var vendors = new RecordedVendors(app);
        app.MapPost("/{**path}", vendors.AnswerAsync);
        await app.StartAsync();
        return vendors;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var path = $"{context.Request.Path}{context.Request.QueryString}";
        Requests.Enqueue((path, new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value)), body));
        var streamed = body["stream"]?.GetValue<bool>() == true || path.Contains("alt=sse", StringComparison.Ordinal);
        var hasTools = body["tools"] is JsonArray;
        var overloaded = body["model"]?.GetValue<string>() == "overloaded";
        await (path switch
        {
            "/openai-vendor/v1/responses" => RecordedAsync(context, "openai/openai-phase.1", streamed, named: true),
            "/openai-vendor/v1/embeddings" => RecordedAsync(context, "openai/openai-embedding", streamed: false, named: false),
            "/azure-vendor/openai/v1/chat/completions" => JsonAsync(context, 200, AzureChat),
            "/anthropic-vendor/v1/messages" when overloaded => JsonAsync(context, 529, Overloaded),
            "/anthropic-vendor/v1/messages" => RecordedAsync(
                context, hasTools ? "anthropic/anthropic-json-tool.1" : "anthropic/anthropic-text", streamed, named: true),
            "/anthropic-vendor/v1/messages/count_tokens" => JsonAsync(context, 200, """{"input_tokens":14}"""),
            _ when path.Contains("no-such", StringComparison.Ordinal) => JsonAsync(context, 400, NoSuchModel),
            _ when path.EndsWith(":countTokens", StringComparison.Ordinal) => JsonAsync(context, 200, """{"totalTokens":7}"""),
            _ => RecordedAsync(context, hasTools ? "google/google-tool-call" : "google/google-text", streamed, named: false),
        });
    }

    private static Task JsonAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    /// <param name="named">The events have a name, their type.</param>
    private static async Task RecordedAsync(HttpContext context, string recording, bool streamed, bool named)
    {
        if (!streamed)
        {
            await JsonAsync(context, 200, await File.ReadAllTextAsync(Path.Combine(Folder, $"{recording}.json")));
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var line in File.ReadLines(Path.Combine(Folder, $"{recording}.chunks.txt")).Where(line => line.Length > 0))
        {
            var name = named ? $"event: {JsonNode.Parse(line)!["type"]}\n" : "";
            await context.Response.WriteAsync($"{name}data: {line}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }
}
