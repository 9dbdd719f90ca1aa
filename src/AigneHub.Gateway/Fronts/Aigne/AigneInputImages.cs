using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Gateway.Bodies;

namespace AigneHub.Gateway.Fronts.Aigne;

/// <summary>
/// Makes of AIGNE's request with images, flattened already, the one that OpenAI's API has for them: a form with files, which
/// every vendor's codec reads; JSON where one of the images is an address, which the vendor fetches.
/// https://platform.openai.com/docs/api-reference/images/createEdit, https://platform.openai.com/docs/api-reference/videos/create
/// </summary>
internal static class AigneInputImages
{
    /// <summary>As many as OpenAI takes.</summary>
    private const int ImagesMax = 16;

    /// <summary>The exchange's body, and maybe its front, are others then. Errors: 400, 503.</summary>
    public static HubError? Take(Exchange exchange, RequestBodies bodies)
    {
        if (exchange.Front.Shape.InputImage is not { } name)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(
                exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });
            return document.RootElement.TryGetProperty(AigneMediaBody.Image, out var given)
                ? Take(exchange, bodies, document.RootElement, given, name)
                : null;
        }
        catch (InvalidOperationException)
        {
            return RequestHeadParser.Invalid("The request holds text that is not valid (half a surrogate pair).");
        }
    }

    private static HubError? Take(Exchange exchange, RequestBodies bodies, JsonElement root, JsonElement given, string name)
    {
        var form = bodies.NewForm();
        var isTaken = false;
        try
        {
            // Neither the images nor the fields are more than the text that they came as.
            if (!form.TryTakeMemory(exchange.Body.Bytes.Length))
            {
                return BodyErrors.Overloaded;
            }

            var (images, error) = Read(given, exchange.Front.Shape.BeginsVideo ? 1 : ImagesMax);
            if (images is null)
            {
                return error;
            }

            if (images.Exists(image => image.Address is not null))
            {
                exchange.Body.Replace(WriteJson(root, images, exchange.Front.Shape.BeginsVideo ? name : null));
            }
            else
            {
                (var fields, error) = Fill(form, root, images, name);
                if (fields is null)
                {
                    return error;
                }

                exchange.Body.Replace(fields, form);
                isTaken = true;
            }

            exchange.TakeInputImages();
            return null;
        }
        finally
        {
            if (!isTaken)
            {
                form.Dispose();
            }
        }
    }

    private static (List<AigneInputImage>? Images, HubError? Error) Read(JsonElement given, int max)
    {
        var images = new List<AigneInputImage>(1);
        if (given.ValueKind == JsonValueKind.Array && given.GetArrayLength() > max)
        {
            return (null, AigneInputImage.Refused(max == 1 ? "Send one image." : $"Send at most {max} images."));
        }

        foreach (var part in given.ValueKind == JsonValueKind.Array ? [.. given.EnumerateArray()] : (JsonElement[])[given])
        {
            var (image, error) = AigneInputImage.Read(part);
            if (image is null)
            {
                return (null, error);
            }

            images.Add(image);
        }

        return (images, null);
    }

    /// <param name="reference">The name of the one image; null: a list.</param>
    private static byte[] WriteJson(JsonElement root, List<AigneInputImage> images, string? reference)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            foreach (var member in root.EnumerateObject().Where(member => member.Name != AigneMediaBody.Image))
            {
                member.WriteTo(json);
            }

            if (reference is not null)
            {
                json.WriteStartObject(reference);
                json.WriteString("image_url", images[0].Url);
                json.WriteEndObject();
            }
            else
            {
                json.WriteStartArray("images");
                foreach (var image in images)
                {
                    json.WriteStartObject();
                    json.WriteString("image_url", image.Url);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return written.WrittenSpan.ToArray();
    }

    /// <summary>The form's fields as a JSON object; the form has its parts then.</summary>
    private static (byte[]? Fields, HubError? Error) Fill(
        RequestForm form, JsonElement root, List<AigneInputImage> images, string name)
    {
        var fields = new FormFields();
        var bytes = 0;
        foreach (var member in root.EnumerateObject().Where(member => member.Name != AigneMediaBody.Image))
        {
            var value = Encoding.UTF8.GetBytes(
                member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText());
            bytes += value.Length;
            if (!FormPart.IsName(member.Name) || form.Parts.Count == FormReader.PartsMax || bytes > FormReader.FieldBytesMax
                || !fields.TryAdd(member.Name, value))
            {
                return (null, RequestHeadParser.Invalid(
                    $"A request with images has at most {FormReader.PartsMax} members of {FormReader.FieldBytesMax / 1024} KiB "
                    + "together, each once, whose names have no quotes, backslashes or control characters."));
            }

            form.Add(new FormPart(member.Name, null, null, (ReadOnlyMemory<byte>)value));
        }

        for (var i = 0; i < images.Count; i++)
        {
            var type = images[i].MimeType;
            var fileName = $"{i + 1}.{type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..]}";
            form.Add(new FormPart(images.Count == 1 ? name : name + "[]", fileName, type, images[i].Content));
        }

        return (fields.ToJson().ToArray(), null);
    }
}
