using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AigneHub.Unit.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// Vendors at one loopback address, whose models are recordings: <c>deepseek/deepseek-tool-call</c> answers with the files of that
/// name, whole or streamed, framed as the API that is called frames them. What follows a tilde in the name is of no account, and errors
/// that were recorded without a stream answer calls for one too.
/// </summary>
internal sealed class AnyRecording : IAsyncDisposable
{
    private static readonly string Folder = Environment.GetEnvironmentVariable(RecordedFactAttribute.Variable) ?? "";
    private readonly WebApplication _app;

    private AnyRecording(WebApplication app) => _app = app;

    /// <summary>What was asked, by path.</summary>
    public ConcurrentQueue<(string Path, JsonNode Body)> Requests { get; } = new();

    public string Url => _app.Urls.First();

    public IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var url = Url;
            return new Dictionary<string, string?>
            {
                ["ANTHROPIC_API_KEY"] = "k",
                ["ANTHROPIC_BASE_URL"] = url,
                ["DEEPSEEK_API_KEY"] = "k",
                ["DEEPSEEK_BASE_URL"] = $"{url}/v1",
                ["MISTRAL_API_KEY"] = "k",
                ["MISTRAL_BASE_URL"] = $"{url}/v1",
                ["COHERE_API_KEY"] = "k",
                ["COHERE_BASE_URL"] = url,
                ["BEDROCK_BASE_URL"] = url,
                ["AWS_BEARER_TOKEN_BEDROCK"] = "k",
                ["POE_API_KEY"] = "k",
                ["POE_BASE_URL"] = $"{url}/v1",
                ["CEREBRAS_API_KEY"] = "k",
                ["CEREBRAS_BASE_URL"] = $"{url}/v1",
                ["PERPLEXITY_API_KEY"] = "k1,k2,k3,k4,k5,k6,k7,k8,k9",
                ["PERPLEXITY_BASE_URL"] = $"{url}/v1",
            };
        }
    }

    public static async Task<AnyRecording> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var vendors = new AnyRecording(app);
        app.MapPost("/{**path}", vendors.AnswerAsync);
        await app.StartAsync();
        return vendors;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var path = context.Request.Path.Value!;
        Requests.Enqueue((path, body));
        var isConverse = path.StartsWith("/model/", StringComparison.Ordinal);
        var recording = isConverse ? Uri.UnescapeDataString(path["/model/".Length..path.LastIndexOf('/')])
            : path.StartsWith("/v1beta/models/", StringComparison.Ordinal) ? path["/v1beta/models/".Length..path.LastIndexOf(':')]
            : body["model"]!.ToString();
        recording = recording.Split('~')[0];
        var streamed = body["stream"]?.GetValue<bool>() == true || path.EndsWith(":streamGenerateContent", StringComparison.Ordinal)
            || path.EndsWith("/converse-stream", StringComparison.Ordinal);
        var isError = recording is "google/google-429-retry-info" or "openai/openai-error.1";
        if (!streamed || (isError && !File.Exists(Path.Combine(Folder, $"{recording}.chunks.txt"))))
        {
            context.Response.StatusCode = isError ? StatusCodes.Status429TooManyRequests : StatusCodes.Status200OK;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(await File.ReadAllTextAsync(Path.Combine(Folder, $"{recording}.json")));
            return;
        }

        if (isConverse)
        {
            context.Response.ContentType = "application/vnd.amazon.eventstream";
            foreach (var line in File.ReadLines(Path.Combine(Folder, $"{recording}.chunks.txt")).Where(line => line.Length > 0))
            {
                var (type, payload) = JsonNode.Parse(line)!.AsObject().Single();
                await context.Response.Body.WriteAsync(EventStreamFrame.Of([(":message-type", "event"), (":event-type", type)], payload!.ToJsonString()));
                await context.Response.Body.FlushAsync();
            }

            return;
        }

        var named = path.EndsWith("/messages", StringComparison.Ordinal) || path.EndsWith("/responses", StringComparison.Ordinal);
        context.Response.ContentType = "text/event-stream";
        foreach (var line in File.ReadLines(Path.Combine(Folder, $"{recording}.chunks.txt")).Where(line => line.Length > 0))
        {
            var name = named ? $"event: {JsonNode.Parse(line)!["type"]}\n" : "";
            await context.Response.WriteAsync($"{name}data: {line}\n\n");
            await context.Response.Body.FlushAsync();
        }

        if (path.EndsWith("/chat/completions", StringComparison.Ordinal))
        {
            await context.Response.WriteAsync("data: [DONE]\n\n");
        }
    }
}
