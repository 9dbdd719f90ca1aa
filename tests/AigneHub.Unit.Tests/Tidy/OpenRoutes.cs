namespace AigneHub.Unit.Tests.Tidy;

/// <summary>
/// The functions that <c>ManagementRoutes</c> doesn't have. A function that is in neither place fails the
/// tests: nobody forgets to say who may call it.
/// </summary>
public static class OpenRoutes
{
    public static IReadOnlyDictionary<string, OpenAccess> All { get; } =
        Of(OpenAccess.Everybody, "Health", "Ready", "NotServed", "AigneSite", "AigneStatus", "AigneStatusV1", "OpenApi", "ApiPage",
            "ApiPageFile")
        .Concat(Of(OpenAccess.KeyOptional, "AigneModels", "AigneProviderModels", "GetPricing"))
        .Concat(Of(OpenAccess.BySignature, "StripeWebhook"))
        .Concat(Of(OpenAccess.AnyToken, "AcceptInvitation"))
        .Concat(Of(OpenAccess.Callers,
            // Model calls.
            "ChatCompletions", "Responses", "Completions", "Embeddings", "Moderations", "ImageGenerations", "ImageEdits", "Messages",
            "CountTokens", "GeminiCall", "Rerank", "RerankV1", "Transcriptions", "Translations", "Speech", "CreateVideo",
            "AzureDeployment", "AzureV1", "AzureResponses", "AigneCall", "AigneCallV1", "AigneOpenAiChat", "AigneOpenAiEmbeddings",
            "AigneOpenAiImages", "RootChat",
            // What they have made.
            "GetResponse", "DeleteResponse", "ListResponseInput", "GetAzureResponse", "DeleteAzureResponse", "ListAzureResponseInput",
            "ListVideos", "GetVideo", "GetVideoContent", "DeleteVideo", "ListAzureVideos", "GetAzureVideo", "GetAzureVideoContent",
            "DeleteAzureVideo"))
        .Concat(Of(OpenAccess.AnyKey,
            // What could be called.
            "ListModels", "GetModel", "ListGeminiModels", "GetGeminiModel", "AigneChatModels",
            // The caller's own account, as AIGNE's client asks for it.
            "AigneUserInfo", "AigneBalance", "AigneGrants", "AigneTransactions", "AignePaymentLink", "AigneModelCalls",
            "AigneUsageStats", "AigneQuota", "AigneProjects", "AigneTrends", "AigneProjectTrends", "AigneGroupTrends",
            "AigneProjectCalls"))
        .ToDictionary(StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, OpenAccess>> Of(OpenAccess access, params string[] functions) =>
        functions.Select(function => KeyValuePair.Create(function, access));
}
