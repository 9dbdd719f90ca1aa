using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Images;

/// <summary>
/// Imagen's <c>:predict</c>
/// (https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api): up to four images of five ratios.
/// </summary>
internal sealed class ImagenImages : IImageVendor
{
    private const string Vendor = "Imagen";
    private const int CountMax = 4;
    private const int LongSideOf1K = 1792;
    private const int LongSideOf2K = 3584;

    private static readonly string[] Ratios = ["1:1", "3:4", "4:3", "9:16", "16:9"];

    public ModelApi Api => ModelApi.GoogleImagen;

    public bool Streams => false;

    public HubError? WriteRequest(ImageRequest request, string model, Utf8JsonWriter json, FilePieces files, Warnings warnings)
    {
        var (ratio, error) = ImagePolicy.Ratio(request, Vendor, Ratios, warnings);
        error ??= ImagePolicy.Check(request, Vendor, CountMax, "png", "jpeg") ?? ImagePolicy.CheckReturnsBytes(request, Vendor);
        error ??= request.Size is { LongSide: > LongSideOf2K } large
            ? ImagePolicy.Refused("size", $"{Vendor} makes no images as large as {large}.")
            : null;
        if (error is not null)
        {
            return error;
        }

        var isJpeg = request.OutputFormat == "jpeg";
        ImagePolicy.DropForeign(request, warnings);
        ImagePolicy.DropIf(request.Quality is not null, "quality", warnings);
        ImagePolicy.DropIf(request.OutputCompression is not null && !isJpeg, "output_compression", warnings);
        json.WriteStartObject();
        json.WriteStartArray("instances");
        json.WriteStartObject();
        json.WriteString("prompt", request.Prompt);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("parameters");
        json.WriteNumber("sampleCount", request.Count);
        json.WriteBoolean("includeRaiReason", true);
        if (ratio is not null)
        {
            json.WriteString("aspectRatio", ratio);
        }

        if (request.Size is { LongSide: > LongSideOf1K })
        {
            json.WriteString("sampleImageSize", "2K");
        }

        if (request.OutputFormat is { } format)
        {
            json.WriteStartObject("outputOptions");
            json.WriteString("mimeType", $"image/{format}");
            if (isJpeg && request.OutputCompression is { } compression)
            {
                json.WriteNumber("compressionQuality", compression);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return null;
    }

    public ImageAnswer? ReadAnswer(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        List<ReturnedImage> images = [];
        string? refusal = null;
        if (body.TryGetProperty("predictions", out var predictions) && predictions.ValueKind == JsonValueKind.Array)
        {
            foreach (var prediction in predictions.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
            {
                if (prediction.TryGetProperty("bytesBase64Encoded", out var data) && Base64Text.Of(data) is { } base64)
                {
                    var revised = RequestFields.TextOf(prediction, "prompt");
                    images.Add(new ReturnedImage(base64, null, RequestFields.TextOf(prediction, "mimeType"), revised));
                }

                refusal ??= RequestFields.TextOf(prediction, "raiFilteredReason");
            }
        }

        return new ImageAnswer(images, images.Count > 0 ? null : refusal ?? "All images were taken out by the vendor's filters.", null);
    }

    public ReturnedForm FormOf(ImageRequest request) => default;
}
