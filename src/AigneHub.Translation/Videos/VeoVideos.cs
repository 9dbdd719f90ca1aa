using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Core.Routing;
using AigneHub.Translation.Images;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Videos;

/// <summary>
/// Veo on the Gemini API (https://ai.google.dev/gemini-api/docs/video): a long-running operation, whose name is asked until it is
/// done; the video is then at an address.
/// </summary>
public sealed class VeoVideos : IVideoVendor
{
    private const int NameCharactersMax = 500;
    private const int AddressCharactersMax = 4000;

    // https://ai.google.dev/gemini-api/docs/video#veo-api-parameters
    private static readonly (string Size, string Ratio, string Resolution)[] Sizes =
    [
        ("1280x720", "16:9", "720p"), ("720x1280", "9:16", "720p"), ("1920x1080", "16:9", "1080p"), ("1080x1920", "9:16", "1080p"),
        ("3840x2160", "16:9", "4k"), ("2160x3840", "9:16", "4k"),
    ];

    internal VeoVideos()
    {
    }

    public ModelApi Api => ModelApi.GoogleVeo;

    public int SecondsUnasked => 8;

    public string SizeUnasked => "1280x720";

    /// <summary>Writes the request's JSON object; null, or why it can't be expressed (400, names the field).</summary>
    public HubError? WriteRequest(VideoRequest request, Utf8JsonWriter json, FilePieces files, Warnings warnings)
    {
        var asked = request.Size?.ToString() ?? SizeUnasked;
        var (size, ratio, resolution) = Array.Find(Sizes, known => known.Size == asked);
        if (size is null)
        {
            return new HubError(
                400, "unsupported_parameter", Blame.Caller,
                $"Veo makes videos of {string.Join(", ", Sizes.Select(known => known.Size))}; {asked} is none of these.", "size");
        }

        if (request.NamesReference)
        {
            // It would have to be fetched.
            return new HubError(
                400, "unsupported_parameter", Blame.Caller,
                "For Veo send 'input_reference' as a file (multipart/form-data; in AIGNE's call 'image' of the type 'file').",
                "input_reference");
        }

        foreach (var name in request.Foreign)
        {
            warnings.DropMember(name);
        }

        json.WriteStartObject();
        json.WriteStartArray("instances");
        json.WriteStartObject();
        json.WriteString("prompt", request.Prompt);
        if (request.Reference is { } image)
        {
            json.WriteStartObject("image");
            files.Write(json, "bytesBase64Encoded", image.Content);
            json.WriteString("mimeType", image.MimeType);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("parameters");
        json.WriteNumber("sampleCount", 1);
        json.WriteString("aspectRatio", ratio);
        json.WriteString("resolution", resolution);
        json.WriteNumber("durationSeconds", request.Seconds ?? SecondsUnasked);
        json.WriteEndObject();
        json.WriteEndObject();
        return null;
    }

    public VideoState? ReadState(JsonElement body)
    {
        if (RequestFields.TextOf(body, "name") is not { } name || StatusPath(name) is null)
        {
            return null;
        }

        if (RequestFields.Has(body, "error", out var error))
        {
            return Failed(name, RequestFields.TextOf(error, "message"));
        }

        if (!RequestFields.Has(body, "done", out var done) || done.ValueKind != JsonValueKind.True)
        {
            return new VideoState(name, VideoStatus.InProgress);
        }

        var made = RequestFields.Has(body, "response", out var response)
            && RequestFields.Has(response, "generateVideoResponse", out var inner) ? inner : default;
        return AddressIn(made) is { } content
            ? new VideoState(name, VideoStatus.Completed, 100, Content: content)
            : Failed(name, FilterReason(made));
    }

    public string? StatusPath(string vendorId) =>
        vendorId.Length <= NameCharactersMax && vendorId.StartsWith("models/", StringComparison.Ordinal)
            && vendorId.Contains("/operations/", StringComparison.Ordinal)
            && vendorId.Split('/').All(IsStep)
            ? vendorId
            : null;

    public string PriceForm(string size) => Array.Find(Sizes, known => known.Size == size).Resolution ?? size;

    private static bool IsStep(string part) =>
        part is not ("" or "." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static VideoState Failed(string name, string? message) => new(
        name, VideoStatus.Failed, ErrorCode: "video_generation_failed",
        ErrorMessage: OpenAiVideos.Short(message) ?? "The provider made no video and gave no reason.");

    private static Uri? AddressIn(JsonElement made) =>
        RequestFields.Has(made, "generatedSamples", out var samples) && samples.ValueKind == JsonValueKind.Array
            && samples.GetArrayLength() > 0 && RequestFields.Has(samples[0], "video", out var video)
            && Uri.TryCreate(RequestFields.TextOf(video, "uri"), UriKind.Absolute, out var uri)
            && uri.AbsoluteUri.Length <= AddressCharactersMax ? uri : null;

    private static string? FilterReason(JsonElement made) =>
        RequestFields.Has(made, "raiMediaFilteredReasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array
            && reasons.GetArrayLength() > 0 && reasons[0].ValueKind == JsonValueKind.String ? reasons[0].GetString() : null;
}
