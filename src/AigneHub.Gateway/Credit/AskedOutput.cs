using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// How long an answer a request allows. Only what its own API takes counts: any other member is passed over by readers and vendors,
/// and would be a limit for nobody.
/// </summary>
/// <param name="Tokens">Most output tokens of an answer; null: the request doesn't say.</param>
/// <param name="Each">How many answers are made of a prompt, those that aren't returned included.</param>
internal readonly record struct AskedOutput(int? Tokens, long Each)
{
    private const int CountMax = 128;

    private static readonly Names None = new([], [], []);
    private static readonly Names Chat = new(["max_tokens", "max_completion_tokens"], ["n"], []);
    private static readonly Names Completions = new(["max_tokens"], ["n", "best_of"], []);
    private static readonly Names Responses = new(["max_output_tokens"], [], []) { Kept = ["conversation", "prompt"] };
    private static readonly Names Messages = new(["max_tokens"], [], []);
    private static readonly Names Images = new([], ["n"], []);
    private static readonly Names AigneCompletions =
        new(["max_tokens", "max_completion_tokens", "maxTokens", "maxCompletionTokens"], ["n"], []);

    private static readonly Names Gemini = new([], [], ["generationConfig", "generation_config"])
    {
        Within = new Names(["maxOutputTokens", "max_output_tokens"], ["candidateCount", "candidate_count"], []),
        Kept = ["cachedContent", "cached_content"],
    };

    private static readonly Names AigneChat = new([], [], ["input"])
    {
        Within = new Names([], [], ["modelOptions"]) { Within = new Names(["maxTokens", "max_tokens"], [], []) },
    };

    /// <summary>How many prompts there are.</summary>
    public long Prompts { get; private init; } = 1;

    public long Answers => Each * Prompts;

    /// <summary>It names a prompt, a conversation or a cache that the vendor keeps.</summary>
    public bool NamesKept { get; private init; }

    /// <summary>The largest of each: which of two a vendor goes by isn't known.</summary>
    /// <param name="api">The client's.</param>
    /// <param name="body">Well-formed JSON, an object.</param>
    /// <returns>An error for a limit that is none, and for a name that a careless vendor would take for another.</returns>
    public static (AskedOutput Asked, HubError? Error) Read(ModelApi api, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestHeadParser.DepthMax });
        reader.Read();
        try
        {
            return ReadObject(ref reader, NamesOf(api), new AskedOutput(null, 1));
        }
        catch (InvalidOperationException)
        {
            return (default, RequestHeadParser.Invalid("A name in the request is not valid text (half a surrogate pair)."));
        }
    }

    private static Names NamesOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => Chat,
        ModelApi.OpenAiCompletions => Completions,
        ModelApi.OpenAiResponses => Responses,
        ModelApi.AnthropicMessages => Messages,
        ModelApi.GeminiGenerateContent => Gemini,
        ModelApi.AigneChat => AigneChat,
        ModelApi.AigneCompletions => AigneCompletions,
        ModelApi.OpenAiImages or ModelApi.OpenAiImageEdits => Images,
        _ => None,
    };

    private static (AskedOutput, HubError?) ReadObject(ref Utf8JsonReader reader, Names names, AskedOutput asked)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            HubError? error = null;
            if (Find(ref reader, names.Limits, ref error) is { } limit)
            {
                reader.Read();
                (asked, error) = WithLimit(ref reader, limit, asked);
            }
            else if (Find(ref reader, names.Counts, ref error) is { } count)
            {
                reader.Read();
                (asked, error) = WithCount(ref reader, count, asked);
            }
            else if (Find(ref reader, names.Groups, ref error) is not null)
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject)
                {
                    (asked, error) = ReadObject(ref reader, names.Within!, asked);
                }
            }
            else if (Find(ref reader, names.Kept, ref error) is not null)
            {
                reader.Read();
                asked = asked with { NamesKept = asked.NamesKept || reader.TokenType != JsonTokenType.Null };
            }
            else if (ReferenceEquals(names, Completions) && reader.ValueTextEquals("prompt"u8))
            {
                reader.Read();
                asked = asked with { Prompts = PromptsAt(reader) };
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

    private static (AskedOutput, HubError?) WithLimit(ref Utf8JsonReader reader, string name, AskedOutput asked)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return (asked, null);
        }

        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var tokens) && tokens >= 1
            ? (asked with { Tokens = Math.Max(asked.Tokens ?? 0, tokens) }, null)
            : (asked, RequestHeadParser.Invalid($"'{name}' must be a whole number of at least 1.", name, "invalid_value"));
    }

    /// <summary>Forms have numbers as text.</summary>
    private static (AskedOutput, HubError?) WithCount(ref Utf8JsonReader reader, string name, AskedOutput asked)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return (asked, null);
        }

        var answers = 0;
        var isNumber = reader.TokenType == JsonTokenType.Number
            ? reader.TryGetInt32(out answers)
            : reader.TokenType == JsonTokenType.String && Utf8Parser.TryParse(reader.ValueSpan, out answers, out var read)
                && read == reader.ValueSpan.Length;
        return isNumber && answers is >= 1 and <= CountMax
            ? (asked with { Each = Math.Max(asked.Each, answers) }, null)
            : (asked, RequestHeadParser.Invalid($"'{name}' must be a whole number from 1 to {CountMax}.", name, "invalid_value"));
    }

    /// <summary>A list of texts, or of lists of tokens, is as many prompts; each gets its own answers.</summary>
    private static long PromptsAt(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return 1;
        }

        var prompts = 0L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            prompts += reader.TokenType == JsonTokenType.Number ? 0 : 1;
            reader.Skip();
        }

        return Math.Max(1, prompts);
    }

    /// <summary>Which of the names it is; a name that is one of them but for its case is an error.</summary>
    private static string? Find(ref Utf8JsonReader reader, string[] names, ref HubError? error)
    {
        foreach (var name in names)
        {
            if ((reader.ValueSpan.Length == name.Length || reader.ValueIsEscaped) && reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        foreach (var name in names)
        {
            if (reader.ValueSpan.Length == name.Length && Ascii.EqualsIgnoreCase(reader.ValueSpan, name))
            {
                error ??= RequestHeadParser.Invalid($"A name differs from '{name}' only by case.", name, "invalid_name");
            }
        }

        return null;
    }

    /// <summary>Where an API has what.</summary>
    /// <param name="Groups">Objects in which <see cref="Within"/> is looked for.</param>
    private sealed record Names(string[] Limits, string[] Counts, string[] Groups)
    {
        public Names? Within { get; init; }

        public string[] Kept { get; init; } = [];
    }
}
