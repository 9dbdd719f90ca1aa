using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Hub.Tests.Media;

/// <summary>
/// OpenAI, xAI, Doubao, Together AI, Google and Ideogram with their APIs of images, at one loopback address, in the formats of
/// their documentation (the links are at the hub's own readers and writers; https://docs.x.ai/developers/model-capabilities/images,
/// https://www.volcengine.com/docs/82379/1541523, https://docs.together.ai/reference/post-images-generations). The prompt says what is answered.
/// </summary>
internal sealed class MediaVendors : IAsyncDisposable
{
    /// <summary>A PNG of one pixel.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    /// <summary>Characters of a large image: its event is longer than one of text may be.</summary>
    public const int LargeImage = 4_300_000;

    private readonly WebApplication _app;

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MediaVendors(WebApplication app) => _app = app;

    /// <summary>What was sent, by path.</summary>
    public ConcurrentQueue<(string Path, string Body)> Requests { get; } = new();

    public string Url => _app.Urls.First();

    public Dictionary<string, string?> Settings => new()
    {
        ["OPENAI_API_KEY"] = "sk-openai-secret-0123456789",
        ["OPENAI_BASE_URL"] = $"{Url}/v1",
        ["AZURE_OPENAI_API_KEY"] = "azure-secret-0123456789",
        ["AZURE_OPENAI_ENDPOINT"] = Url,
        ["XAI_API_KEY"] = "xai-secret-0123456789",
        ["XAI_BASE_URL"] = $"{Url}/xai",
        ["DOUBAO_API_KEY"] = "doubao-secret-0123456789",
        ["DOUBAO_BASE_URL"] = $"{Url}/doubao",
        ["TOGETHER_API_KEY"] = "together-secret-0123456789",
        ["TOGETHER_BASE_URL"] = $"{Url}/together",
        ["GEMINI_API_KEY"] = "gemini-secret-0123456789",
        ["GEMINI_BASE_URL"] = $"{Url}/v1beta",
        ["IDEOGRAM_API_KEY"] = "ideogram-secret-0123456789",
        ["IDEOGRAM_BASE_URL"] = $"{Url}/ideogram",
    };

