using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace AigneHub.Hub.Tests.Media;

/// <summary>A part of a form as a vendor got it; of a file the length and the hash stand for its content.</summary>
internal sealed record VendorPart(string Name, string? FileName, string? ContentType, string? Text, long Bytes, string Sha256);

internal sealed record VendorCall(string Path, IHeaderDictionary Headers, IReadOnlyList<VendorPart> Form, JsonNode? Body)
{
    public string? Field(string name) => Form.FirstOrDefault(part => part.Name == name)?.Text;
}

/// <summary>
/// Vendors of audio and of reranking at one loopback address, each at its own paths, with the answers of their documentation
/// (https://platform.openai.com/docs/api-reference/audio, https://console.groq.com/docs/speech-to-text,
/// https://ai.google.dev/gemini-api/docs/speech-generation, https://docs.cohere.com/reference/rerank,
/// https://docs.vllm.ai/en/latest/serving/openai_compatible_server/#re-rank-api).
/// </summary>
internal sealed class AudioVendors : IAsyncDisposable
{
    public const string Spoken = "Galileo was an American robotic space program.";

    private readonly WebApplication _app;

    private AudioVendors(WebApplication app) => _app = app;

    public ConcurrentQueue<VendorCall> Calls { get; } = new();

    /// <summary>Instead of the documented answer, where it is not null.</summary>
    public Func<HttpContext, VendorCall, Task<bool>>? Answer { get; set; }

    /// <summary>The base URL of a reranker that speaks OpenAI's API and Cohere's reranking, as vLLM does.</summary>
    public string VllmUrl => $"{_app.Urls.First()}/vllm/v1";

    public IReadOnlyDictionary<string, string?> Settings
    {
        get
        {
            var url = _app.Urls.First();
            return new Dictionary<string, string?>
            {
                ["OPENAI_API_KEY"] = "sk-openai-0123456789",
                ["OPENAI_BASE_URL"] = $"{url}/openai/v1",
                ["AZURE_OPENAI_API_KEY"] = "azure-0123456789",
                ["AZURE_OPENAI_ENDPOINT"] = $"{url}/azure",
                ["GROQ_API_KEY"] = "gsk-groq-0123456789",
                ["GROQ_BASE_URL"] = $"{url}/groq/v1",
                ["GEMINI_API_KEY"] = "AIza-google-0123456789",
                ["GEMINI_BASE_URL"] = $"{url}/google/v1beta",
                ["COHERE_API_KEY"] = "co-cohere-0123456789",
                ["COHERE_BASE_URL"] = $"{url}/cohere",
                ["AWS_BEARER_TOKEN_BEDROCK"] = "bedrock-0123456789",
                ["BEDROCK_BASE_URL"] = $"{url}/bedrock",
            };
        }
    }

