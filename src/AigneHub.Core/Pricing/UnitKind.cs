namespace AigneHub.Core.Pricing;

/// <summary>
/// What is counted and priced. Token kinds are disjoint: a token is in exactly one of them, whatever the vendor's
/// convention (OpenAI and Gemini count cached tokens inside the prompt, Anthropic doesn't).
/// The order and the names are stored in ledgers: append, never renumber.
/// </summary>
public enum UnitKind
{
    /// <summary>Prompt tokens read neither from nor into a cache.</summary>
    Input,

    /// <summary>Prompt tokens read from the vendor's cache.</summary>
    CachedInput,

    /// <summary>Prompt tokens written to a cache of five minutes.</summary>
    CacheWrite5m,

    /// <summary>Prompt tokens written to a cache of one hour.</summary>
    CacheWrite1h,

    /// <summary>Generated tokens, reasoning included unless the model prices it apart.</summary>
    Output,

    /// <summary>Reasoning tokens of models that price them apart.</summary>
    Reasoning,

    AudioInput,
    AudioOutput,

    /// <summary>Image tokens read.</summary>
    ImageInput,

    /// <summary>Image tokens generated.</summary>
    ImageOutput,

    /// <summary>Images returned.</summary>
    Image,

    /// <summary>Seconds of audio or video, begun ones counted whole.</summary>
    Second,

    /// <summary>Characters of text to be spoken: Unicode scalar values.</summary>
    Character,
    Request,

    /// <summary>Searches run by the vendor.</summary>
    Search,
}

/// <summary>The stored and shown names of <see cref="UnitKind"/>.</summary>
public static class UnitKinds
{
    private static readonly string[] Names =
    [
        "input", "cached_input", "cache_write_5m", "cache_write_1h", "output", "reasoning", "audio_input", "audio_output",
        "image_input", "image_output", "image", "second", "character", "request", "search",
    ];

    public static int Count => Names.Length;

    /// <summary>The kinds that are tokens.</summary>
    public static IReadOnlyList<UnitKind> Tokens { get; } = [.. Enum.GetValues<UnitKind>().Where(kind => kind <= UnitKind.ImageOutput)];

    /// <summary>The kinds of tokens that are sent.</summary>
    public static IReadOnlyList<UnitKind> PromptTokens { get; } =
    [
        UnitKind.Input, UnitKind.CachedInput, UnitKind.CacheWrite5m, UnitKind.CacheWrite1h, UnitKind.AudioInput, UnitKind.ImageInput,
    ];

    /// <summary>The kinds of tokens that are made.</summary>
    public static IReadOnlyList<UnitKind> AnswerTokens { get; } =
        [UnitKind.Output, UnitKind.Reasoning, UnitKind.AudioOutput, UnitKind.ImageOutput];

    public static string Name(UnitKind kind) => Names[(int)kind];

    public static bool TryParse(string name, out UnitKind kind)
    {
        var index = Array.IndexOf(Names, name);
        kind = index < 0 ? default : (UnitKind)index;
        return index >= 0;
    }
}
