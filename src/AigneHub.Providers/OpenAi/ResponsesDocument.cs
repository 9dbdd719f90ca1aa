using System.Text;
using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// What the hub reads of a response (<see href="https://platform.openai.com/docs/api-reference/responses/object"/>).
/// </summary>
internal readonly ref struct ResponsesDocument
{
    private ResponsesDocument(bool isResponse, bool failed, ReadOnlySpan<byte> error, TokenUsage? usage, string? id)
    {
        Id = id;
        IsResponse = isResponse;
        Failed = failed;
        Error = error;
        Usage = usage;
    }

    public bool IsResponse { get; }

    /// <summary>Null when there is none.</summary>
    public string? Id { get; }

    /// <summary>It says that it failed.</summary>
    public bool Failed { get; }

    /// <summary>The value of <c>error</c>; empty when there is none.</summary>
    public ReadOnlySpan<byte> Error { get; }

    public TokenUsage? Usage { get; }

    /// <summary>Nothing is found in what is JSON but no object.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ResponsesDocument Read(ReadOnlySpan<byte> json, UsageQuirks quirks)
    {
        var isResponse = false;
        var failed = false;
        ReadOnlySpan<byte> error = default;
        TokenUsage? usage = null;
        string? id = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return default;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "object"u8))
            {
                isResponse = JsonScan.Value(ref reader, json).SequenceEqual("\"response\""u8);
            }
            else if (JsonScan.TextIs(ref reader, "id"u8))
            {
                var value = JsonScan.Value(ref reader, json);
                id = value is [(byte)'"', .., (byte)'"'] ? Encoding.UTF8.GetString(value[1..^1]) : null;
            }
            else if (JsonScan.TextIs(ref reader, "status"u8))
            {
                failed = JsonScan.Value(ref reader, json).SequenceEqual("\"failed\""u8);
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                var value = JsonScan.Value(ref reader, json);
                error = value.SequenceEqual("null"u8) ? default : value;
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                usage = OpenAiUsage.TryReadResponses(JsonScan.Value(ref reader, json), quirks, out var read) ? read : null;
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        return new ResponsesDocument(isResponse, failed, error, usage, id);
    }

    /// <summary>What is text in the items of <c>output</c>.</summary>
    public static TextMember TextMemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "text"u8) || JsonScan.TextIs(ref reader, "refusal"u8)
            || JsonScan.TextIs(ref reader, "name"u8) || JsonScan.TextIs(ref reader, "arguments"u8)
            || JsonScan.TextIs(ref reader, "input"u8) || JsonScan.TextIs(ref reader, "code"u8))
        {
            return TextMember.Text;
        }

        // What tools have found is not the model's word, and log probabilities repeat it.
        return JsonScan.TextIs(ref reader, "annotations"u8) || JsonScan.TextIs(ref reader, "logprobs"u8)
            || JsonScan.TextIs(ref reader, "results"u8) || JsonScan.TextIs(ref reader, "outputs"u8)
            || JsonScan.TextIs(ref reader, "tools"u8)
            ? TextMember.Skipped
            : TextMember.Other;
    }
}
