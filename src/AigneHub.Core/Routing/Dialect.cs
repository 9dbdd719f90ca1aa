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

    /// <summary><c>/model/{model}/invoke</c>, Anthropic's bodies; streams are AWS's frames.</summary>
    BedrockAnthropic,

    /// <summary><c>/model/{model}/converse</c>; streams are AWS's frames.</summary>
    BedrockConverse,

    /// <summary><c>/v2/chat</c>, <c>/v2/rerank</c> and <c>/v1/rerank</c> at the root of Cohere's host.</summary>
    Cohere,

    /// <summary><c>/publishers/anthropic/models/{model}:rawPredict</c>, Anthropic's bodies; a token as Bearer.</summary>
    VertexAnthropic,

    /// <summary><c>/endpoints/openapi/chat/completions</c>; models are called <c>publisher/model</c>.</summary>
    VertexOpenAi,

    /// <summary><c>/v1/ideogram-v3/generate</c>; the key in <c>Api-Key</c>.</summary>
    Ideogram,

    /// <summary><c>/model/{model}/invoke</c>, Cohere's bodies for reranking.</summary>
    BedrockRerank,
}
