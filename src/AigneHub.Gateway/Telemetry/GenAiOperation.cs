using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Telemetry;

/// <summary>
/// The values of <c>gen_ai.operation.name</c>: the well-known ones of
/// https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai where there is one.
/// </summary>
internal static class GenAiOperation
{
    public static string NameOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiCompletions => "text_completion",
        ModelApi.GeminiGenerateContent => "generate_content",
        ModelApi.OpenAiEmbeddings or ModelApi.GeminiEmbedContent or ModelApi.GeminiBatchEmbedContents => "embeddings",
        ModelApi.OpenAiImages or ModelApi.OpenAiImageEdits or ModelApi.GoogleImagen or ModelApi.IdeogramGenerate => "generate_image",
        ModelApi.OpenAiVideos or ModelApi.GoogleVeo => "generate_video",
        ModelApi.OpenAiTranscriptions or ModelApi.OpenAiTranslations => "transcribe",
        ModelApi.OpenAiSpeech => "speak",
        ModelApi.OpenAiModerations => "moderate",
        ModelApi.CohereRerank or ModelApi.CohereRerankV1 => "rerank",
        ModelApi.AnthropicCountTokens or ModelApi.GeminiCountTokens => "count_tokens",
        _ => "chat",
    };
}
