using System.Globalization;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Images;

/// <summary>
/// Reads a request of OpenAI's API of images, sent as JSON or as a form, whose fields are all texts
/// (https://platform.openai.com/docs/api-reference/images/create).
/// </summary>
public static class ImageRequestReader
{
    private const int CountMax = 10;

    private static readonly string[] Read =
    [
        "model", "prompt", "n", "size", "quality", "output_format", "output_compression", "response_format", "background", "stream",
    ];

    // What says nothing when it stands at its default.
    private static readonly (string Name, string Default)[] Defaults = [("moderation", "auto"), ("partial_images", "0")];

    /// <summary>Exactly one of the results is null.</summary>
    public static (ImageRequest? Request, HubError? Error) ReadRequest(JsonElement body, bool stream)
    {
        var fields = new RequestFields();
        if (!WellFormedText.IsIn(body))
        {
            fields.Invalid("prompt", "The request holds text that is not valid (half a surrogate pair).");
            return (null, fields.Error);
        }

        var request = new ImageRequest
        {
            Prompt = fields.NeededText(body, "prompt", "prompt"),
            Count = Number(fields, body, "n", 1, CountMax) ?? 1,
            Size = Size(fields, body),
            Quality = Word(fields, body, "quality"),
            OutputFormat = Word(fields, body, "output_format"),
            OutputCompression = Number(fields, body, "output_compression", 0, 100),
            ResponseFormat = Word(fields, body, "response_format"),
            Background = Word(fields, body, "background"),
            Stream = stream,
            Foreign = [.. body.EnumerateObject().Where(IsForeign).Select(member => member.Name)],
        };
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    private static bool IsForeign(JsonProperty member) =>
        member.Value.ValueKind != JsonValueKind.Null && !Read.Contains(member.Name)
        && !Defaults.Contains((member.Name, member.Value.ToString()));

    private static string? Word(RequestFields fields, JsonElement body, string name) =>
        fields.Text(body, name, name) is { } word and not "auto" ? word : null;

    private static ImageSize? Size(RequestFields fields, JsonElement body)
    {
        if (Word(fields, body, "size") is not { } text)
        {
            return null;
        }

        if (ImageSize.TryParse(text, out var size))
        {
            return size;
        }

        fields.Invalid("size", "'size' must be auto, or a width and a height such as 1024x1024.");
        return null;
    }

    private static int? Number(RequestFields fields, JsonElement body, string name, int min, int max)
    {
        if (!RequestFields.Has(body, name, out var value))
        {
            return null;
        }

        var isNumber = value.ValueKind == JsonValueKind.String
            ? int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            : TryInt32(value, out number);
        if (isNumber && number >= min && number <= max)
        {
            return number;
        }

        fields.Invalid(name, $"'{name}' must be a whole number from {min} to {max}.");
        return null;
    }

    private static bool TryInt32(JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }
}
