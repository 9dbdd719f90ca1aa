namespace AigneHub.Providers;

/// <summary>Whose clients understand an error document.</summary>
public enum ErrorShape
{
    /// <summary>Nobody's.</summary>
    None,

    /// <summary>https://platform.openai.com/docs/guides/error-codes</summary>
    OpenAi,

    /// <summary>https://docs.claude.com/en/api/errors</summary>
    Anthropic,

    /// <summary>https://ai.google.dev/gemini-api/docs/troubleshooting</summary>
    Gemini,

    /// <summary>
    /// https://docs.cohere.com/reference/errors: a message, which others have, too; it is always written anew.
    /// </summary>
    Cohere,

    /// <summary>AIGNE's, which no vendor writes.</summary>
    Aigne,
}
