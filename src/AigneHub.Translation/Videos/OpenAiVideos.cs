using System.Globalization;
using System.Text.Json;
using AigneHub.Core.Jobs;
using AigneHub.Core.Routing;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Videos;

/// <summary>https://platform.openai.com/docs/api-reference/videos</summary>
internal sealed class OpenAiVideos : IVideoVendor
{
    private const int IdCharactersMax = 200;
    private const int SecondsMax = 3600;
    private const int TextCharactersMax = 1000;

    public ModelApi Api => ModelApi.OpenAiVideos;

    public int SecondsUnasked => 4;

    public string SizeUnasked => "720x1280";

    public VideoState? ReadState(JsonElement body)
    {
        if (RequestFields.TextOf(body, "id") is not { } id || StatusPath(id) is null || StatusOf(body) is not { } status)
        {
            return null;
        }

        var error = RequestFields.Has(body, "error", out var said) ? said : default;
        return new VideoState(
            id, status, Whole(body, "progress", 100), Seconds(body), RequestFields.TextOf(body, "size"), Moment(body, "expires_at"),
            Short(RequestFields.TextOf(error, "code")), Short(RequestFields.TextOf(error, "message")));
    }

    public string? StatusPath(string vendorId) =>
        vendorId.Length is > 0 and <= IdCharactersMax && vendorId.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? $"videos/{vendorId}"
            : null;

    public string PriceForm(string size) => size;

    internal static string? Short(string? text) => text is { Length: > TextCharactersMax } ? text[..TextCharactersMax] : text;

    private static VideoStatus? StatusOf(JsonElement body) => RequestFields.TextOf(body, "status") switch
    {
        "queued" => VideoStatus.Queued,
        "in_progress" => VideoStatus.InProgress,
        "completed" => VideoStatus.Completed,
        "failed" or "cancelled" => VideoStatus.Failed,
        null => null,
        _ => VideoStatus.InProgress, // It has begun, whatever the word for it.
    };

    /// <summary>A text in OpenAI's own answers. No video is of none.</summary>
    private static int? Seconds(JsonElement body) => Told(body) is > 0 and var seconds ? seconds : null;

    private static int? Told(JsonElement body) =>
        RequestFields.TextOf(body, "seconds") is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= SecondsMax ? seconds : null
            : Whole(body, "seconds", SecondsMax);

    private static int? Whole(JsonElement body, string name, int max) =>
        RequestFields.Has(body, name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            && number >= 0 && number <= max ? number : null;

    private static DateTimeOffset? Moment(JsonElement body, string name) =>
        Whole(body, name, int.MaxValue) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
