using System.Runtime.InteropServices;
using System.Text.Json;

namespace AigneHub.Translation.Reading;

/// <summary>JSON as it came, but on one line: a line's end would end the field of a server-sent event.</summary>
internal static class JsonLine
{
    /// <summary>Byte for byte, also what is no text; only line ends become spaces. Within JSON's strings there are none.</summary>
    public static ReadOnlySpan<byte> Of(JsonElement value)
    {
        var json = JsonMarshal.GetRawUtf8Value(value);
        if (json.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            return json;
        }

        var line = json.ToArray();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }

    public static void Write(Utf8JsonWriter output, JsonElement value) =>
        output.WriteRawValue(Of(value), skipInputValidation: true);
}
