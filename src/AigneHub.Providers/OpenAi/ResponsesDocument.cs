using System.Text;
using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.OpenAi;

/// <summary>
/// What the hub reads of a response (<see href="https://platform.openai.com/docs/api-reference/responses/object"/>).
/// </summary>
internal readonly ref struct ResponsesDocument
{
    private ResponsesDocument(
        bool isResponse, bool failed, ReadOnlySpan<byte> error, TokenUsage? usage, string? id, string? model)
    {
        Model = model;
        Id = id;
        IsResponse = isResponse;
        Failed = failed;
        Error = error;
        Usage = usage;
    }

    public bool IsResponse { get; }

    /// <summary>Null when there is none.</summary>
    public string? Id { get; }

    /// <summary>What has answered; null when it doesn't say.</summary>
    public string? Model { get; }

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
        long searches = 0;
        string? id = null;
        string? model = null;
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
            else if (JsonScan.TextIs(ref reader, "model"u8))
            {
                model = JsonScan.Text(JsonScan.Value(ref reader, json));
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
            else if (JsonScan.TextIs(ref reader, "output"u8))
            {
                searches = SearchesIn(JsonScan.Value(ref reader, json));
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        // What the vendor itself reports of its searches is what it charges.
        usage = searches > 0 && usage?.Searches is null ? (usage ?? default) with { Searches = searches } : usage;
        return new ResponsesDocument(isResponse, failed, error, usage, id, model);
    }

    /// <summary>
    /// Whether an item of <c>output</c> is a search. Pages that are opened or looked through are items of the same type and cost nothing
    /// (<see href="https://platform.openai.com/docs/guides/tools-web-search#output-and-citations"/>).
    /// </summary>
    public static bool IsSearch(ReadOnlySpan<byte> item)
    {
        var isSearch = false;
        if (item is not [(byte)'{', ..])
        {
            return false;
        }

        var reader = new Utf8JsonReader(item);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "type"u8))
            {
                isSearch = JsonScan.Value(ref reader, item).SequenceEqual("\"web_search_call\""u8);
            }
            else if (JsonScan.TextIs(ref reader, "action"u8))
            {
                var action = JsonScan.Value(ref reader, item);
                if (IsOfType(action, "open_page"u8) || IsOfType(action, "find_in_page"u8) || IsOfType(action, "find"u8))
                {
                    return false;
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return isSearch;
    }

    private static bool IsOfType(ReadOnlySpan<byte> json, ReadOnlySpan<byte> type)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.TokenType != JsonTokenType.Null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "type"u8))
            {
                reader.Read();
                return reader.TokenType == JsonTokenType.String && JsonScan.TextIs(ref reader, type);
            }

            reader.Skip();
        }

        return false;
    }

    private static long SearchesIn(ReadOnlySpan<byte> output)
    {
        long searches = 0;
        if (output.IndexOf("web_search_call"u8) < 0)
        {
            return 0;
        }

        var reader = new Utf8JsonReader(output);
        reader.Read();
        while (reader.TokenType != JsonTokenType.Null && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            searches += IsSearch(output[start..(int)reader.BytesConsumed]) ? 1 : 0;
        }

        return searches;
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
