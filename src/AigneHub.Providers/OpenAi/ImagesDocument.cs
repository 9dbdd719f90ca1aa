using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// What the hub reads of an answer with images, or of one event of its stream, which are alike: members of the answer stand
/// beside the image in an event (<see href="https://platform.openai.com/docs/api-reference/images-streaming"/>).
/// </summary>
internal ref struct ImagesDocument
{
    private string? _quality;
    private string? _size;
    private string? _itemSize;

    /// <summary>The event's <c>type</c>; empty in an answer.</summary>
    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>There is a list <c>data</c>.</summary>
    public bool HasData { get; private set; }

    /// <summary>Images in it: items with <c>b64_json</c> or <c>url</c>.</summary>
    public int Images { get; private set; }

    /// <summary>There is a top-level <c>error</c> that is not null.</summary>
    public bool IsError { get; private set; }

    public TokenUsage? Usage { get; private set; }

    public readonly ReturnedForm Form => new(_quality, _size ?? _itemSize);

    /// <summary>Nothing is found in what is JSON but no object.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ImagesDocument Read(ReadOnlySpan<byte> json)
    {
        var document = default(ImagesDocument);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            document.ReadObject(ref reader, json);
        }
        else
        {
            reader.Skip();
        }

        reader.Read(); // Throws when something follows the value.
        return document;
    }

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "data"u8))
            {
                reader.Read();
                ReadData(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "b64_json"u8) || JsonScan.TextIs(ref reader, "url"u8))
            {
                Images += JsonScan.SkipValue(ref reader) ? 1 : 0;
            }
            else if (JsonScan.TextIs(ref reader, "type"u8))
            {
                Type = JsonScan.Value(ref reader, json).Trim((byte)'"');
            }
            else if (JsonScan.TextIs(ref reader, "quality"u8))
            {
                _quality = FormWord(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "size"u8))
            {
                _size = FormWord(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                Usage = ImageUsage.Read(JsonScan.Value(ref reader, json));
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                IsError = JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadData(ref Utf8JsonReader reader)
    {
        HasData = reader.TokenType == JsonTokenType.StartArray;
        if (!HasData)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var isImage = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonScan.TextIs(ref reader, "b64_json"u8) || JsonScan.TextIs(ref reader, "url"u8))
                {
                    isImage |= JsonScan.SkipValue(ref reader);
                }
                else if (JsonScan.TextIs(ref reader, "size"u8))
                {
                    _itemSize ??= FormWord(ref reader); // Doubao
                }
                else
                {
                    reader.Skip();
                }
            }

            Images += isImage ? 1 : 0;
        }
    }

    private static string? FormWord(ref Utf8JsonReader reader)
    {
        reader.Read();
        var word = reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped ? ReturnedForm.Plain(reader.GetString()) : null;
        reader.Skip();
        return word;
    }
}
