using System.Globalization;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Images;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Videos;

/// <summary>
/// What OpenAI's API of videos asks for (https://platform.openai.com/docs/api-reference/videos/create), sent as JSON or as a form.
/// </summary>
/// <param name="Seconds">Of the video; null: the vendor's default.</param>
/// <param name="Size">Null: the vendor's default.</param>
/// <param name="Reference">The image that the video begins with.</param>
/// <param name="NamesReference">The image is named within JSON, by an address or a file's id.</param>
/// <param name="Foreign">Members that OpenAI's API does not have.</param>
public sealed record VideoRequest(
    string Prompt, int? Seconds, ImageSize? Size, ImageInput? Reference, bool NamesReference, IReadOnlyList<string> Foreign)
{
    private const int SecondsMax = 600;

    private static readonly string[] Known = ["model", "prompt", "seconds", "size", "input_reference"];

    /// <summary>Exactly one of the results is null.</summary>
    public static (VideoRequest? Request, HubError? Error) Read(JsonElement body)
    {
        var fields = new RequestFields();
        if (!WellFormedText.IsIn(body))
        {
            fields.Invalid("prompt", "The request holds text that is not valid (half a surrogate pair).");
            return (null, fields.Error);
        }

        var request = new VideoRequest(
            fields.NeededText(body, "prompt", "prompt"), ReadSeconds(fields, body), ReadSize(fields, body), null,
            RequestFields.Has(body, "input_reference", out _),
            [.. body.EnumerateObject().Select(member => member.Name).Where(name => !Known.Contains(name))]);
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    private static int? ReadSeconds(RequestFields fields, JsonElement body)
    {
        if (!RequestFields.Has(body, "seconds", out var value))
        {
            return null;
        }

        // OpenAI writes them as text.
        var text = value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= SecondsMax)
        {
            return seconds;
        }

        fields.Invalid("seconds", $"'seconds' must be a whole number from 1 to {SecondsMax}.");
        return null;
    }

    private static ImageSize? ReadSize(RequestFields fields, JsonElement body)
    {
        if (fields.Text(body, "size", "size") is not { } text)
        {
            return null;
        }

        if (ImageSize.TryParse(text, out var size))
        {
            return size;
        }

        fields.Invalid("size", "'size' must be a width and a height, such as 1280x720.");
        return null;
    }
}
