using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Aigne;

/// <summary>AIGNE's types of models, told by name and price, and the API that each is called through.</summary>
internal static class AigneModelType
{
    public const string Chat = "chat";
    private const string Embedding = "embedding";
    private const string Image = "image_generation";
    private const string Video = "video";
    private static readonly string[] Pictures = ["image", "dall-e", "imagen", "seedream", "seededit", "ideogram"];
    private static readonly string[] Films = ["sora", "veo-", "video"];

    /// <summary>Models of speech, of moderation and of live conversations, which AIGNE has no type for.</summary>
    private static readonly string[] Others = ["whisper", "tts", "transcribe", "moderation", "realtime", "audio", "rerank"];

    /// <summary>Null for a model that has none of them.</summary>
    public static string? Of(ModelEntry model) => model.Rates?[UnitKind.Image] is not null ? Image : Of(model.Id);

    /// <param name="model">Its name, with or without the provider.</param>
    public static string? Of(string model) =>
        Names(model, Others) ? null
        : Names(model, Pictures) ? Image
        : Names(model, Films) ? Video
        : Names(model, ["embed"]) ? Embedding
        : Chat;

    /// <summary>The word for a call of the model.</summary>
    public static string OfCall(string model) => Of(model) switch
    {
        Chat => "chatCompletion",
        Image => "imageGeneration",
        null => "audioGeneration",
        var type => type,
    };

    /// <summary>Null for what can't be called through AIGNE's API here.</summary>
    public static ModelApi? ApiOf(string? type) => type switch
    {
        Chat => ModelApi.AigneChat,
        Embedding => ModelApi.OpenAiEmbeddings,
        Image => ModelApi.OpenAiImages,
        Video => ModelApi.OpenAiVideos,
        _ => null,
    };

    /// <summary>
    /// The price of a generated unit of a model of the type, in nano per 1,000,000: tokens of text, tokens of images or else the
    /// images themselves, seconds of video; where it goes by quality or size, the highest. Null without a price.
    /// </summary>
    public static long? OutputRate(string type, ModelRates? rates) => type switch
    {
        Image => DearestOf(rates, UnitKind.ImageOutput) ?? DearestOf(rates, UnitKind.Image) ?? DearestOf(rates, UnitKind.Output),
        Video => DearestOf(rates, UnitKind.Second) ?? DearestOf(rates, UnitKind.Output),
        _ => DearestOf(rates, UnitKind.Output),
    };

    /// <summary>The type that a query names, in any of AIGNE's spellings; null for an unknown one.</summary>
    public static string? Parse(string text) => text switch
    {
        "chat" or "chatCompletion" => Chat,
        "image" or "image_generation" or "imageGeneration" => Image,
        "embedding" => Embedding,
        "video" => Video,
        _ => null,
    };

    private static long? DearestOf(ModelRates? rates, UnitKind kind) =>
        rates?[kind]?.Base is { } whole ? Math.Max(whole, rates.Dearest(kind)?.Rate ?? 0) : rates?.Dearest(kind)?.Rate;

    private static bool Names(string model, string[] words) =>
        Array.Exists(words, word => model.Contains(word, StringComparison.OrdinalIgnoreCase));
}
