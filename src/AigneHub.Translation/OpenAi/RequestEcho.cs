using System.Text;
using System.Text.Json;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// The caller's own parameters, which a response repeats
/// (<see href="https://platform.openai.com/docs/api-reference/responses/object"/>).
/// </summary>
internal sealed class RequestEcho
{
    /// <summary>Of all members together; larger ones are not repeated, as a stream repeats them three times.</summary>
    private const int BytesMax = 1024 * 1024;

    private readonly Dictionary<string, byte[]> _members = new(StringComparer.Ordinal);

    /// <param name="request">A request that was read; empty: nothing is repeated.</param>
    public RequestEcho(ReadOnlyMemory<byte> request)
    {
        if (request.IsEmpty)
        {
            return;
        }

        using var document = JsonDocument.Parse(request);
        var left = BytesMax;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && member.Name != "input")
            {
                var json = JsonLine.Of(member.Value);
                left -= json.Length;
                if (left < 0)
                {
                    break;
                }

                _members[member.Name] = json.ToArray();
            }
        }
    }

    /// <param name="otherwise">The value, as JSON, when the caller didn't say it.</param>
    public void Write(string name, string otherwise, Utf8JsonWriter writer)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(_members.GetValueOrDefault(name) ?? Encoding.UTF8.GetBytes(otherwise), skipInputValidation: true);
    }

    /// <summary>The member <c>text</c>, which always has a format.</summary>
    public void WriteText(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("text");
        var hasFormat = false;
        if (_members.GetValueOrDefault("text") is { } said)
        {
            using var text = JsonDocument.Parse(said);
            foreach (var member in text.RootElement.EnumerateObject())
            {
                hasFormat |= member.Name == "format";
                writer.WritePropertyName(member.Name);
                JsonLine.Write(writer, member.Value);
            }
        }

        if (!hasFormat)
        {
            writer.WriteStartObject("format");
            writer.WriteString("type", "text");
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
