using System.Text.Json;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Fronts;

/// <summary>The <c>size</c> and <c>quality</c> that a request names at its top level.</summary>
internal static class RequestedForm
{
    /// <param name="body">Well-formed JSON, an object.</param>
    public static ReturnedForm Of(ReadOnlySpan<byte> body)
    {
        string? quality = null, size = null;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isQuality = reader.ValueTextEquals("quality"u8);
            var isSize = reader.ValueTextEquals("size"u8);
            reader.Read();
            quality = isQuality ? WordAt(ref reader) : quality;
            size = isSize ? WordAt(ref reader) : size;

            reader.Skip();
        }

        return new ReturnedForm(quality, size);
    }

    private static string? WordAt(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String ? ReturnedForm.Plain(reader.GetString()) : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no word of a price.
            return null;
        }
    }
}
