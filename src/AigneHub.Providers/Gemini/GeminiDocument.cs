using System.Text;
using System.Text.Json;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers.Gemini;

/// <summary>
/// What the hub reads of an answer or of one event of a stream, which are alike
/// (<see href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse"/>).
/// </summary>
internal ref struct GeminiDocument
{
    private const int CandidatesMax = 64;

    /// <summary>One bit for each candidate that is in it, by its index.</summary>
    public ulong Candidates { get; private set; }

    /// <summary>One bit for each candidate that has its finish reason.</summary>
    public ulong Finished { get; private set; }

    /// <summary>The prompt was refused: the answer is whole and has no candidates.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>There is a top-level <c>error</c> that is not null.</summary>
    public bool IsError { get; private set; }

    /// <summary>How often the web was searched, as Google charges it.</summary>
    public long Searches { get; private set; }

    /// <summary>The value of <c>usageMetadata</c>; empty when there is none.</summary>
    public ReadOnlySpan<byte> Usage { get; private set; }

    /// <summary>Nothing is found in what is JSON but no object.</summary>
    /// <param name="text">Takes what the candidates say.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static GeminiDocument Read(ReadOnlySpan<byte> json, DeliveredText? text)
    {
        var document = default(GeminiDocument);
        var isByPrompt = false;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return document;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "candidates"u8))
            {
                document.ReadCandidates(ref reader, json, text);
            }
            else if (JsonScan.TextIs(ref reader, "usageMetadata"u8))
            {
                document.Usage = JsonScan.Value(ref reader, json);
            }
            else if (JsonScan.TextIs(ref reader, "modelVersion"u8))
            {
                var model = JsonScan.Value(ref reader, json).Trim((byte)'"');
                isByPrompt = model.StartsWith("gemini-1"u8) || model.StartsWith("gemini-2"u8);
            }
            else if (JsonScan.TextIs(ref reader, "promptFeedback"u8))
            {
                document.IsBlocked = JsonScan.Has(JsonScan.Value(ref reader, json), "\"blockReason\""u8, (byte)'"');
            }
            else if (JsonScan.TextIs(ref reader, "error"u8))
            {
                document.IsError = JsonScan.SkipValue(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        document.Searches = isByPrompt ? Math.Min(1, document.Searches) : document.Searches;
        return document;
    }

    private void ReadCandidates(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, DeliveredText? text)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadCandidate(ref reader, json, text);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadCandidate(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, DeliveredText? text)
    {
        long index = 0; // Left out when it is zero.
        var finished = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "content"u8))
            {
                reader.Read();
                if (text is not null && reader.TokenType == JsonTokenType.StartObject)
                {
                    text.AddWithin(ref reader, json, TextMemberOf);
                }
                else
                {
                    reader.Skip();
                }
            }
            else if (JsonScan.TextIs(ref reader, "finishReason"u8))
            {
                reader.Read();
                finished = reader.TokenType == JsonTokenType.String;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "groundingMetadata"u8))
            {
                Searches += QueriesIn(JsonScan.Value(ref reader, json));
            }
            else if (JsonScan.TextIs(ref reader, "index"u8))
            {
                index = VendorCount.Read(ref reader) ?? 0;
            }
            else
            {
                reader.Skip();
            }
        }

        var bit = 1UL << (int)Math.Min(index, CandidatesMax - 1);
        Candidates |= bit;
        Finished |= finished ? bit : 0;
    }

    /// <summary>
    /// The different queries: up to Gemini 2.5 a prompt that has any is charged once, later each of them, empty ones apart
    /// (<see href="https://ai.google.dev/gemini-api/docs/google-search"/>).
    /// </summary>
    private static long QueriesIn(ReadOnlySpan<byte> grounding)
    {
        var at = JsonScan.ValueOf(grounding, "\"webSearchQueries\""u8);
        if (at < 0 || at >= grounding.Length || grounding[at] != '[')
        {
            return 0;
        }

        var queries = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(grounding[at..]);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
            {
                queries.Add(Encoding.UTF8.GetString(reader.ValueSpan));
            }

            reader.Skip();
        }

        return queries.Count;
    }

    /// <summary>Text, thoughts, calls of functions, and code that the model has written.</summary>
    private static TextMember TextMemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "text"u8) || JsonScan.TextIs(ref reader, "name"u8)
            || JsonScan.TextIs(ref reader, "code"u8))
        {
            return TextMember.Text;
        }

        return JsonScan.TextIs(ref reader, "args"u8) ? TextMember.Json
            : JsonScan.TextIs(ref reader, "inlineData"u8) || JsonScan.TextIs(ref reader, "codeExecutionResult"u8)
                ? TextMember.Skipped
            : TextMember.Other;
    }
}
