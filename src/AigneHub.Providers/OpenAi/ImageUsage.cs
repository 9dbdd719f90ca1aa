using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// The <c>usage</c> of images (<see href="https://platform.openai.com/docs/api-reference/images/object"/>): tokens of text and
/// of images, each way. What is generated is image tokens unless the details say otherwise.
/// </summary>
internal static class ImageUsage
{
    /// <summary>Null when it holds no tokens, as with vendors that charge by the image.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static TokenUsage? Read(ReadOnlySpan<byte> usageJson)
    {
        if (usageJson is not [(byte)'{', ..])
        {
            return null;
        }

        long? input = null, output = null;
        (long? Text, long? Image) read = default, made = default;
        var reader = new Utf8JsonReader(usageJson);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "input_tokens"u8))
            {
                input = VendorCount.Read(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "output_tokens"u8))
            {
                output = VendorCount.Read(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "input_tokens_details"u8))
            {
                read = ReadDetails(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "output_tokens_details"u8))
            {
                made = ReadDetails(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (input is null && read == default && output is null or 0)
        {
            return null;
        }

        var images = Math.Min(read.Image ?? 0, input ?? long.MaxValue);
        var text = Math.Min(made.Text ?? 0, output ?? long.MaxValue);
        return new TokenUsage
        {
            Input = input is { } all ? all - images : read.Text ?? 0,
            ImageInput = images,
            Output = text,
            ImageOutput = output is { } generated ? generated - text : made.Image,
        };
    }

    private static (long? Text, long? Image) ReadDetails(ref Utf8JsonReader reader)
    {
        (long? Text, long? Image) details = default;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return details;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "text_tokens"u8))
            {
                details.Text = VendorCount.Read(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "image_tokens"u8))
            {
                details.Image = VendorCount.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return details;
    }
}
