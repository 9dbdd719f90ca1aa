using System.Text.Json;
using AigneHub.Gateway.Bodies;

namespace AigneHub.Gateway.Fronts;

/// <summary>What a request holds beside text, whatever its API.</summary>
internal sealed class Modalities
{
    public static readonly Modalities None = new();
    private static readonly string[] Spoken = ["messages", "contents", "content", "input", "system", "prompt"];
    private bool _image;
    private bool _audio;
    private bool _file;
    private bool _tools;

    /// <param name="request">An object, of bounded depth.</param>
    public static Modalities Of(JsonElement request)
    {
        var found = new Modalities
        {
            _tools = request.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0,
        };
        foreach (var name in Spoken)
        {
            if (request.TryGetProperty(name, out var spoken))
            {
                found.Walk(spoken);
            }
        }

        return found;
    }

    public bool Holds(string modality) => modality switch
    {
        "image" => _image,
        "audio" => _audio,
        "file" => _file,
        "tools" => _tools,
        _ => false,
    };

    /// <summary>Whether one of a form's files is of the kind, by its type; a <c>file</c> is any.</summary>
    public static bool InForm(RequestForm form, string modality) => form.Parts.Any(part =>
        part.IsFile && (modality == "file" || part.ContentType?.StartsWith(modality + "/", StringComparison.OrdinalIgnoreCase) == true));

    private void Walk(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Walk(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            Note(element);
            foreach (var member in element.EnumerateObject())
            {
                Walk(member.Value);
            }
        }
    }

    /// <summary>
    /// OpenAI's and Anthropic's parts name their <c>type</c>; Gemini's <c>inlineData</c> and <c>fileData</c> have a
    /// <c>mimeType</c>, and AIGNE's <c>url</c> and <c>file</c> may have one.
    /// </summary>
    private void Note(JsonElement part)
    {
        switch (Text(part, "type"))
        {
            case "image_url" or "input_image" or "image":
                _image = true;
                break;
            case "input_audio":
                _audio = true;
                break;
            case "file" or "input_file" or "document" when Text(part, "mimeType") is null:
                _file = true;
                break;
            case "url" when Text(part, "mimeType") is null:
                _image = true;
                break;
            default:
                var mime = Text(part, "mimeType") ?? Text(part, "mime_type");
                _image |= mime is not null && Is(mime, "image/");
                _audio |= mime is not null && Is(mime, "audio/");
                _file |= mime is not null && !IsMedia(mime);
                break;
        }
    }

    private static bool IsMedia(string mime) => Is(mime, "image/") || Is(mime, "audio/");

    private static bool Is(string mime, string family) => mime.StartsWith(family, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
