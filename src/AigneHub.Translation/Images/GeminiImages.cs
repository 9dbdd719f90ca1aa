using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Gemini;

namespace AigneHub.Translation.Images;

/// <summary>
/// Gemini's image models by generateContent (https://ai.google.dev/gemini-api/docs/image-generation): one image a call, of a
/// ratio and one of three sizes.
/// </summary>
internal sealed class GeminiImages : IImageVendor
{
    private const string Vendor = "Gemini";

    // https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios_and_image_size
    private static readonly string[] Ratios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];
    private static readonly (int LongSide, string Name)[] Sizes = [(1792, "1K"), (3584, "2K"), (7168, "4K")];

    public ModelApi Api => ModelApi.GeminiGenerateContent;

    public bool Streams => true;

    public HubError? WriteRequest(ImageRequest request, string model, Utf8JsonWriter json, FilePieces files, Warnings warnings)
    {
        var (ratio, error) = ImagePolicy.Ratio(request, Vendor, Ratios, warnings);
        error ??= ImagePolicy.Check(request, Vendor, countMax: 1, "png") ?? ImagePolicy.CheckReturnsBytes(request, Vendor);
        var (size, tooLarge) = SizeOf(request, model);
        error ??= tooLarge;
        if (error is not null)
        {
            return error;
        }

        ImagePolicy.DropForeign(request, warnings);
        ImagePolicy.DropIf(request.Quality is not null, "quality", warnings);
        ImagePolicy.DropIf(request.OutputCompression is not null, "output_compression", warnings);
        json.WriteStartObject();
        json.WriteStartArray("contents");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteStartArray("parts");
        foreach (var input in request.Inputs)
        {
            json.WriteStartObject();
            json.WriteStartObject("inlineData");
            json.WriteString("mimeType", input.MimeType);
            files.Write(json, "data", input.Content);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("text", request.Prompt);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("generationConfig");
        json.WriteStartArray("responseModalities");
        json.WriteStringValue("IMAGE");
        json.WriteEndArray();
        if (ratio is not null)
        {
            json.WriteStartObject("imageConfig");
            json.WriteString("aspectRatio", ratio);
            if (size is not null)
            {
                json.WriteString("imageSize", size);
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
        if (body.TryGetProperty("promptFeedback", out var feedback) && Text(feedback, "blockReason") is { } reason)
        {
            refusal = $"The prompt was refused ({reason}).";
        }

        if (body.TryGetProperty("candidates", out var candidates) && candidates.ValueKind == JsonValueKind.Array)
        {
            foreach (var candidate in candidates.EnumerateArray())
            {
                AddImages(candidate, images);
                refusal ??= RefusalOf(candidate);
            }
        }

        var usage = default(GeminiUsage);
        if (body.TryGetProperty("usageMetadata", out var reported))
        {
            usage.Read(JsonMarshal.GetRawUtf8Value(reported));
        }

        return new ImageAnswer(images, images.Count == 0 ? refusal : null, usage.Usage);
    }

    public ReturnedForm FormOf(ImageRequest request) => default;

    /// <summary>Null for the size that is made unasked.</summary>
    private static (string? Size, HubError? Error) SizeOf(ImageRequest request, string model)
    {
        if (request.Size is not { } asked || asked.LongSide <= Sizes[0].LongSide)
        {
            return default;
        }

        var found = Array.Find(Sizes, size => asked.LongSide <= size.LongSide).Name;
        return found is null ? (null, ImagePolicy.Refused("size", $"{Vendor} makes no images as large as {asked}."))
            : model.Contains("2.5", StringComparison.Ordinal) ? (null, ImagePolicy.Refused("size", $"{model} makes images of 1K only."))
            : (found, null);
    }

    private static void AddImages(JsonElement candidate, List<ReturnedImage> images)
    {
        if (candidate.ValueKind != JsonValueKind.Object || !candidate.TryGetProperty("content", out var content)
            || content.ValueKind != JsonValueKind.Object || !content.TryGetProperty("parts", out var parts)
            || parts.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var part in parts.EnumerateArray())
        {
            // Thoughts hold drafts of the image.
            if (part.ValueKind == JsonValueKind.Object
                && !(part.TryGetProperty("thought", out var thought) && thought.ValueKind == JsonValueKind.True)
                && part.TryGetProperty("inlineData", out var inline) && inline.ValueKind == JsonValueKind.Object
                && inline.TryGetProperty("data", out var data) && Base64Text.Of(data) is { } base64)
            {
                images.Add(new ReturnedImage(base64, null, Text(inline, "mimeType")));
            }
        }
    }

    /// <summary>A finish other than the ordinary one; before it nothing is said.</summary>
    private static string? RefusalOf(JsonElement candidate) => Text(candidate, "finishReason") switch
    {
        null => null,
        "STOP" => Text(candidate, "finishMessage") ?? "The model has answered without an image.",
        var reason => Text(candidate, "finishMessage") ?? $"The image was refused ({reason}).",
    };

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
