using AigneHub.Core.Routing;

namespace AigneHub.Providers.Upstream;

/// <summary>Where an API is below a provider's base URL.</summary>
public static class UpstreamPath
{
    /// <param name="model">The vendor's name of the model; it becomes part of the path where the dialect has it there.</param>
    /// <exception cref="ArgumentException">The model would lead to another path: a segment is empty, <c>.</c> or <c>..</c>.</exception>
    public static string Of(ApiBinding binding, string model, bool stream) => binding.Dialect switch
    {
        Dialect.OpenAi => OpenAi(binding.Api),
        Dialect.AzureOpenAi => $"openai/v1/{OpenAi(binding.Api)}",
        Dialect.Anthropic => binding.Api == ModelApi.AnthropicMessages ? "v1/messages" : "v1/messages/count_tokens",
        Dialect.Gemini => $"models/{Segments(model)}:{Gemini(binding.Api, stream)}",
        Dialect.BedrockConverse => $"model/{Uri.EscapeDataString(model)}/{(stream ? "converse-stream" : "converse")}",
        Dialect.Cohere => Cohere(binding.Api),
        Dialect.BedrockRerank => $"model/{Segment(model)}/invoke",
        Dialect.Ideogram => $"v1/{Segment(model)}/generate",
        Dialect.BedrockAnthropic => Bedrock(binding.Api, model, stream),
        Dialect.VertexAnthropic => $"publishers/anthropic/models/{VertexAnthropic(binding.Api, model, stream)}",
        Dialect.VertexOpenAi => $"endpoints/openapi/{OpenAi(binding.Api)}",
        _ => throw new ArgumentOutOfRangeException(nameof(binding), binding.Dialect, "Not a dialect."),
    };

    /// <summary>Something that an earlier call has made, e.g. <c>videos/video_123</c>.</summary>
    /// <param name="path">As the API has it below its own root.</param>
    public static string Below(ApiBinding binding, string path) => binding.Dialect == Dialect.AzureOpenAi ? $"openai/v1/{path}" : path;

    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
    private static string Bedrock(ModelApi api, string model, bool stream) => api == ModelApi.AnthropicMessages
        ? $"model/{Segment(model)}/{(stream ? "invoke-with-response-stream" : "invoke")}"
        : throw new ArgumentOutOfRangeException(nameof(api), api, "Not an API of this dialect.");

    // https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude and …/count-tokens
    private static string VertexAnthropic(ModelApi api, string model, bool stream) => api switch
    {
        ModelApi.AnthropicMessages => $"{Segment(model)}:{(stream ? "streamRawPredict" : "rawPredict")}",
        ModelApi.AnthropicCountTokens => "count-tokens:rawPredict",
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "Not an API of this dialect."),
    };

    private static string OpenAi(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => "chat/completions",
        ModelApi.OpenAiResponses => "responses",
        ModelApi.OpenAiCompletions => "completions",
        ModelApi.OpenAiEmbeddings => "embeddings",
        ModelApi.OpenAiModerations => "moderations",
        ModelApi.OpenAiImages => "images/generations",
        ModelApi.OpenAiImageEdits => "images/edits",
        ModelApi.OpenAiVideos => "videos",
        ModelApi.OpenAiTranscriptions => "audio/transcriptions",
        ModelApi.OpenAiTranslations => "audio/translations",
        ModelApi.OpenAiSpeech => "audio/speech",
        ModelApi.CohereRerank or ModelApi.CohereRerankV1 => "rerank",
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "Not an API of this dialect."),
    };

    private static string Cohere(ModelApi api) => api switch
    {
        ModelApi.CohereChat => "v2/chat",
        ModelApi.CohereRerank => "v2/rerank",
        ModelApi.CohereRerankV1 => "v1/rerank",
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "Not an API of this dialect."),
    };

    private static string Gemini(ModelApi api, bool stream) => api switch
    {
        ModelApi.GeminiGenerateContent => stream ? "streamGenerateContent?alt=sse" : "generateContent",
        ModelApi.GeminiCountTokens => "countTokens",
        ModelApi.GeminiEmbedContent => "embedContent",
        ModelApi.GeminiBatchEmbedContents => "batchEmbedContents",
        ModelApi.GoogleImagen => "predict",
        ModelApi.GoogleVeo => "predictLongRunning",
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "Not an API of this dialect."),
    };

    private static string Segments(string model) => string.Join('/', model.Split('/').Select(Segment));

    private static string Segment(string name) => name is "" or "." or ".."
        ? throw new ArgumentException("A model's name can't be empty or a step within a path.", nameof(name))
        : Uri.EscapeDataString(name);
}
