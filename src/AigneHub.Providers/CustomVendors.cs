using AigneHub.Core.Configuration;
using AigneHub.Core.Routing;
using static AigneHub.Core.Routing.ModelApi;

namespace AigneHub.Providers;

/// <summary>
/// Rows for providers that are added at run time by their base URL alone; their ids are
/// <see cref="ProviderRecord.CustomVendors"/>. What such a vendor does not serve, it refuses itself.
/// </summary>
public static class CustomVendors
{
    private const int Rank = 3;

    public static IReadOnlyList<ProviderRow> Rows { get; } =
    [
        Row("custom-openai", "OpenAI-compatible",
            new ApiGroup(
                Dialect.OpenAi, "", [
                    OpenAiChat, OpenAiResponses, OpenAiCompletions, OpenAiEmbeddings, OpenAiModerations, OpenAiTranscriptions,
                    OpenAiTranslations, OpenAiSpeech, OpenAiImages,
                    OpenAiImageEdits, OpenAiVideos, CohereRerank, CohereRerankV1,
                ])),
        Row("custom-anthropic", "Anthropic-compatible",
            new ApiGroup(Dialect.Anthropic, "", [AnthropicMessages, AnthropicCountTokens])),
        Row("custom-gemini", "Gemini-compatible",
            new ApiGroup(
                Dialect.Gemini, "", [GeminiGenerateContent, GeminiCountTokens, GeminiEmbedContent, GeminiBatchEmbedContents])),
    ];

    /// <summary>The row of a stored provider's vendor, custom or of the table; null when there is none.</summary>
    public static ProviderRow? Find(string vendor) => Rows.FirstOrDefault(row => row.Id == vendor) ?? ProviderTable.Find(vendor);

    /// <summary>A server of anybody's, whose word on what a call has cost is nobody's but its own.</summary>
    public static bool IsCustom(string vendor) => Rows.Any(row => row.Id == vendor);

    private static ProviderRow Row(string id, string name, ApiGroup group) =>
        new(id, name, DefaultBaseUrl: "", KeySetting: "", BaseUrlSetting: "", Rank, group) { NeedsKey = false };
}
