using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Media;

/// <summary>
/// OpenAI's videos (https://platform.openai.com/docs/api-reference/videos) and Veo on the Gemini API
/// (https://ai.google.dev/gemini-api/docs/video), at one loopback address. The prompt says how a video ends; it is finished when it
/// is asked for the third time.
/// </summary>
internal sealed class VideoVendors : IAsyncDisposable
{
    /// <summary>A video's bytes: more than one buffer of whoever hands them on.</summary>
    public static readonly byte[] Mp4 = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i % 251))];

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Prompt, string Key, int Asked)> _jobs = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _last;

    private VideoVendors(WebApplication app) => _app = app;

    /// <summary>What was sent, by method and path.</summary>
    public ConcurrentQueue<(string Call, string Body)> Requests { get; } = new();

    /// <summary>Calls about a video with another key than the one that began it.</summary>
    public ConcurrentQueue<string> Strangers { get; } = new();

    public string Url => _app.Urls.First();

    public Dictionary<string, string?> Settings => new()
    {
        ["OPENAI_API_KEY"] = "sk-openai-one-0123456789,sk-openai-two-0123456789",
        ["OPENAI_BASE_URL"] = $"{Url}/v1",
        ["XAI_API_KEY"] = "xai-secret-0123456789",
        ["XAI_BASE_URL"] = $"{Url}/v1",
        ["GEMINI_API_KEY"] = "gemini-secret-0123456789",
        ["GEMINI_BASE_URL"] = $"{Url}/v1beta",
    };

    public static async Task<VideoVendors> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var vendors = new VideoVendors(app);
        app.Map("/{**path}", vendors.AnswerAsync);
        await app.StartAsync();
        return vendors;
    }

    /// <summary>Answers what takes its time.</summary>
    public void Release() => _released.TrySetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string KeyOf(HttpContext context) => context.Request.Headers.Authorization.ToString() is { Length: > 0 } bearer
        ? bearer
        : context.Request.Headers["x-goog-api-key"].ToString();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var text = Encoding.Latin1.GetString(body.ToArray());
        Requests.Enqueue(($"{context.Request.Method} {path}{context.Request.QueryString}", text));
        if (text.Contains("takes its time", StringComparison.Ordinal))
        {
            await _released.Task;
        }

        if (text.Contains("breaks off", StringComparison.Ordinal))
        {
            // All of the document, and not all of the body.
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 10_000;
            await context.Response.WriteAsync(Document("video_vendor_0", "queued", 0).Trim());
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        if (text.Contains("breaks down", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 500;
            return;
        }

        if (path.StartsWith("/v1beta/", StringComparison.Ordinal) || path.StartsWith("/download/", StringComparison.Ordinal))
        {
            await GoogleAsync(context, path, text);
        }
        else
        {
            await OpenAiAsync(context, path, text);
        }
    }

    private async Task OpenAiAsync(HttpContext context, string path, string body)
    {
        if (path == "/v1/videos")
        {
            var id = $"video_vendor_{Interlocked.Increment(ref _last)}";
            _jobs[id] = (body, KeyOf(context), 0);
            await JsonAsync(context, Document(id, "queued", 0));
            return;
        }

        var name = path.Split('/')[3];
        var (prompt, asked) = Ask(context, name, path.EndsWith("/content", StringComparison.Ordinal) ? 0 : 1);
        if (path.EndsWith("/content", StringComparison.Ordinal))
        {
            context.Response.ContentType = context.Request.Query["variant"] == "thumbnail" ? "image/webp" : "video/mp4";
            await context.Response.Body.WriteAsync(context.Request.Query["variant"] == "thumbnail" ? Mp4.AsMemory(0, 10) : Mp4);
            return;
        }

        if (context.Request.Method == "DELETE")
        {
            await JsonAsync(context, $$"""{"id":"{{name}}","object":"video.deleted","deleted":true}""");
            return;
        }

        if (prompt.Contains("vanishes", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 404;
            await (asked == 1
                ? context.Response.WriteAsync("<html>The gateway has no such page.</html>")
                : JsonAsync(context, """{"error":{"message":"Video not found.","type":"invalid_request_error","param":null,"code":null}}"""));
            return;
        }

        await JsonAsync(context, asked < 3 ? Document(name, "in_progress", 33)
            : prompt.Contains("goes wrong", StringComparison.Ordinal)
                ? Document(name, "failed", 50, """{"code":"moderation_blocked","message":"Our systems blocked the video."}""")
            : Document(name, "completed", 100));
    }

    private static string Document(string id, string status, int progress, string error = "null") => $$"""
        {"id":"{{id}}","object":"video","model":"sora-2","status":"{{status}}","progress":{{progress}},"created_at":1712697600,"completed_at":null,
        "expires_at":null,"size":"1280x720","seconds":"8","quality":"standard","remixed_from_video_id":null,"error":{{error}}}
        """;

    private async Task GoogleAsync(HttpContext context, string path, string body)
    {
        if (path.EndsWith(":predictLongRunning", StringComparison.Ordinal))
        {
            var name = $"models/veo-3.1-generate-preview/operations/op{Interlocked.Increment(ref _last)}";
            _jobs[name] = (body, KeyOf(context), 0);
            await JsonAsync(context, $$"""{"name":"{{name}}"}""");
        }
        else if (path.StartsWith("/v1beta/files/", StringComparison.Ordinal))
        {
            context.Response.Redirect($"/download{path}{context.Request.QueryString}");
        }
        else if (path.StartsWith("/download/", StringComparison.Ordinal))
        {
            context.Response.ContentType = "video/mp4";
            await context.Response.Body.WriteAsync(Mp4);
        }
        else
        {
            var name = path["/v1beta/".Length..];
            var (prompt, asked) = Ask(context, name, 1);
            var at = prompt.Contains("elsewhere", StringComparison.Ordinal) ? "http://169.254.169.254/v1beta" : $"{Url}/v1beta";
            await JsonAsync(context, asked < 3 ? $$"""{"name":"{{name}}"}"""
                : prompt.Contains("goes wrong", StringComparison.Ordinal)
                    ? $$$$"""{"name":"{{{{name}}}}","done":true,"response":{"generateVideoResponse":{"raiMediaFilteredCount":1,"raiMediaFilteredReasons":["The video was filtered."]}}}"""
                : $$$$"""{"name":"{{{{name}}}}","done":true,"response":{"@type":"type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse","generateVideoResponse":{"generatedSamples":[{"video":{"uri":"{{{{at}}}}/files/abc:download?alt=media"}}]}}}""");
        }
    }

    private (string Prompt, int Asked) Ask(HttpContext context, string name, int times)
    {
        var job = _jobs.AddOrUpdate(name, _ => ("", "", times), (_, known) => known with { Asked = known.Asked + times });
        if (job.Key != KeyOf(context))
        {
            Strangers.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{context.Request.Method} {name}"));
        }

        return (job.Prompt, job.Asked);
    }

    private static Task JsonAsync(HttpContext context, string document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonNode.Parse(document)!.ToJsonString());
    }
}
