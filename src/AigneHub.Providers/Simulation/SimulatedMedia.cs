using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Providers.Simulation;

/// <summary>
/// Images and videos of the simulated provider, in OpenAI's wire format: a small picture of one colour, and jobs that take six
/// seconds by the clock alone, since their id says when they began. A prompt with <c>fail</c> makes a video that fails.
/// </summary>
internal sealed class SimulatedMedia(TimeProvider time)
{
    public const string ImageModel = "image";
    public const string VideoModel = "video";

    private const int ImagesMax = 10;
    private const int SecondsMax = 60;
    private const string VideosPath = "/videos";

    private static readonly TimeSpan Queued = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Making = TimeSpan.FromSeconds(4);

    /// <summary>64 × 64 pixels, steel blue.</summary>
    private static readonly string Png =
        "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAT0lEQVR42u3PQQkAAAgEsEtnMDMZ0Ai+hcEKLNXzWgQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
        + "BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQELgvkTsFagzOGjAAAAABJRU5ErkJggg==";

    /// <summary>An MP4 file without tracks: its type, and nothing (ISO/IEC 14496-12).</summary>
    private static readonly byte[] Mp4 = [.. "\0\0\0\u0018ftypmp42\0\0\0\0mp42isom"u8, .. "\0\0\0\u0008free"u8];

    /// <summary>With invented prices: 0.01 USD an image, 0.02 USD a second of video, twice that upright.</summary>
    public static IReadOnlyList<ModelEntry> Models { get; } =
    [
        Model(ImageModel, "Simulated image", new() { [UnitKind.Image] = 10_000 * Nano.PerWhole }),
        Model(VideoModel, "Simulated video", new()
        {
            [UnitKind.Second] = 20_000 * Nano.PerWhole,
            [new RateKey(UnitKind.Second, "720x1280")] = 40_000 * Nano.PerWhole,
        }),
    ];

    /// <summary>Null for other paths.</summary>
    public async Task<HttpResponseMessage?> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (request.Method != HttpMethod.Post)
        {
            return path.StartsWith($"{VideosPath}/", StringComparison.Ordinal)
                ? Video(request.Method, path[(VideosPath.Length + 1)..])
                : null;
        }

        if (path is not ("/images/generations" or VideosPath))
        {
            return null;
        }

        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        return path == VideosPath ? Begin(request.Content.Headers.ContentType?.MediaType, body) : Images(body);
    }

    private static ModelEntry Model(string id, string name, Dictionary<RateKey, long> rates) =>
        new(SimulatedProvider.Id, id, name, null, null, new ModelRates(rates));

    private HttpResponseMessage Images(string body)
    {
        var root = Parse(body);
        if (Text(root, "model") != ImageModel)
        {
            return Error(404, "The model does not exist.", "model");
        }

        if (root?["stream"]?.GetValueKind() == JsonValueKind.True)
        {
            return Error(400, "The simulated images are not streamed.", "stream");
        }

        var count = root?["n"] is JsonValue n && n.TryGetValue<int>(out var asked) ? asked : 1;
        if (count is < 1 or > ImagesMax)
        {
            return Error(400, $"'n' must be 1 to {ImagesMax}.", "n");
        }

        return Json(new JsonObject
        {
            ["created"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["data"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => new JsonObject { ["b64_json"] = Png })]),
            ["output_format"] = "png",
        });
    }

    private HttpResponseMessage Begin(string? mediaType, string body)
    {
        if (mediaType != "application/json")
        {
            return Error(400, "The simulated videos are asked for in JSON.", null);
        }

        var root = Parse(body);
        if (Text(root, "model") != VideoModel)
        {
            return Error(404, "The model does not exist.", "model");
        }

        var isUpright = (Text(root, "size") ?? "720x1280") == "720x1280";
        if (!int.TryParse(Text(root, "seconds") ?? "4", NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 1 or > SecondsMax)
        {
            return Error(400, $"'seconds' must be 1 to {SecondsMax}, as text.", "seconds");
        }

        var fails = Text(root, "prompt")?.Contains("fail", StringComparison.OrdinalIgnoreCase) == true;
        var began = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Json(Document($"sim_{began}_{seconds}_{(isUpright ? "u" : "w")}_{(fails ? "f" : "c")}")!);
    }

    private HttpResponseMessage Video(HttpMethod method, string path)
    {
        var isContent = path.EndsWith("/content", StringComparison.Ordinal);
        var id = isContent ? path[..^"/content".Length] : path;
        if (Document(id) is not { } document)
        {
            return Error(404, "No such video.", null);
        }

        return method == HttpMethod.Delete ? Json(new JsonObject { ["id"] = id, ["object"] = "video.deleted", ["deleted"] = true })
            : !isContent ? Json(document)
            : document["status"]!.GetValue<string>() == "completed" ? Respond(200, Mp4, "video/mp4")
            : Error(404, "Video is not ready yet.", null);
    }

    private JsonObject? Document(string id)
    {
        if (id.Split('_') is not ["sim", var milliseconds, var seconds, var shape, var end]
            || !long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var began)
            || began > time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return null;
        }

        var since = time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(began);
        var status = since < Queued ? "queued" : since < Queued + Making ? "in_progress" : end == "f" ? "failed" : "completed";
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "video",
            ["model"] = VideoModel,
            ["status"] = status,
            ["progress"] = (int)Math.Clamp(100 * ((since - Queued) / Making), 0, 100),
            ["created_at"] = began / 1000,
            ["seconds"] = seconds,
            ["size"] = shape == "u" ? "720x1280" : "1280x720",
            ["error"] = status == "failed"
                ? new JsonObject { ["code"] = "simulated", ["message"] = "The prompt asked for a failure." }
                : null,
        };
    }

    private static JsonNode? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? root, string name) =>
        root?[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static HttpResponseMessage Error(int status, string message, string? param) => Json(
        new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["message"] = message,
                ["type"] = "invalid_request_error",
                ["param"] = param,
                ["code"] = null,
            },
        },
        status);

    private static HttpResponseMessage Json(JsonObject document, int status = 200) =>
        Respond(status, Encoding.UTF8.GetBytes(document.ToJsonString()), "application/json");

    private static HttpResponseMessage Respond(int status, byte[] body, string mediaType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return new HttpResponseMessage((HttpStatusCode)status) { Content = content };
    }
}