    public static async Task<MediaVendors> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var vendors = new MediaVendors(app);
        app.MapPost("/{**path}", vendors.AnswerAsync);
        await app.StartAsync();
        return vendors;
    }

    /// <summary>Answers what takes its time.</summary>
    public void Release() => _released.TrySetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var text = Encoding.Latin1.GetString(body.ToArray());
        Requests.Enqueue((path, text));
        if (text.Contains("takes its time", StringComparison.Ordinal))
        {
            await _released.Task;
        }

        var isEdit = path.EndsWith("/images/edits", StringComparison.Ordinal);
        var stream = isEdit ? text.Contains("name=\"stream\"", StringComparison.Ordinal) : text.Contains("\"stream\":true", StringComparison.Ordinal);
        if (text.Contains("forbidden", StringComparison.Ordinal))
        {
            await RefuseAsync(context, path);
        }
        else if (path.StartsWith("/v1beta/", StringComparison.Ordinal))
        {
            await GoogleAsync(context, path, text.Contains("rabbits", StringComparison.Ordinal));
        }
        else if (path.StartsWith("/ideogram/", StringComparison.Ordinal))
        {
            await JsonAsync(context, $$$"""
                {"created":"2025-08-27T18:23:28Z","data":[{"prompt":"A cat, asleep","resolution":"1024x1024","is_image_safe":true,"seed":1,"url":"https://ideogram.ai/1.png"},
                {"prompt":"A cat, asleep","resolution":"1024x1024","is_image_safe":false,"seed":2,"url":null}]}
                """);
        }
        else if (path.StartsWith("/doubao/", StringComparison.Ordinal))
        {
            await (stream ? StreamGroupAsync(context) : JsonAsync(context, """
                {"model":"doubao-seedream-4-0-250828","created":1757321139,"data":[{"url":"https://ark.tos/1.jpeg","size":"2048x2048"},
                {"error":{"code":"OutputImageSensitiveContentDetected","message":"The output image may contain sensitive information."}},
                {"url":"https://ark.tos/3.jpeg","size":"2048x2048"}],"usage":{"generated_images":2,"output_tokens":32768,"total_tokens":32768}}
                """));
        }
        else if (path.StartsWith("/together/", StringComparison.Ordinal))
        {
            await JsonAsync(context, $$"""
                {"id":"oFzD","model":"black-forest-labs/FLUX.1-schnell","object":"list","data":[{"index":0,"b64_json":"{{Png}}","type":"b64_json"},
                {"index":1,"b64_json":"{{Png}}","type":"b64_json"},{"index":2,"b64_json":"{{Png}}","type":"b64_json"}]}
                """);
        }
        else if (path == "/xai/images/edits")
        {
            await JsonAsync(context, """{"data":[{"url":"https://imgen.x.ai/edited.jpeg","mime_type":"image/jpeg","revised_prompt":""}]}""");
        }
        else if (path.StartsWith("/xai/", StringComparison.Ordinal))
        {
            await JsonAsync(context, """{"data":[{"url":"https://imgen.x.ai/1.jpeg","revised_prompt":""},{"url":"https://imgen.x.ai/2.jpeg","revised_prompt":""}]}""");
        }
        else if (stream)
        {
            await StreamAsync(context, isEdit ? "image_edit" : "image_generation", cut: text.Contains("cut off", StringComparison.Ordinal));
        }
        else
        {
            await JsonAsync(context, $$$"""
                {"created":1713833628,"background":"opaque","data":[{"b64_json":"{{{Png}}}"}],"output_format":"png","quality":"high","size":"1024x1536",
                "usage":{"input_tokens":50,"input_tokens_details":{"image_tokens":40,"text_tokens":10},"output_tokens":6208,"total_tokens":6258}}
                """);
        }
    }

    private static async Task RefuseAsync(HttpContext context, string path)
    {
        if (path.StartsWith("/v1beta/", StringComparison.Ordinal))
        {
            var document = """{"candidates":[{"finishReason":"IMAGE_SAFETY","finishMessage":"Unsafe image.","index":0}],"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}}""";
            if (path.EndsWith(":streamGenerateContent", StringComparison.Ordinal))
            {
                await EventAsync(context, "", document);
                return;
            }

            await JsonAsync(context, document);
            return;
        }

        context.Response.StatusCode = 400;
        await JsonAsync(context, """{"error":{"message":"Your request was rejected by the safety system.","type":"image_generation_user_error","param":null,"code":"moderation_blocked"}}""");
    }

    private static async Task GoogleAsync(HttpContext context, string path, bool large)
    {
        if (path.EndsWith(":predict", StringComparison.Ordinal))
        {
            await JsonAsync(context, $$$"""{"predictions":[{"mimeType":"image/png","bytesBase64Encoded":"{{{Png}}}"},{"mimeType":"image/png","bytesBase64Encoded":"{{{Png}}}"}]}""");
            return;
        }

        var data = large ? new string('A', LargeImage) : Png;
        var candidate = $$$"""{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"{{{data}}}"}}],"role":"model"},"finishReason":"STOP","index":0}""";
        const string Usage = """{"promptTokenCount":7,"candidatesTokenCount":1290,"totalTokenCount":1297,"promptTokensDetails":[{"modality":"TEXT","tokenCount":7}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290}]}""";
        var document = $$$"""{"candidates":[{{{candidate}}}],"usageMetadata":{{{Usage}}},"modelVersion":"gemini-2.5-flash-image"}""";
        await (path.EndsWith(":streamGenerateContent", StringComparison.Ordinal) ? EventAsync(context, "", document) : JsonAsync(context, document));
    }

    private static async Task StreamAsync(HttpContext context, string kind, bool cut)
    {
        for (var i = 0; i < 2; i++)
        {
            await EventAsync(context, $"{kind}.partial_image", $$$"""{"type":"{{{kind}}}.partial_image","b64_json":"{{{Png}}}","created_at":1,"size":"1024x1024","quality":"low","background":"opaque","output_format":"png","partial_image_index":{{{i}}}}""");
        }

        if (cut)
        {
            return;
        }

        await EventAsync(context, $"{kind}.completed", $$$"""{"type":"{{{kind}}}.completed","b64_json":"{{{Png}}}","created_at":1,"size":"1024x1024","quality":"low","background":"opaque","output_format":"png","usage":{"input_tokens":50,"input_tokens_details":{"image_tokens":40,"text_tokens":10},"output_tokens":472,"total_tokens":522}}""");
    }

    /// <summary>A group of three of Doubao's, the second of which its filters take out.</summary>
    private static async Task StreamGroupAsync(HttpContext context)
    {
        const string Model = "\"model\":\"doubao-seedream-4-0-250828\",\"created\":1757323224";
        await EventAsync(context, "image_generation.partial_succeeded", $$"""{"type":"image_generation.partial_succeeded",{{Model}},"image_index":0,"url":"https://ark.tos/1.jpeg","size":"2496x1664"}""");
        await EventAsync(context, "image_generation.partial_failed", $$$"""{"type":"image_generation.partial_failed",{{{Model}}},"image_index":1,"error":{"code":"OutputImageSensitiveContentDetected","message":"The output image may contain sensitive information."}}""");
        await EventAsync(context, "image_generation.partial_succeeded", $$"""{"type":"image_generation.partial_succeeded",{{Model}},"image_index":2,"url":"https://ark.tos/3.jpeg","size":"2496x1664"}""");
        await EventAsync(context, "image_generation.completed", $$$"""{"type":"image_generation.completed",{{{Model}}},"usage":{"generated_images":2,"output_tokens":32448,"total_tokens":32448}}""");
        await EventAsync(context, "", "[DONE]");
    }

    private static async Task EventAsync(HttpContext context, string name, string data)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
        }

        await context.Response.WriteAsync($"{(name.Length > 0 ? $"event: {name}\n" : "")}data: {data}\n\n");
        await context.Response.Body.FlushAsync();
    }

    private static Task JsonAsync(HttpContext context, string document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(document);
    }
}
