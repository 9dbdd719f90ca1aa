using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Images;

/// <summary>
/// Ideogram 3.0 (https://developer.ideogram.ai/api-reference/api-reference/generate-v3): up to eight images of fifteen ratios,
/// by address. OpenAI's quality is its rendering speed.
/// </summary>
internal sealed class IdeogramImages : IImageVendor
{
    private const string Vendor = "Ideogram";
    private const int CountMax = 8;

    private static readonly string[] Ratios =
        ["1:1", "1:3", "3:1", "1:2", "2:1", "9:16", "16:9", "10:16", "16:10", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4"];

    public ModelApi Api => ModelApi.IdeogramGenerate;

    public bool Streams => false;

    public HubError? WriteRequest(ImageRequest request, string model, Utf8JsonWriter json, FilePieces files, Warnings warnings)
    {
        var (ratio, error) = ImagePolicy.Ratio(request, Vendor, Ratios, warnings);
        error ??= ImagePolicy.Check(request, Vendor, CountMax, "png");
        if (error is null && request.ResponseFormat is not (null or "url"))
        {
            error = ImagePolicy.Refused("response_format", $"{Vendor} returns addresses of images: ask for url, or leave it out.");
        }

        if (error is not null)
        {
            return error;
        }

        var speed = SpeedOf(request.Quality);
        ImagePolicy.DropForeign(request, warnings);
        ImagePolicy.DropIf(request.Quality is not null && speed is null, "quality", warnings);
        ImagePolicy.DropIf(request.OutputCompression is not null, "output_compression", warnings);
        json.WriteStartObject();
        json.WriteString("prompt", request.Prompt);
        json.WriteNumber("num_images", request.Count);
        if (ratio is not null)
        {
            json.WriteString("aspect_ratio", ratio.Replace(':', 'x'));
        }

        if (speed is not null)
        {
            json.WriteString("rendering_speed", speed);
        }

        json.WriteEndObject();
        return null;
    }

    public ImageAnswer? ReadAnswer(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var images = data.EnumerateArray()
            .Select(item => (Url: RequestFields.TextOf(item, "url"), Prompt: RequestFields.TextOf(item, "prompt")))
            .Where(item => item.Url is { Length: > 0 })
            .Select(item => new ReturnedImage(null, item.Url, RevisedPrompt: item.Prompt))
            .ToArray();
        return new ImageAnswer(images, images.Length > 0 ? null : "The images were found unsafe.", null);
    }

    public ReturnedForm FormOf(ImageRequest request) => new((SpeedOf(request.Quality) ?? "DEFAULT").ToLowerInvariant(), null);

    private static string? SpeedOf(string? quality) => quality switch
    {
        "low" => "TURBO",
        "medium" or "standard" => "DEFAULT",
        "high" or "hd" => "QUALITY",
        _ => null,
    };
}
