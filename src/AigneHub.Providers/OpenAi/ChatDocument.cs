using System.Text.Json;

namespace AigneHub.Providers.OpenAi;

/// <summary>What the hub reads of a whole chunk or answer: its top level.</summary>
internal readonly ref struct ChatDocument
{
    private ChatDocument(TokenUsage? usage, bool hasChoices, bool isError)
    {
        Usage = usage;
        HasChoices = hasChoices;
        IsError = isError;
    }

    public TokenUsage? Usage { get; }

    /// <summary>There is at least one choice.</summary>
    public bool HasChoices { get; }

    /// <summary>There is a top-level <c>error</c> that is not null.</summary>
    public bool IsError { get; }

    /// <summary>Nothing is found in what is JSON but no object.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ChatDocument Read(ReadOnlySpan<byte> json, UsageQuirks quirks)
    {
        TokenUsage? usage = null;
        TokenUsage? groq = null;
        var hasChoices = false;
        var isError = false;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return default;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage = ReadUsage(ref reader, json, quirks) ?? usage;
            }
            else if (JsonScan.TextIs(ref reader, "x_groq"u8))
            {
                groq = ReadNestedUsage(ref reader, json, quirks);
            }
            else if (JsonScan.TextIs(ref reader, "choices"u8))
            {
                reader.Read();
                hasChoices = reader.TokenType == JsonTokenType.StartArray && !IsEmptyArray(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                reader.Read();
                isError = reader.TokenType != JsonTokenType.Null;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        return new ChatDocument(usage ?? groq, hasChoices, isError);
    }

    private static bool IsEmptyArray(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return true;
        }

        while (reader.CurrentDepth > depth && reader.Read())
        {
        }

        return false;
    }

    private static TokenUsage? ReadNestedUsage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, UsageQuirks quirks)
    {
        TokenUsage? usage = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage = ReadUsage(ref reader, json, quirks);
            }
            else
            {
                reader.Skip();
            }
        }

        return usage;
    }

    private static TokenUsage? ReadUsage(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, UsageQuirks quirks)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return OpenAiUsage.TryRead(json[start..(int)reader.BytesConsumed], quirks, out var usage) ? usage : null;
    }
}
