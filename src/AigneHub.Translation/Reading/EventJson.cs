using System.Text.Json;

namespace AigneHub.Translation.Reading;

/// <summary>Parses what vendors send.</summary>
internal static class EventJson
{
    /// <summary>Deeper is not parsed.</summary>
    private const int DepthMax = 64;

    /// <summary>Null when it is no JSON object. Text that is none is mended.</summary>
    public static JsonDocument? TryParse(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(WellFormedText.Mend(data), new JsonReaderOptions { MaxDepth = DepthMax });
            var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // The tap that goes before has judged the event already.
        }

        return null;
    }
}
