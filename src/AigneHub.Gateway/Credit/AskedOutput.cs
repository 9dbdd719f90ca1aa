using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Gateway.Credit;

/// <summary>How long an answer a request allows, in whatever API it is written.</summary>
/// <param name="Tokens">Most output tokens of an answer; null: the request doesn't say.</param>
/// <param name="Answers">How many answers are made, those that aren't returned included.</param>
internal readonly record struct AskedOutput(int? Tokens, int Answers)
{
    /// <summary>It names a prompt or a conversation that the vendor keeps.</summary>
    public bool NamesKept { get; private init; }

    private const int AnswersMax = 128;

    private static readonly string[] Limits =
        ["max_tokens", "max_completion_tokens", "max_output_tokens", "maxTokens", "maxOutputTokens", "maxCompletionTokens"];

    private static readonly string[] Counts = ["n", "best_of", "candidateCount", "candidate_count"];

    /// <summary>Objects that hold options: Gemini's, AIGNE's.</summary>
    private static readonly string[] Groups = ["generationConfig", "generation_config", "input", "modelOptions", "options"];

    private static readonly string[] Kept = ["conversation", "prompt", "cachedContent", "cached_content"];

    /// <summary>The largest of each: which of two a vendor goes by isn't known.</summary>
    /// <param name="body">Well-formed JSON, an object.</param>
    /// <returns>An error for a limit that is none, and for a name that a careless vendor would take for another.</returns>
    public static (AskedOutput Asked, HubError? Error) Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        reader.Read();
        return ReadObject(ref reader, new AskedOutput(null, 1));
    }

    private static (AskedOutput, HubError?) ReadObject(ref Utf8JsonReader reader, AskedOutput asked)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            HubError? error = null;
            if (Find(ref reader, Limits, out error) is { } limit)
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.Null)
                {
                    if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var tokens) || tokens < 1)
                    {
                        return (asked, RequestHeadParser.Invalid(
                            $"'{limit}' must be a whole number of at least 1.", limit, "invalid_value"));
                    }

                    asked = asked with { Tokens = Math.Max(asked.Tokens ?? 0, tokens) };
                }
            }
            else if (error is null && Find(ref reader, Counts, out error) is { } count)
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Number)
                {
                    if (!reader.TryGetInt32(out var answers) || answers is < 1 or > AnswersMax)
                    {
                        return (asked, RequestHeadParser.Invalid(
                            $"'{count}' must be a whole number from 1 to {AnswersMax}.", count, "invalid_value"));
                    }

                    asked = asked with { Answers = Math.Max(asked.Answers, answers) };
                }
            }
            else if (error is null && Find(ref reader, Groups, out error) is not null)
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    (asked, error) = ReadObject(ref reader, asked);
                }
            }
            else if (error is null && Find(ref reader, Kept, out _) is not null)
            {
                reader.Read();
                asked = asked with { NamesKept = asked.NamesKept || reader.TokenType != JsonTokenType.Null };
            }
            else
            {
                reader.Read();
            }

            if (error is not null)
            {
                return (asked, error);
            }

            reader.Skip();
        }

        return (asked, null);
    }

    /// <summary>Which of the names it is; a name that is one of them but for its case is an error.</summary>
    private static string? Find(ref Utf8JsonReader reader, string[] names, out HubError? error)
    {
        error = null;
        foreach (var name in names)
        {
            if (reader.ValueSpan.Length == name.Length || reader.ValueIsEscaped)
            {
                if (reader.ValueTextEquals(name))
                {
                    return name;
                }

                // Another name of the list may be this one.
                if (!reader.ValueIsEscaped && Ascii.EqualsIgnoreCase(reader.ValueSpan, name) && !IsOneOf(reader.ValueSpan, names))
                {
                    error = RequestHeadParser.Invalid($"A name differs from '{name}' only by case.", name, "invalid_name");
                    return null;
                }
            }
        }

        return null;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> text, string[] names)
    {
        foreach (var name in names)
        {
            if (Ascii.Equals(text, name))
            {
                return true;
            }
        }

        return false;
    }
}
