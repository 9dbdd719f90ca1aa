namespace AigneHub.Core.Routing;

/// <summary>The APIs that answer a conversation: what is asked through one can be answered through another.</summary>
public static class ChatApis
{
    /// <summary>
    /// The most expressive first: a vendor's own API before what it offers for compatibility's sake. Where a client's API isn't
    /// served itself, the first of these that is.
    /// </summary>
    public static IReadOnlyList<ModelApi> ByFidelity { get; } =
    [
        ModelApi.AnthropicMessages, ModelApi.GeminiGenerateContent, ModelApi.BedrockConverse, ModelApi.CohereChat,
        ModelApi.OpenAiChat, ModelApi.OpenAiResponses,
    ];

    public static bool Contains(ModelApi api) => api is ModelApi.AigneChat or ModelApi.AigneCompletions || ByFidelity.Contains(api);
}
