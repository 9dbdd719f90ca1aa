using System.Collections.Frozen;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Aigne;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Bedrock;
using AigneHub.Translation.Cohere;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Translation;

/// <summary>The format of each API of conversations.</summary>
public static class ChatFormats
{
    private static readonly FrozenDictionary<ModelApi, IFrontFormat> Fronts = new IFrontFormat[]
    {
        OpenAiChatFormat.Instance, OpenAiResponsesFormat.Instance, AnthropicMessagesFormat.Instance, GeminiFormat.Instance,
        new AigneChatFormat(), new AigneCompletionsFormat(),
    }.ToFrozenDictionary(format => format.Api);

    private static readonly FrozenDictionary<ModelApi, IVendorFormat> Vendors = new IVendorFormat[]
    {
        OpenAiResponsesFormat.Instance, AnthropicMessagesFormat.Instance, GeminiFormat.Instance,
        BedrockConverseFormat.Instance, CohereChatFormat.Instance,
    }.ToFrozenDictionary(format => format.Api);

    /// <summary>Of an API that clients speak.</summary>
    public static IFrontFormat Front(ModelApi api) => Fronts[api];

    /// <summary>Of one of <see cref="ChatApis.ByFidelity"/>.</summary>
    /// <param name="row">The vendor, whose chat may depart from OpenAI's; null for one that was configured by hand.</param>
    public static IVendorFormat Vendor(ModelApi api, ProviderRow? row) =>
        api == ModelApi.OpenAiChat ? OpenAiChatFormat.For(row) : Vendors[api];
}
