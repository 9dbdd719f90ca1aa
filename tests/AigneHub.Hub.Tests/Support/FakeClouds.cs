using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AigneHub.Providers.Authentication;
using AigneHub.Providers.Simulation;
using AigneHub.Providers.Upstream;
using AigneHub.Unit.Tests.Providers.Authentication;
using AigneHub.Unit.Tests.Providers.Upstream;
using AigneHub.Unit.Tests.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Support;

/// <summary>
/// Amazon Bedrock at a plain loopback address; Google Vertex AI and Azure OpenAI at their own names, over TLS, which lead to
/// loopback here. They refuse what the real ones refuse: the model in a body whose path names it, a missing
/// <c>anthropic_version</c>. What a model is called says how it answers.
/// </summary>
internal sealed class FakeClouds : IAsyncDisposable
{
    public const string Region = "us-west-2";

    private const string Message =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"Hello there"}],"stop_reason":"end_turn","usage":{"input_tokens":12,"output_tokens":29}}""";

    private const string Generated =
        """{"candidates":[{"content":{"role":"model","parts":[{"text":"Hello"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":5,"totalTokenCount":14},"modelVersion":"gemini-2.5-flash"}""";

    private const string Chat =
        """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""";

    private static readonly string[] Events =
    [
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"usage":{"input_tokens":12,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello there"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":29}}""",
    ];

    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private FakeClouds(WebApplication app, X509Certificate2 certificate)
    {
        _app = app;
        _certificate = certificate;
    }

    public ConcurrentQueue<(string Target, IHeaderDictionary Headers, JsonNode Body)> Requests { get; } = new();

    public TokenServer Tokens { get; } = new((_, body) => body.Contains("assertion=", StringComparison.Ordinal)
        ? (200, """{"access_token":"ya29.hub","expires_in":3599,"token_type":"Bearer"}""")
        : (400, """{"error":"invalid_grant"}"""));

    /// <summary>The stream as Anthropic has it.</summary>
    public static string Streamed { get; } = string.Concat(
        Events.Append("""{"type":"message_stop"}""").Select(e => $"event: {JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n"));

    public Dictionary<string, string?> Settings => new()
    {
        ["BEDROCK_BASE_URL"] = Address("http").GetLeftPart(UriPartial.Authority),
        ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        ["AWS_REGION"] = Region,
        ["VERTEX_BASE_URL"] = $"https://us-east5-aiplatform.googleapis.com:{Address("https").Port}/v1/projects/p/locations/us-east5",
        ["GOOGLE_APPLICATION_CREDENTIALS"] = GoogleSecrets.ServiceAccount().ToJsonString(),
        ["AZURE_OPENAI_ENDPOINT"] = $"https://my.openai.azure.com:{Address("https").Port}",
        ["AigneHub:Upstream:UseProxy"] = "false",
    };

    public static async Task<FakeClouds> StartAsync()
    {
        var certificate = TestCertificate.Make();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0);
            server.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(certificate));
        });
        var app = builder.Build();
        var clouds = new FakeClouds(app, certificate);
        app.MapPost("/{**path}", clouds.AnswerAsync);
        await app.StartAsync();
        return clouds;
    }

    /// <summary>The hub's way to the vendors: every name leads here, tokens come from <see cref="Tokens"/>.</summary>
    public void Route(IServiceCollection services) => services.AddSingleton(s => new UpstreamClient(
        s.GetRequiredService<UpstreamOptions>(), TimeProvider.System, s.GetService<SimulatedProvider>(),
        handler => handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => _certificate.Equals(shown),
        (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
        new VendorAuthentication(Tokens, () => new FixedIdentity(TimeProvider.System), TimeProvider.System)));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private Uri Address(string scheme) => new(_app.Urls.First(url => url.StartsWith($"{scheme}:", StringComparison.Ordinal)));

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Requests.Enqueue((target, new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value)), body));
        await (target switch
        {
            _ when target.StartsWith("/model/", StringComparison.Ordinal) => BedrockAsync(context, target, body),
            _ when target.Contains("no-such", StringComparison.Ordinal) => JsonAsync(
                context, 404, """[{"error":{"code":404,"message":"Publisher Model was not found.","status":"NOT_FOUND"}}]"""),
            _ when target.Contains("exhausted", StringComparison.Ordinal) => JsonAsync(
                context, 429, """{"error":{"code":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED"}}"""),
            _ when target.EndsWith("count-tokens:rawPredict", StringComparison.Ordinal) => JsonAsync(context, 200, """{"input_tokens":14}"""),
            _ when target.Contains("/publishers/anthropic/", StringComparison.Ordinal) => VertexAnthropicAsync(context, target, body),
            _ when target.Contains("/publishers/google/", StringComparison.Ordinal) => JsonAsync(context, 200, Generated),
            _ => JsonAsync(context, 200, Chat),
        });
    }

    private static Task VertexAnthropicAsync(HttpContext context, string target, JsonNode body)
    {
        if (body["model"] is not null || body["anthropic_version"]?.ToString() != "vertex-2023-10-16")
        {
            return JsonAsync(
                context, 400, """{"type":"error","error":{"type":"invalid_request_error","message":"model: Extra inputs are not permitted"}}""");
        }

        if (!target.EndsWith(":streamRawPredict", StringComparison.Ordinal))
        {
            return JsonAsync(context, 200, Message);
        }

        context.Response.ContentType = "text/event-stream; charset=utf-8";
        return context.Response.WriteAsync(Streamed);
    }

    private static Task BedrockAsync(HttpContext context, string target, JsonNode body)
    {
        if (body["model"] is not null || body["stream"] is not null || body["anthropic_version"]?.ToString() != "bedrock-2023-05-31")
        {
            return BedrockErrorAsync(context, 400, "ValidationException", "extraneous key [model] is not permitted");
        }

        return target.Split('/')[2].Replace("claude-", "", StringComparison.Ordinal) switch
        {
            "throttled" => BedrockErrorAsync(context, 429, "ThrottlingException", "Too many requests"),
            "denied" => BedrockErrorAsync(context, 403, "AccessDeniedException", "account 123456789012 is not authorized"),
            "expired" => BedrockErrorAsync(context, 403, "ExpiredTokenException", "The security token is expired"),
            "quota" => BedrockErrorAsync(context, 400, "ServiceQuotaExceededException", "Too many tokens per day"),
            "crashed" => BedrockErrorAsync(context, 424, "ModelErrorException", "The model crashed"),
            "invalid" => BedrockErrorAsync(context, 400, "ValidationException", "max_tokens: Field required"),
            var model when target.EndsWith("/invoke-with-response-stream", StringComparison.Ordinal) => FramesAsync(context, model),
            _ => JsonAsync(context, 200, Message),
        };
    }

    private static Task BedrockErrorAsync(HttpContext context, int status, string type, string message)
    {
        context.Response.Headers["x-amzn-ErrorType"] = $"{type}:http://internal.amazon.com/coral/com.amazon.bedrock/";
        return JsonAsync(context, status, new JsonObject { ["message"] = message }.ToJsonString());
    }

    private static async Task FramesAsync(HttpContext context, string model)
    {
        const string stop = """{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":12,"outputTokenCount":29}}""";
        var throttled = EventStreamFrame.Exception("throttlingException", """{"message":"Too many tokens"}""");
        IEnumerable<byte[]> frames = model.Replace("claude-", "", StringComparison.Ordinal) switch
        {
            "throttled-at-once" => [throttled],
            "throttled-midway" => [.. Events.Take(3).Select(EventStreamFrame.Chunk), throttled],
            "corrupt-midway" => [.. Events.Take(3).Select(EventStreamFrame.Chunk), "no frame, but many bytes"u8.ToArray()],
            "cut-midway" => [.. Events.Take(3).Select(EventStreamFrame.Chunk), EventStreamFrame.Chunk(stop)[..50]],
            _ => Events.Append(stop).Select(EventStreamFrame.Chunk),
        };
        context.Response.ContentType = "application/vnd.amazon.eventstream";
        foreach (var frame in frames)
        {
            await context.Response.Body.WriteAsync(frame.AsMemory(0, frame.Length / 3));
            await context.Response.Body.FlushAsync();
            await context.Response.Body.WriteAsync(frame.AsMemory(frame.Length / 3));
            await context.Response.Body.FlushAsync();
        }
    }

    private static Task JsonAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body);
    }
}
