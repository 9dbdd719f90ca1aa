namespace AigneHub.Core.Routing;

/// <summary>Names of APIs for people.</summary>
internal static class ModelApiTitles
{
    public static string Title(this ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => "OpenAI chat completions",
        ModelApi.OpenAiResponses => "OpenAI responses",
        ModelApi.OpenAiCompletions => "OpenAI completions",
        ModelApi.OpenAiEmbeddings => "OpenAI embeddings",
        ModelApi.OpenAiModerations => "OpenAI moderations",
        ModelApi.AnthropicMessages => "Anthropic messages",
        ModelApi.AnthropicCountTokens => "Anthropic count_tokens",
        ModelApi.GeminiGenerateContent => "Gemini generateContent",
        ModelApi.GeminiCountTokens => "Gemini countTokens",
        ModelApi.GeminiEmbedContent => "Gemini embedContent",
        ModelApi.GeminiBatchEmbedContents => "Gemini batchEmbedContents",
        ModelApi.BedrockConverse => "Bedrock Converse",
        ModelApi.CohereChat => "Cohere chat",
        ModelApi.OpenAiImages => "OpenAI images",
        ModelApi.OpenAiImageEdits => "OpenAI image edits",
        ModelApi.GoogleImagen => "Google Imagen",
        ModelApi.IdeogramGenerate => "Ideogram",
        ModelApi.OpenAiVideos => "OpenAI videos",
        ModelApi.GoogleVeo => "Google Veo",
        ModelApi.OpenAiTranscriptions => "OpenAI transcriptions",
        ModelApi.OpenAiTranslations => "OpenAI translations",
        ModelApi.OpenAiSpeech => "OpenAI speech",
        ModelApi.CohereRerankV1 => "Cohere rerank (v1)",
        ModelApi.CohereRerank => "Cohere rerank",
        ModelApi.AigneChat => "AIGNE chat",
        ModelApi.AigneCompletions => "AIGNE chat completions",
        _ => throw new ArgumentOutOfRangeException(nameof(api)),
    };
}
