using System.Collections.Frozen;

namespace AigneHub.Providers;

/// <summary>The vendors that the hub can call.</summary>
public static class ProviderTable
{
    public const string OpenAiDialect = "openai";

    /// <remarks>
    /// No row for Perplexity: it ended its chat completions API on 27 September 2026
    /// (https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar) and serves the Responses format only.
    /// </remarks>
    public static IReadOnlyList<ProviderRow> Rows { get; } =
    [
        // https://platform.openai.com/docs/api-reference/introduction
        new("openai", "OpenAI", OpenAiDialect, "https://api.openai.com/v1", "OPENAI_API_KEY", "OPENAI_BASE_URL", 1),

        // https://ai.google.dev/gemini-api/docs/openai
        new("google", "Google Gemini", OpenAiDialect, "https://generativelanguage.googleapis.com/v1beta/openai",
            "GEMINI_API_KEY", "GEMINI_BASE_URL", 1) { Quirks = UsageQuirks.HiddenOutputInTotal },

        // https://api-docs.deepseek.com/
        new("deepseek", "DeepSeek", OpenAiDialect, "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL", 1),

        // https://docs.x.ai/docs/api-reference
        new("xai", "xAI", OpenAiDialect, "https://api.x.ai/v1", "XAI_API_KEY", "XAI_BASE_URL", 1),

        // https://docs.mistral.ai/api/ ; stream_options is answered with 422 (openai/openai-agents-python#442).
        new("mistral", "Mistral AI", OpenAiDialect, "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "MISTRAL_BASE_URL", 1)
        { TakesStreamOptions = false },

        // https://docs.cohere.com/docs/compatibility-api ; stream_options is refused
        // (https://strandsagents.com/docs/user-guide/concepts/model-providers/cohere/).
        new("cohere", "Cohere", OpenAiDialect, "https://api.cohere.ai/compatibility/v1", "COHERE_API_KEY", "COHERE_BASE_URL", 1)
        { TakesStreamOptions = false },

        // https://www.volcengine.com/docs/82379/1298454 (Volcano Engine Ark)
        new("doubao", "Doubao", OpenAiDialect, "https://ark.cn-beijing.volces.com/api/v3",
            "DOUBAO_API_KEY", "DOUBAO_BASE_URL", 1),

        // https://console.groq.com/docs/openai
        new("groq", "Groq", OpenAiDialect, "https://api.groq.com/openai/v1", "GROQ_API_KEY", "GROQ_BASE_URL", 2),

        // https://docs.together.ai/docs/openai-api-compatibility
        new("together", "Together AI", OpenAiDialect, "https://api.together.xyz/v1", "TOGETHER_API_KEY", "TOGETHER_BASE_URL", 2),

        // https://docs.fireworks.ai/tools-sdks/openai-compatibility
        new("fireworks", "Fireworks AI", OpenAiDialect, "https://api.fireworks.ai/inference/v1",
            "FIREWORKS_API_KEY", "FIREWORKS_BASE_URL", 2),

        // https://openrouter.ai/docs/api-reference/overview
        new("openrouter", "OpenRouter", OpenAiDialect, "https://openrouter.ai/api/v1",
            "OPEN_ROUTER_API_KEY", "OPEN_ROUTER_BASE_URL", 3),

        // https://creator.poe.com/api-reference
        new("poe", "Poe", OpenAiDialect, "https://api.poe.com/v1", "POE_API_KEY", "POE_BASE_URL", 3),

        // https://docs.ollama.com/openai (the default is for documentation: only a set base URL switches it on)
        new("ollama", "Ollama", OpenAiDialect, "http://localhost:11434/v1", "OLLAMA_API_KEY", "OLLAMA_BASE_URL", 4)
        { NeedsKey = false },
    ];

    private static readonly FrozenDictionary<string, ProviderRow> ById = Rows.ToFrozenDictionary(row => row.Id);

    /// <summary>The row with this id; null when there is none (the simulated provider has none).</summary>
    public static ProviderRow? Find(string id) => ById.GetValueOrDefault(id);
}
