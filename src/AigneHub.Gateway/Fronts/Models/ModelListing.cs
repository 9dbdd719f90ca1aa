using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts.Errors;
using AigneHub.Wire.Anthropic;
using AigneHub.Wire.Gemini;
using AigneHub.Wire.OpenAi;

namespace AigneHub.Gateway.Fronts.Models;

/// <summary>How one API family lists models, and which of its APIs make a model callable there.</summary>
internal sealed class ModelListing
{
    /// <summary>https://platform.openai.com/docs/api-reference/models</summary>
    public static readonly ModelListing OpenAi = new()
    {
        Errors = ErrorFormat.OpenAi,
        Apis =
        [
            ModelApi.OpenAiChat, ModelApi.OpenAiResponses, ModelApi.OpenAiCompletions, ModelApi.OpenAiEmbeddings,
            ModelApi.OpenAiModerations, ModelApi.OpenAiTranscriptions, ModelApi.OpenAiTranslations, ModelApi.OpenAiSpeech,
            ModelApi.CohereRerank,
        ],
        List = models => JsonSerializer.SerializeToUtf8Bytes(
            new OpenAiModelList([.. models.Select(ToOpenAi)]), OpenAiJson.Default.OpenAiModelList),
        One = model => JsonSerializer.SerializeToUtf8Bytes(ToOpenAi(model), OpenAiJson.Default.OpenAiModel),
    };

    /// <summary>https://docs.claude.com/en/api/models-list, always one page.</summary>
    public static readonly ModelListing Anthropic = new()
    {
        Errors = ErrorFormat.Anthropic,
        Apis = [ModelApi.AnthropicMessages],
        List = models => JsonSerializer.SerializeToUtf8Bytes(
            new AnthropicModelList(
                [.. models.Select(ToAnthropic)], HasMore: false, models is [var first, ..] ? first.Name : null,
                models is [.., var last] ? last.Name : null),
            AnthropicJson.Default.AnthropicModelList),
        One = model => JsonSerializer.SerializeToUtf8Bytes(ToAnthropic(model), AnthropicJson.Default.AnthropicModel),
    };

    /// <summary>https://ai.google.dev/api/models#method:-models.list, always one page.</summary>
    public static readonly ModelListing Gemini = new()
    {
        Errors = ErrorFormat.Gemini,
        Apis = [ModelApi.GeminiGenerateContent, ModelApi.GeminiEmbedContent],
        List = models => JsonSerializer.SerializeToUtf8Bytes(
            new GeminiModelList([.. models.Select(ToGemini)]), GeminiJson.Default.GeminiModelList),
        One = model => JsonSerializer.SerializeToUtf8Bytes(ToGemini(model), GeminiJson.Default.GeminiModel),
    };

    private ModelListing()
    {
    }

    public required ErrorFormat Errors { get; init; }

    public required IReadOnlyList<ModelApi> Apis { get; init; }

    public required Func<IReadOnlyList<ListedModel>, byte[]> List { get; init; }

    public required Func<ListedModel, byte[]> One { get; init; }

    private static OpenAiModel ToOpenAi(ListedModel model) => new(model.Name, 0, model.Owner)
    {
        Name = model.Title,
        ContextWindow = model.ContextWindow,
        MaxOutputTokens = model.MaxOutput,
        InputModalities = model.Entry?.InputModalities,
        Reasoning = model.Entry?.Reasoning,
        Tools = model.Entry?.Tools,
        Pricing = model.Entry?.Rates is { Any: true } rates
            ? new OpenAiModelPricing(
                model.Unit!, RateLines.Of(rates).ToDictionary(line => line.Key, line => Nano.ToDecimalString(line.Value)))
            : null,
    };

    private static AnthropicModel ToAnthropic(ListedModel model) =>
        new(model.Name, model.Title ?? model.Name, "1970-01-01T00:00:00Z");

    private static GeminiModel ToGemini(ListedModel model) => new(
        $"models/{model.Name}", model.Title ?? model.Name, model.ContextWindow, model.MaxOutput,
        model.Name.Contains("embedding", StringComparison.OrdinalIgnoreCase)
            ? ["embedContent", "batchEmbedContents", "countTokens"]
            : ["generateContent", "streamGenerateContent", "countTokens"]);
}
