using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AigneHub.Gateway.Bodies;

/// <summary>
/// A form's fields as a JSON object, for whoever reads requests: texts, a name that is repeated as a list of them, and
/// <c>stream</c> as the boolean that it stands for.
/// </summary>
internal sealed class FormFields
{
    // They decide what is called, how it is answered and what it costs: two of them could be understood either way.
    private static readonly string[] Deciding = ["model", "stream", "size", "quality"];

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    /// <summary>Such a name, in whatever case, can't be a file's.</summary>
    public static bool IsDeciding(string name) => Deciding.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>False for a second one of those that decide.</summary>
    /// <param name="value">UTF-8.</param>
    public bool TryAdd(string name, ReadOnlySpan<byte> value)
    {
        if (!_values.TryGetValue(name, out var values))
        {
            _values.Add(name, values = []);
        }

        values.Add(Encoding.UTF8.GetString(value));
        return values.Count == 1 || !Deciding.Contains(name);
    }

    public ReadOnlySpan<byte> ToJson()
    {
        var written = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var (name, values) in _values)
            {
                json.WritePropertyName(name);
                Write(json, name, values);
            }

            json.WriteEndObject();
        }

        return written.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, string name, List<string> values)
    {
        if (values is [var value])
        {
            if (name == "stream" && bool.TryParse(value, out var stream))
            {
                json.WriteBooleanValue(stream);
            }
            else
            {
                json.WriteStringValue(value);
            }

            return;
        }

        json.WriteStartArray();
        values.ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }
}