    public static async Task<AudioVendors> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var vendors = new AudioVendors(app);
        app.MapPost("/{**path}", vendors.AnswerAsync);
        await app.StartAsync();
        return vendors;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }

    public static Task JsonAsync(HttpContext context, string body, int status = 200) => WriteAsync(context, status, "application/json", body);

    private async Task AnswerAsync(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var isForm = context.Request.ContentType?.StartsWith("multipart/form-data", StringComparison.Ordinal) == true;
        var call = new VendorCall(
            context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value)),
            isForm ? await ReadFormAsync(context.Request) : [], isForm ? null : await JsonNode.ParseAsync(context.Request.Body));
        Calls.Enqueue(call);
        if (Answer is { } answer && await answer(context, call))
        {
            return;
        }

        await (call.Path switch
        {
            "/openai/v1/audio/transcriptions" => TranscribeAsync(context, call),
            "/openai/v1/audio/translations" => JsonAsync(context, """{"text":"Good day."}"""),
            "/azure/openai/v1/audio/transcriptions" => JsonAsync(context, """{"text":"Good day."}"""),
            "/azure/openai/v1/audio/translations" => JsonAsync(context, """{"task":"translate","language":"english","duration":2.5,"text":"Good day.","segments":[{"id":0,"start":0,"end":2.5,"text":"Good day."}]}"""),
            "/azure/openai/v1/audio/speech" => BytesAsync(context, "audio/mpeg", [1, 2, 3], [4, 5]),
            "/groq/v1/audio/translations" => JsonAsync(context, """{"text":"Good day.","x_groq":{"id":"req_01"}}"""),
            "/groq/v1/audio/speech" => BytesAsync(context, "audio/wav", [6, 7], [8]),
            "/groq/v1/audio/transcriptions" => WriteAsync(context, 200, "text/plain; charset=UTF-8", " Hello from groq."),
            "/openai/v1/audio/speech" => SpeakAsync(context, call),
            "/google/v1beta/models/gemini-2.5-flash:generateContent" => JsonAsync(context, """{"candidates":[{"content":{"role":"model","parts":[{"text":"Hmm","thought":true},{"text":"Good "},{"text":"day."}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":120,"candidatesTokenCount":4,"totalTokenCount":130,"promptTokensDetails":[{"modality":"TEXT","tokenCount":24},{"modality":"AUDIO","tokenCount":96}],"thoughtsTokenCount":6}}"""),
            "/google/v1beta/models/gemini-2.5-flash-tts:generateContent" => JsonAsync(context, """{"candidates":[{"content":{"role":"model","parts":[{"inlineData":{"mimeType":"audio/L16;codec=pcm;rate=24000","data":"AAECAw=="}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":6,"candidatesTokenCount":50,"totalTokenCount":56,"promptTokensDetails":[{"modality":"TEXT","tokenCount":6}],"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":50}]}}"""),
            "/cohere/v2/rerank" => JsonAsync(context, Ranked(searches: 1)),
            "/cohere/v1/rerank" => JsonAsync(context, Ranked(searches: 3)),
            "/vllm/v1/rerank" => JsonAsync(context, """{"id":"rerank-1","model":"bge-reranker-v2-m3","usage":{"prompt_tokens":41,"total_tokens":41},"results":[{"index":1,"document":{"text":"rainy day in the city"},"relevance_score":0.97},{"index":0,"document":{"text":"sunny day at the beach"},"relevance_score":0.01}]}"""),
            "/bedrock/model/cohere.rerank-v3-5:0/invoke" => JsonAsync(context, """{"results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.1}]}"""),
            _ => JsonAsync(context, """{"error":{"message":"Not found","type":"invalid_request_error","param":null,"code":null}}""", 404),
        });
    }

    private static string Ranked(int searches) =>
        $$$$"""{"id":"b44fe75b","results":[{"index":1,"relevance_score":0.10183054},{"index":0,"relevance_score":0.03762639}],"meta":{"api_version":{"version":"2"},"billed_units":{"search_units":{{{{searches}}}}}}}""";

    private static Task TranscribeAsync(HttpContext context, VendorCall call)
    {
        if (call.Field("language") == "xx")
        {
            return JsonAsync(context, """{"error":{"message":"Invalid language 'xx'.","type":"invalid_request_error","param":"language","code":"invalid_language"}}""", 400);
        }

        if (call.Field("model") == "whisper-1")
        {
            return call.Field("response_format") switch
            {
                "vtt" => WriteAsync(context, 200, "text/vtt; charset=utf-8", $"WEBVTT\n\n00:00.000 --> 00:02.000\n{Spoken}\n"),
                "verbose_json" => JsonAsync(context, $$$"""{"task":"transcribe","language":"english","duration":36.709999084472656,"text":"{{{Spoken}}}","words":[{"word":"Galileo","start":0,"end":0.66}],"usage":{"type":"duration","seconds":37}}"""),
                _ => JsonAsync(context, $$"""{"text":"{{Spoken}}"}"""),
            };
        }

        return call.Field("stream") == "true"
            ? WriteAsync(context, 200, "text/event-stream", """
                data: {"type":"transcript.text.delta","delta":"Galileo"}

                data: {"type":"transcript.text.delta","delta":" was"}

                data: {"type":"transcript.text.done","text":"Galileo was","usage":{"type":"tokens","input_tokens":20,"input_token_details":{"text_tokens":5,"audio_tokens":15},"output_tokens":7,"total_tokens":27}}


                """.ReplaceLineEndings("\n"))
            : JsonAsync(context, $$$"""{"text":"{{{Spoken}}}","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":4,"audio_tokens":10},"output_tokens":45,"total_tokens":59}}""");
    }

    private static async Task SpeakAsync(HttpContext context, VendorCall call)
    {
        if (call.Body!["voice"]!.GetValue<string>() == "nobody")
        {
            await JsonAsync(context, """{"error":{"message":"Unknown voice","type":"invalid_request_error","param":"voice","code":null}}""", 400);
        }
        else if (call.Body["stream_format"]?.GetValue<string>() == "sse")
        {
            await WriteAsync(context, 200, "text/event-stream", """
                data: {"type":"speech.audio.delta","audio":"AAEC"}

                data: {"type":"speech.audio.done","usage":{"input_tokens":12,"output_tokens":34,"total_tokens":46}}


                """.ReplaceLineEndings("\n"));
        }
        else
        {
            await BytesAsync(context, "audio/mpeg", [1, 2, 3], [4, 5]);
        }
    }

    private static async Task BytesAsync(HttpContext context, string contentType, params IEnumerable<byte[]> pieces)
    {
        context.Response.ContentType = contentType;
        foreach (var piece in pieces)
        {
            await context.Response.Body.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }
    }

    private static async Task<IReadOnlyList<VendorPart>> ReadFormAsync(HttpRequest request)
    {
        var parts = new List<VendorPart>();
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value!;
        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            var disposition = section.GetContentDispositionHeader()!;
            var fileName = HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var text = new MemoryStream();
            var buffer = new byte[64 * 1024];
            long bytes = 0;
            while (await section.Body.ReadAsync(buffer) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                bytes += read;
                if (fileName is null)
                {
                    text.Write(buffer, 0, read);
                }
            }

            parts.Add(new VendorPart(
                HeaderUtilities.RemoveQuotes(disposition.Name).Value!, fileName, section.ContentType,
                fileName is null ? System.Text.Encoding.UTF8.GetString(text.ToArray()) : null, bytes, Convert.ToHexString(hash.GetHashAndReset())));
        }

        return parts;
    }
}
