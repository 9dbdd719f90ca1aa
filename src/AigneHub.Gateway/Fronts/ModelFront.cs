using System.Collections.Frozen;
using AigneHub.Core.Keys;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts.Errors;

namespace AigneHub.Gateway.Fronts;

/// <summary>A client-side model API.</summary>
public sealed class ModelFront
{
    public static readonly ModelFront OpenAiChat = new("openai.chat", ModelApi.OpenAiChat, HeadShape.Chat, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiResponses =
        new("openai.responses", ModelApi.OpenAiResponses, HeadShape.Responses, ErrorFormat.OpenAiResponses);
    public static readonly ModelFront OpenAiCompletions =
        new("openai.completions", ModelApi.OpenAiCompletions, HeadShape.Completions, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiEmbeddings =
        new("openai.embeddings", ModelApi.OpenAiEmbeddings, HeadShape.Embeddings, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiModerations =
        new("openai.moderations", ModelApi.OpenAiModerations, HeadShape.Moderations, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiImages = new("openai.images", ModelApi.OpenAiImages, HeadShape.Images, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiImageEdits =
        new("openai.image_edits", ModelApi.OpenAiImageEdits, HeadShape.ImageEdits, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiVideos = new("openai.videos", ModelApi.OpenAiVideos, HeadShape.Videos, ErrorFormat.OpenAi);
    public static readonly ModelFront AnthropicMessages =
        new("anthropic.messages", ModelApi.AnthropicMessages, HeadShape.Messages, ErrorFormat.Anthropic);
    public static readonly ModelFront AnthropicCountTokens =
        new("anthropic.count_tokens", ModelApi.AnthropicCountTokens, HeadShape.CountTokens, ErrorFormat.Anthropic);
    public static readonly ModelFront GeminiGenerateContent =
        new("gemini.generate_content", ModelApi.GeminiGenerateContent, HeadShape.GenerateContent, ErrorFormat.Gemini);
    public static readonly ModelFront GeminiCountTokens =
        new("gemini.count_tokens", ModelApi.GeminiCountTokens, HeadShape.GeminiCountTokens, ErrorFormat.Gemini);
    public static readonly ModelFront GeminiEmbedContent =
        new("gemini.embed_content", ModelApi.GeminiEmbedContent, HeadShape.EmbedContent, ErrorFormat.Gemini);
    public static readonly ModelFront GeminiBatchEmbedContents =
        new("gemini.batch_embed_contents", ModelApi.GeminiBatchEmbedContents, HeadShape.BatchEmbedContents, ErrorFormat.Gemini);

    public static readonly ModelFront OpenAiTranscriptions =
        new("openai.transcriptions", ModelApi.OpenAiTranscriptions, HeadShape.Transcriptions, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiTranslations =
        new("openai.translations", ModelApi.OpenAiTranslations, HeadShape.Transcriptions, ErrorFormat.OpenAi);
    public static readonly ModelFront OpenAiSpeech =
        new("openai.speech", ModelApi.OpenAiSpeech, HeadShape.Speech, ErrorFormat.OpenAi);
    public static readonly ModelFront CohereRerankV1 =
        new("cohere.rerank_v1", ModelApi.CohereRerankV1, HeadShape.Rerank, ErrorFormat.Cohere);
    public static readonly ModelFront CohereRerank =
        new("cohere.rerank", ModelApi.CohereRerank, HeadShape.Rerank, ErrorFormat.Cohere);
    public static readonly ModelFront AigneChat =
        new("aigne.chat", ModelApi.AigneChat, HeadShape.AigneChat, ErrorFormat.AigneChat) { JoinsResends = true };
    public static readonly ModelFront AigneCompletions =
        new("aigne.completions", ModelApi.AigneCompletions, HeadShape.AigneCompletions, ErrorFormat.Aigne) { JoinsResends = true };
    public static readonly ModelFront AigneImage =
        new("aigne.image", ModelApi.OpenAiImages, HeadShape.AigneImage, ErrorFormat.Aigne)
        {
            JoinsResends = true,
            WithInputImages = new("aigne.image", ModelApi.OpenAiImageEdits, HeadShape.AigneImageEdits, ErrorFormat.Aigne)
            {
                JoinsResends = true,
            },
        };
    public static readonly ModelFront AigneImageGenerations =
        new("aigne.image_generations", ModelApi.OpenAiImages, HeadShape.AigneImageGenerations, ErrorFormat.Aigne)
        {
            JoinsResends = true,
            WithInputImages = new(
                "aigne.image_generations", ModelApi.OpenAiImageEdits, HeadShape.AigneImageGenerationsEdits, ErrorFormat.Aigne)
            {
                JoinsResends = true,
            },
        };
    public static readonly ModelFront AigneVideo =
        new("aigne.video", ModelApi.OpenAiVideos, HeadShape.AigneVideo, ErrorFormat.Aigne) { JoinsResends = true };
    public static readonly ModelFront AigneEmbeddings =
        new("aigne.embeddings", ModelApi.OpenAiEmbeddings, HeadShape.AigneEmbeddings, ErrorFormat.Aigne) { JoinsResends = true };

    private static readonly FrozenDictionary<ModelApi, HeadShape> Shapes = new[]
    {
        OpenAiChat, OpenAiResponses, OpenAiCompletions, OpenAiEmbeddings, OpenAiModerations, AnthropicMessages, AnthropicCountTokens,
        GeminiGenerateContent, GeminiCountTokens, GeminiEmbedContent, GeminiBatchEmbedContents, OpenAiTranscriptions, OpenAiTranslations,
        OpenAiSpeech, CohereRerankV1, CohereRerank, OpenAiImages, OpenAiImageEdits, OpenAiVideos,
    }.ToFrozenDictionary(front => front.Api, front => front.Shape);

    private ModelFront(string name, ModelApi api, HeadShape shape, ErrorFormat errors)
    {
        Name = name;
        Api = api;
        Shape = shape;
        Errors = errors;
        Scope = ScopeOf(api);
    }

    /// <summary>As recorded in usage events, e.g. <c>openai.chat</c>.</summary>
    public string Name { get; }

    public ModelApi Api { get; }

    internal HeadShape Shape { get; }

    /// <summary>What a request of the API must hold; APIs that are a vendor's alone take what the hub writes for them.</summary>
    internal static HeadShape ShapeOf(ModelApi api) => Shapes.GetValueOrDefault(api, HeadShape.Vendors);

    internal ErrorFormat Errors { get; }

    /// <summary>What a key that names scopes needs.</summary>
    public KeyScope Scope { get; }

    private static KeyScope ScopeOf(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat or ModelApi.OpenAiCompletions or ModelApi.GeminiGenerateContent or ModelApi.GeminiCountTokens
            or ModelApi.AigneChat or ModelApi.AigneCompletions => KeyScope.Chat,
        ModelApi.OpenAiResponses => KeyScope.Responses,
        ModelApi.AnthropicMessages or ModelApi.AnthropicCountTokens => KeyScope.Messages,
        ModelApi.OpenAiEmbeddings or ModelApi.GeminiEmbedContent or ModelApi.GeminiBatchEmbedContents => KeyScope.Embeddings,
        ModelApi.OpenAiImages or ModelApi.OpenAiImageEdits => KeyScope.Images,
        ModelApi.OpenAiTranscriptions or ModelApi.OpenAiTranslations or ModelApi.OpenAiSpeech => KeyScope.Audio,
        ModelApi.OpenAiVideos => KeyScope.Videos,
        ModelApi.CohereRerank or ModelApi.CohereRerankV1 => KeyScope.Rerank,
        ModelApi.OpenAiModerations => KeyScope.Moderations,
        _ => throw new ArgumentOutOfRangeException(nameof(api), api, "No client-side API."),
    };

    /// <summary>What a call with images is then; null: the same.</summary>
    internal ModelFront? WithInputImages { get; private init; }

    /// <summary>Its clients send a call again when the connection breaks.</summary>
    internal bool JoinsResends { get; private init; }
}
