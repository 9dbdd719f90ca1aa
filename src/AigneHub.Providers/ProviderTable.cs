using System.Collections.Frozen;
using AigneHub.Core.Routing;
using static AigneHub.Core.Routing.ModelApi;

namespace AigneHub.Providers;

/// <summary>The vendors that the hub can call.</summary>
public static class ProviderTable
{
    private static readonly ModelApi[] GeminiApis =
        [GeminiGenerateContent, GeminiCountTokens, GeminiEmbedContent, GeminiBatchEmbedContents];

    public static IReadOnlyList<ProviderRow> Rows { get; } =
    [
        // https://platform.openai.com/docs/api-reference/introduction
        new("openai", "OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", 1,
            OpenAi(
                OpenAiChat, OpenAiResponses, OpenAiCompletions, OpenAiEmbeddings, OpenAiModerations, OpenAiTranscriptions,
                OpenAiTranslations, OpenAiSpeech, OpenAiImages, OpenAiImageEdits, OpenAiVideos))
        { KeepsResponses = true },

        // https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle (the v1 API: no api-version, the model is
        // the deployment's name)
        new("azure-openai", "Azure OpenAI", "", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", 1,
            new ApiGroup(
                Dialect.AzureOpenAi, "",
                [
                    OpenAiChat, OpenAiResponses, OpenAiCompletions, OpenAiEmbeddings, OpenAiTranscriptions, OpenAiTranslations,
                    OpenAiSpeech, OpenAiImages, OpenAiImageEdits, OpenAiVideos,
                ]))
        { Credentials = CredentialSource.ApiKeyOrEntra, KeepsResponses = true },

        // https://docs.claude.com/en/api/overview
        new("anthropic", "Anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", 1,
            new ApiGroup(Dialect.Anthropic, "", [AnthropicMessages, AnthropicCountTokens])),

        // https://ai.google.dev/api and https://ai.google.dev/gemini-api/docs/openai
        new("google", "Google Gemini", "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY", "GEMINI_BASE_URL", 1,
            new ApiGroup(Dialect.Gemini, "", GeminiApis),
            new ApiGroup(Dialect.Gemini, "", [GoogleImagen]) { ModelsWith = "imagen" },
            new ApiGroup(Dialect.Gemini, "", [GoogleVeo]) { ModelsWith = "veo" },
            new ApiGroup(Dialect.OpenAi, "/openai", [OpenAiChat, OpenAiEmbeddings]))
        { Quirks = UsageQuirks.HiddenOutputInTotal },

        // https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference (Gemini),
        // https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude (Claude) and
        // https://docs.cloud.google.com/vertex-ai/generative-ai/docs/migrate/openai/overview . The base URL names project and
        // location: https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION
        new("vertex", "Google Vertex AI", "", "GOOGLE_APPLICATION_CREDENTIALS", "VERTEX_BASE_URL", 2,
            new ApiGroup(Dialect.Gemini, "/publishers/google", [GeminiGenerateContent, GeminiCountTokens]) { ModelsWithout = "claude" },
            new ApiGroup(Dialect.Gemini, "/publishers/google", [GoogleImagen]) { ModelsWith = "imagen" },
            new ApiGroup(Dialect.VertexAnthropic, "", [AnthropicMessages, AnthropicCountTokens]) { ModelsWith = "claude" },
            new ApiGroup(Dialect.VertexOpenAi, "", [OpenAiChat]) { ModelsWithout = "claude" })
        { Quirks = UsageQuirks.HiddenOutputInTotal, Credentials = CredentialSource.Google },

        // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html ; the base URL
        // names the region: https://bedrock-runtime.REGION.amazonaws.com
        new("bedrock", "Amazon Bedrock", "", "AWS_BEARER_TOKEN_BEDROCK", "BEDROCK_BASE_URL", 2,
            new ApiGroup(Dialect.BedrockAnthropic, "", [AnthropicMessages]) { ModelsWith = "claude" },
            new ApiGroup(Dialect.BedrockRerank, "", [CohereRerank, CohereRerankV1]) { ModelsWith = "rerank" },
            new ApiGroup(Dialect.BedrockConverse, "", [ModelApi.BedrockConverse]))
        { Credentials = CredentialSource.Aws },

        // https://api-docs.deepseek.com/
        new("deepseek", "DeepSeek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL", 1, OpenAi(OpenAiChat)),

        // https://docs.x.ai/docs/api-reference (edits of images are JSON there)
        new("xai", "xAI", "https://api.x.ai/v1", "XAI_API_KEY", "XAI_BASE_URL", 1,
            OpenAi(OpenAiChat, OpenAiResponses, OpenAiImages, OpenAiImageEdits))
        { KeepsResponses = true },

        // https://docs.mistral.ai/api/ ; stream_options is answered with 422 (openai/openai-agents-python#442).
        new("mistral", "Mistral AI", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "MISTRAL_BASE_URL", 1,
            OpenAi(OpenAiChat, OpenAiEmbeddings, OpenAiModerations))
        { TakesStreamOptions = false },

        // https://docs.cohere.com/reference/chat, https://docs.cohere.com/reference/rerank and
        // https://docs.cohere.com/docs/compatibility-api ; stream_options is refused
        // (https://strandsagents.com/docs/user-guide/concepts/model-providers/cohere/).
        new("cohere", "Cohere", "https://api.cohere.ai", "COHERE_API_KEY", "COHERE_BASE_URL", 1,
            new ApiGroup(Dialect.OpenAi, "/compatibility/v1", [OpenAiChat, OpenAiEmbeddings]),
            new ApiGroup(Dialect.Cohere, "", [CohereChat, CohereRerank, CohereRerankV1]))
        { TakesStreamOptions = false },

        // https://docs.perplexity.ai/docs/agent-api/openai-compatibility: the Responses format alone; its chat completions
        // ended on 27 September 2026 (https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar).
        new("perplexity", "Perplexity", "https://api.perplexity.ai/v1", "PERPLEXITY_API_KEY", "PERPLEXITY_BASE_URL", 2,
            OpenAi(OpenAiResponses)),

        // https://www.volcengine.com/docs/82379/1298454 (Volcano Engine Ark), images: https://www.volcengine.com/docs/82379/1541523
        new("doubao", "Doubao", "https://ark.cn-beijing.volces.com/api/v3", "DOUBAO_API_KEY", "DOUBAO_BASE_URL", 1,
            OpenAi(OpenAiChat, OpenAiResponses, OpenAiEmbeddings, OpenAiImages)),

        // https://developer.ideogram.ai/ideogram-api/api-setup (version 4 takes its prompts in another form)
        new("ideogram", "Ideogram", "https://api.ideogram.ai", "IDEOGRAM_API_KEY", "IDEOGRAM_BASE_URL", 1,
            new ApiGroup(Dialect.Ideogram, "", [IdeogramGenerate]) { ModelsWith = "-v3" }),

        // https://console.groq.com/docs/openai, https://console.groq.com/docs/responses-api and
        // https://console.groq.com/docs/speech-to-text
        new("groq", "Groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "GROQ_BASE_URL", 2,
            OpenAi(OpenAiChat, OpenAiResponses, OpenAiTranscriptions, OpenAiTranslations, OpenAiSpeech))
        { Quirks = UsageQuirks.TenSecondsMin },

        // https://inference-docs.cerebras.ai/resources/openai
        new("cerebras", "Cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY", "CEREBRAS_BASE_URL", 2, OpenAi(OpenAiChat)),

        // https://docs.together.ai/docs/openai-api-compatibility
        new("together", "Together AI", "https://api.together.xyz/v1", "TOGETHER_API_KEY", "TOGETHER_BASE_URL", 2,
            OpenAi(OpenAiChat, OpenAiCompletions, OpenAiEmbeddings, OpenAiImages)),

        // https://docs.fireworks.ai/tools-sdks/openai-compatibility and https://docs.fireworks.ai/guides/response-api
        new("fireworks", "Fireworks AI", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", "FIREWORKS_BASE_URL", 2,
            OpenAi(OpenAiChat, OpenAiResponses, OpenAiCompletions, OpenAiEmbeddings)),

        // https://openrouter.ai/docs/api-reference/overview
        new("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "OPEN_ROUTER_API_KEY", "OPEN_ROUTER_BASE_URL", 3,
            OpenAi(OpenAiChat, OpenAiResponses, OpenAiCompletions, OpenAiEmbeddings)),

        // https://creator.poe.com/api-reference
        new("poe", "Poe", "https://api.poe.com/v1", "POE_API_KEY", "POE_BASE_URL", 3, OpenAi(OpenAiChat)),

        // https://docs.ollama.com/openai (the default is for documentation: only a set base URL switches it on)
        new("ollama", "Ollama", "http://localhost:11434/v1", "OLLAMA_API_KEY", "OLLAMA_BASE_URL", 4,
            OpenAi(OpenAiChat, OpenAiResponses, OpenAiCompletions, OpenAiEmbeddings))
        { NeedsKey = false },
    ];

    private static readonly FrozenDictionary<string, ProviderRow> ById = Rows.ToFrozenDictionary(row => row.Id);

    /// <summary>The row with this id; null when there is none (the simulated provider has none).</summary>
    public static ProviderRow? Find(string vendor) => ById.GetValueOrDefault(vendor);

    private static ApiGroup OpenAi(params IReadOnlyList<ModelApi> apis) => new(Dialect.OpenAi, "", apis);
}
