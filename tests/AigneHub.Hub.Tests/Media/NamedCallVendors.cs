using System.Text;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Media;

/// <summary>A hub with an account of its own, and a vendor of each API at one loopback address that counts what it is asked.</summary>
public sealed class NamedCallVendors(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>Bytes that are no text, in more than one piece.</summary>
    public static readonly byte[] Sound = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7 % 251))];

    private WebApplication _app = null!;
    private TestHub _hub = null!;
    private int _asked;

    public HttpClient Client { get; } = new();

    /// <summary>Requests that have reached any of the vendors.</summary>
    public int Asked => _asked;

    /// <summary>Calls that are to be on the account's ledger.</summary>
    public HashSet<string> Made { get; } = [];

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/{**path}", AnswerAsync);
        await _app.StartAsync();
        var url = _app.Urls.First();
        _hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>
        {
            ["OPENAI_API_KEY"] = "sk-openai-0123456789",
            ["OPENAI_BASE_URL"] = $"{url}/v1",
            ["ANTHROPIC_API_KEY"] = "sk-ant-0123456789",
            ["ANTHROPIC_BASE_URL"] = url,
            ["GEMINI_API_KEY"] = "AIza-google-0123456789",
            ["GEMINI_BASE_URL"] = $"{url}/v1beta",
            ["COHERE_API_KEY"] = "co-cohere-0123456789",
            ["COHERE_BASE_URL"] = url,
        });
        using var stored = await _hub.Client.PostAsync(new Uri("/api/admin/models", UriKind.Relative), new StringContent(
            """{"provider":"cohere","model":"rerank-named","pricePerMillion":{"search":"2000"}}""", Encoding.UTF8, "application/json"));
        Assert.True(stored.IsSuccessStatusCode, await stored.Content.ReadAsStringAsync());
        await VideoTests.StoreSoraAsync(_hub);
        var (_, key) = await _hub.NewAccountAsync(1_000_000_000_000);
        Client.BaseAddress = _hub.Address;
        Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _hub.DisposeAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _asked);
        await context.Request.Body.CopyToAsync(Stream.Null);
        var path = context.Request.Path.Value!;
        var (type, bytes) = path == "/v1/audio/speech" ? ("audio/mpeg", Sound) : ("application/json; charset=utf-8", Encoding.UTF8.GetBytes(DocumentOf(path)));
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        foreach (var piece in bytes.Chunk(40_000))
        {
            await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    }

    private static string DocumentOf(string path) => path switch
    {
        "/v1/chat/completions" => FakeUpstream.Answer("Good day", 5, 2),
        "/v1/embeddings" => """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-0.2]}],"model":"text-embedding-3-small","usage":{"prompt_tokens":3,"total_tokens":3}}""",
        "/v1/images/generations" or "/v1/images/edits" => $$$"""{"created":1,"data":[{"b64_json":"{{{MediaVendors.Png}}}"}],"usage":{"input_tokens":50,"input_tokens_details":{"image_tokens":40,"text_tokens":10},"output_tokens":6208,"total_tokens":6258}}""",
        "/v1/audio/transcriptions" => """{"text":"Good day.","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":4,"audio_tokens":10},"output_tokens":45,"total_tokens":59}}""",
        "/v1/videos" => """{"id":"video_vendor_1","object":"video","model":"sora-2","status":"queued","progress":0,"created_at":1,"size":"720x1280","seconds":"4","error":null}""",
        "/v1/messages" => """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"Good day"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":2}}""",
        "/v1beta/models/gemini-2.5-flash:generateContent" => """{"candidates":[{"content":{"role":"model","parts":[{"text":"Good day"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"totalTokenCount":7}}""",
        "/v2/rerank" => """{"id":"b44fe75b","results":[{"index":0,"relevance_score":0.9}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":1}}}""",
        _ => """{"error":{"message":"Not found","type":"invalid_request_error","param":null,"code":null}}""",
    };
}
