using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>What the hub reads of a whole chunk or answer: its top level.</summary>
internal readonly ref struct ChatDocument
{
    private ChatDocument(TokenUsage? usage, bool hasChoices, bool isError, string? model)
    {
        Model = model;
        Usage = usage;
        HasChoices = hasChoices;
        IsError = isError;
    }

    public TokenUsage? Usage { get; }

    /// <summary>What has answered; null when it doesn't say.</summary>
    public string? Model { get; }

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
        string? model = null;
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
            else if (JsonScan.TextIs(ref reader, "model"u8))
            {
                model = JsonScan.Text(JsonScan.Value(ref reader, json));
            }
            else if (JsonScan.TextIs(ref reader, "choices"u8))
            {
                reader.Read();
                hasChoices = reader.TokenType == JsonTokenType.StartArray && !IsEmptyArray(ref reader);
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                isError = JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        return new ChatDocument(usage ?? groq, hasChoices, isError, model);
    }

    /// <summary>What a whole answer is; of what is not JSON nothing.</summary>
    public static AnswerReading ReadAnswer(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            var document = Read(body, quirks);
            return new AnswerReading(
                document.HasChoices, document.Usage, document.IsError ? VendorError.TryRead(body) : null, Model: document.Model);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>
    /// What is text in a chunk's <c>delta</c> or an answer's <c>message</c>: content, reasoning, refusal, and names and
    /// arguments of tool calls.
    /// </summary>
    /// <remarks>
    /// Mistral's content is a list of objects with <c>text</c>, its thinking too. OpenRouter repeats the reasoning in
    /// <c>reasoning_details</c>, others send it under both names.
    /// </remarks>
    public static TextMember TextMemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "arguments"u8)
            || JsonScan.TextIs(ref reader, "text"u8) || JsonScan.TextIs(ref reader, "name"u8)
            || JsonScan.TextIs(ref reader, "refusal"u8))
        {
            return TextMember.Text;
        }

        if (JsonScan.TextIs(ref reader, "reasoning_content"u8) || JsonScan.TextIs(ref reader, "reasoning"u8))
        {
            return TextMember.Reasoning;
        }

        return JsonScan.TextIs(ref reader, "reasoning_details"u8) || JsonScan.TextIs(ref reader, "audio"u8)
            || JsonScan.TextIs(ref reader, "annotations"u8) || JsonScan.TextIs(ref reader, "images"u8)
            ? TextMember.Skipped
            : TextMember.Other;
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
        return OpenAiUsage.TryRead(JsonScan.Value(ref reader, json), quirks, out var usage) ? usage : null;
    }
}
