namespace AigneHub.Core.Routing;

/// <summary>One operation of a model API: what a client calls, and what a provider may serve in the same format.</summary>
public enum ModelApi
{
    /// <summary>https://platform.openai.com/docs/api-reference/chat</summary>
    OpenAiChat,

    /// <summary>https://platform.openai.com/docs/api-reference/responses</summary>
    OpenAiResponses,

    /// <summary>https://platform.openai.com/docs/api-reference/completions</summary>
    OpenAiCompletions,

    /// <summary>https://platform.openai.com/docs/api-reference/embeddings</summary>
    OpenAiEmbeddings,

    /// <summary>https://platform.openai.com/docs/api-reference/moderations</summary>
    OpenAiModerations,

    /// <summary>https://docs.claude.com/en/api/messages</summary>
    AnthropicMessages,

    /// <summary>https://docs.claude.com/en/api/messages-count-tokens</summary>
    AnthropicCountTokens,

    /// <summary>generateContent and streamGenerateContent: https://ai.google.dev/api/generate-content</summary>
    GeminiGenerateContent,

    /// <summary>https://ai.google.dev/api/tokens</summary>
    GeminiCountTokens,

    /// <summary>https://ai.google.dev/api/embeddings#method:-models.embedcontent</summary>
    GeminiEmbedContent,

    /// <summary>https://ai.google.dev/api/embeddings#method:-models.batchembedcontents</summary>
    GeminiBatchEmbedContents,

    /// <summary>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html; a vendor's alone.</summary>
    BedrockConverse,

    /// <summary>https://docs.cohere.com/reference/chat; a vendor's alone.</summary>
    CohereChat,

    /// <summary>https://platform.openai.com/docs/api-reference/images/create</summary>
    OpenAiImages,

    /// <summary>https://platform.openai.com/docs/api-reference/images/createEdit</summary>
    OpenAiImageEdits,

    /// <summary>
    /// https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api; a vendor's alone.
    /// </summary>
    GoogleImagen,

    /// <summary>https://developer.ideogram.ai/api-reference/api-reference/generate-v3; a vendor's alone.</summary>
    IdeogramGenerate,

    /// <summary>https://platform.openai.com/docs/api-reference/audio/createTranscription</summary>
    OpenAiTranscriptions,

    /// <summary>https://platform.openai.com/docs/api-reference/audio/createTranslation</summary>
    OpenAiTranslations,

    /// <summary>https://platform.openai.com/docs/api-reference/audio/createSpeech</summary>
    OpenAiSpeech,

    /// <summary>https://docs.cohere.com/v1/reference/rerank; others serve the same shape.</summary>
    CohereRerankV1,

    /// <summary>https://docs.cohere.com/reference/rerank</summary>
    CohereRerank,

    /// <summary>
    /// AIGNE's own chat, <c>POST /api/v2/chat</c>, as npm <c>@aigne/aigne-hub</c> 0.10.16 speaks it; clients' alone.
    /// </summary>
    AigneChat,

    /// <summary>AIGNE's chat completions, <c>POST /api/v2/chat/completions</c>; clients' alone.</summary>
    AigneCompletions,

    /// <summary>https://platform.openai.com/docs/api-reference/videos</summary>
    OpenAiVideos,

    /// <summary>predictLongRunning: https://ai.google.dev/gemini-api/docs/video; a vendor's alone.</summary>
    GoogleVeo,
}
