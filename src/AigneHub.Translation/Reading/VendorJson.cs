using System.Runtime.InteropServices;
using System.Text.Json;

namespace AigneHub.Translation.Reading;

/// <summary>Parses the events of one stream as a vendor sends them.</summary>
internal sealed class VendorJson
{
    /// <summary>Deeper is not parsed.</summary>
    private const int DepthMax = 64;

    private readonly SplitPairs _pairs = new();

    /// <summary>Null when it is no JSON object. Text that is none is mended.</summary>
    public JsonDocument? TryParse(ReadOnlySpan<byte> data) => TryParseWhole(_pairs.Join(data));

    /// <summary>Reads a whole answer, whose text is mended where it is none.</summary>
    public static T? Read<T>(JsonElement body, Func<JsonElement, T?> read)
        where T : class
    {
        if (WellFormedText.IsIn(body))
        {
            return read(body);
        }

        using var mended = TryParseWhole(WellFormedText.Mend(JsonMarshal.GetRawUtf8Value(body)));
        return mended is null ? null : read(mended.RootElement);
    }

    private static JsonDocument? TryParseWhole(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
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
