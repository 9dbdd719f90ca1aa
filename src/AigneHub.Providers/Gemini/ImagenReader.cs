using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// Imagen's <c>:predict</c> (https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api), which is
/// charged by the image. What its filters have taken out is no image.
/// </summary>
internal sealed class ImagenReader : IAnswerReader
{
    public ModelApi Api => ModelApi.GoogleImagen;

    public IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax) => null;

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            return ReadDocument(body);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => 0;

    private static AnswerReading ReadDocument(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new AnswerReading(false, null, VendorError.TryRead(body));
        }

        var images = 0L;
        var found = false;
        var hasError = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            hasError |= JsonScan.TextIs(ref reader, "error"u8);
            var isPredictions = JsonScan.TextIs(ref reader, "predictions"u8);
            reader.Read();
            if (!isPredictions || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            found = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                images += JsonScan.Has(body[start..(int)reader.BytesConsumed], "\"bytesBase64Encoded\""u8, (byte)'"') ? 1 : 0;
            }
        }

        reader.Read(); // Throws when something follows the object.
        return hasError || !found
            ? new AnswerReading(false, null, VendorError.TryRead(body))
            : new AnswerReading(true, TokenUsage.Free with { Images = images }, null);
    }
}
