namespace AigneHub.Core.Routing;

/// <summary>How a provider is addressed: paths, authentication, framing.</summary>
public enum Dialect
{
    /// <summary><c>/chat/completions</c> and its kin; the key as Bearer token.</summary>
    OpenAi,

    /// <summary>The same bodies under <c>/openai/v1</c>; the key in <c>api-key</c>.</summary>
    AzureOpenAi,

    /// <summary><c>/v1/messages</c>; the key in <c>x-api-key</c>.</summary>
    Anthropic,

    /// <summary><c>/v1beta/models/{model}:generateContent</c>; the key in <c>x-goog-api-key</c>.</summary>
    Gemini,
}
