using AigneHub.Gateway.Management.Members;
using AigneHub.Gateway.Management.Rates;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>All calls that no management route is for. A test fails when a function is missing here, or stands here in vain.</summary>
internal static class ModelOperations
{
    private const string OpenAi = "https://platform.openai.com/docs/api-reference";
    private const string Azure = "https://learn.microsoft.com/azure/foundry/openai/reference";
    private const string Gemini = "https://ai.google.dev/api";
    private const string Anthropic = "https://docs.anthropic.com/en/api";
    private const string Cohere = "https://docs.cohere.com";
    private const string Aigne = "https://www.aigne.io/en/hub";
    private const string Kubernetes = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/";
    private const string Json = "application/json";
    private const string Events = "text/event-stream";
    private const string Form = "multipart/form-data";
    private static readonly string[] None = [];
    private static readonly string[] AsJson = [Json];
    private static readonly string[] JsonOrEvents = [Json, Events];
    private static readonly string[] JsonOrForm = [Json, Form];
    private static readonly string[] Transcript = [Json, "text/plain", Events];
    private static readonly string[] Sound = ["application/octet-stream", "audio/mpeg", "audio/wav", Events];
    private static readonly string[] Model = ["model"];

    private static readonly string[] AzureCalls =
        ["chat/completions", "completions", "responses", "embeddings", "moderations", "images/generations", "images/edits", "videos",
            "audio/transcriptions", "audio/translations", "audio/speech"];

    public static IReadOnlyList<ModelOperation> All { get; } =
    [
        .. OpenAiCalls(), .. AzureOpenAiCalls(), .. OtherVendors(), .. AigneCalls(), .. AigneLists(), .. HubCalls(),
    ];

    private static IEnumerable<ModelOperation> OpenAiCalls()
    {
        yield return Post("ChatCompletions", "chat/create", AsJson, JsonOrEvents, "model", "messages");
        yield return Post("Responses", "responses/create", AsJson, JsonOrEvents, "model");
        yield return Post("Completions", "completions/create", AsJson, JsonOrEvents, "model", "prompt");
        yield return Post("Embeddings", "embeddings/create", AsJson, AsJson, "model", "input");
        yield return Post("Moderations", "moderations/create", AsJson, AsJson, "model", "input");
        yield return Post("ImageGenerations", "images/create", AsJson, JsonOrEvents, "model", "prompt");
        yield return Post("ImageEdits", "images/createEdit", JsonOrForm, JsonOrEvents, "model", "prompt");
        yield return Post("Transcriptions", "audio/createTranscription", [Form], Transcript, "model", "file");
        yield return Post("Translations", "audio/createTranslation", [Form], Transcript, "model", "file");
        yield return Post("Speech", "audio/createSpeech", AsJson, Sound, "model", "input", "voice");
        yield return Post("CreateVideo", "videos/create", JsonOrForm, AsJson, "model", "prompt");
        yield return Get("ListModels", "models/list");
        yield return Get("GetModel", "models/retrieve");
        yield return Get("GetResponse", "responses/get");
        yield return Get("DeleteResponse", "responses/delete");
        yield return Get("ListResponseInput", "responses/input-items");
        yield return Get("ListVideos", "videos/list");
        yield return Get("GetVideo", "videos/retrieve");
        yield return Get("GetVideoContent", "videos/content") with { Answers = ["video/mp4", "image/webp", "image/jpeg"] };
        yield return Get("DeleteVideo", "videos/delete");

        static ModelOperation Post(string function, string page, string[] request, string[] answers, params string[] fields) =>
            new(function, $"{OpenAi}/{page}", "OpenAiError", request, answers) { Fields = fields };

        static ModelOperation Get(string function, string page) => new(function, $"{OpenAi}/{page}", "OpenAiError", None, AsJson);
    }

    private static IEnumerable<ModelOperation> AzureOpenAiCalls()
    {
        yield return new ModelOperation("AzureDeployment", Azure, "OpenAiError", JsonOrForm, JsonOrEvents)
        {
            Paths = [.. AzureCalls.Select(call => $"/openai/deployments/{{deployment}}/{call}")],
        };
        yield return new ModelOperation("AzureV1", Azure, "OpenAiError", JsonOrForm, JsonOrEvents)
        {
            Paths = [.. AzureCalls.Select(call => $"/openai/v1/{call}")],
            Fields = Model,
        };
        yield return new ModelOperation("AzureResponses", Azure, "OpenAiError", AsJson, JsonOrEvents) { Fields = Model };
        string[] read =
            ["GetAzureResponse", "DeleteAzureResponse", "ListAzureResponseInput", "ListAzureVideos", "GetAzureVideo", "DeleteAzureVideo"];
        foreach (var function in read)
        {
            yield return new ModelOperation(function, Azure, "OpenAiError", None, AsJson);
        }

        yield return new ModelOperation("GetAzureVideoContent", Azure, "OpenAiError", None, ["video/mp4", "image/webp", "image/jpeg"]);
    }

    private static IEnumerable<ModelOperation> OtherVendors()
    {
        yield return new ModelOperation("Messages", $"{Anthropic}/messages", "AnthropicError", AsJson, JsonOrEvents)
        {
            Fields = ["model", "messages", "max_tokens"],
        };
        yield return new ModelOperation("CountTokens", $"{Anthropic}/messages-count-tokens", "AnthropicError", AsJson, AsJson)
        {
            Fields = ["model", "messages"],
        };
        yield return new ModelOperation("GeminiCall", $"{Gemini}/generate-content", "GeminiError", AsJson, JsonOrEvents)
        {
            Paths =
            [
                .. new[] { "generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents" }
                    .Select(method => $"/v1beta/models/{{model}}:{method}"),
            ],
        };
        yield return new ModelOperation("ListGeminiModels", $"{Gemini}/models#method:-models.list", "GeminiError", None, AsJson);
        yield return new ModelOperation("GetGeminiModel", $"{Gemini}/models#method:-models.get", "GeminiError", None, AsJson);
        yield return new ModelOperation("RerankV1", $"{Cohere}/v1/reference/rerank", "CohereError", AsJson, AsJson)
        {
            Fields = ["model", "query", "documents"],
        };
        yield return new ModelOperation("Rerank", $"{Cohere}/reference/rerank", "CohereError", AsJson, AsJson)
        {
            Fields = ["model", "query", "documents"],
        };
    }

    private static IEnumerable<ModelOperation> AigneCalls()
    {
        string[] calls =
            ["chat", "chat/completions", "completions", "embeddings", "image", "image/generations", "video", "video/generations",
                "audio/transcriptions", "audio/translations", "audio/speech"];
        yield return new ModelOperation("AigneCall", Aigne, "AigneError", JsonOrForm, JsonOrEvents)
        {
            Paths = [.. calls.Select(call => $"/api/v2/{call}")],
        };
        yield return new ModelOperation("AigneCallV1", Aigne, "AigneError", JsonOrForm, JsonOrEvents)
        {
            Paths = [.. calls.Select(call => $"/api/v1/{call}")],
        };
        yield return new ModelOperation("AigneOpenAiChat", $"{OpenAi}/chat/create", "OpenAiError", AsJson, JsonOrEvents) { Fields = Model };
        yield return new ModelOperation("AigneOpenAiEmbeddings", $"{OpenAi}/embeddings/create", "OpenAiError", AsJson, AsJson) { Fields = Model };
        yield return new ModelOperation("AigneOpenAiImages", $"{OpenAi}/images/create", "OpenAiError", AsJson, JsonOrEvents) { Fields = Model };
        yield return new ModelOperation("RootChat", $"{OpenAi}/chat/create", "OpenAiError", AsJson, JsonOrEvents) { Fields = Model };
    }

    private static IEnumerable<ModelOperation> AigneLists()
    {
        string[] open = ["AigneStatus", "AigneStatusV1", "AigneModels", "AigneProviderModels"];
        string[] own =
        [
            "AigneChatModels", "AigneUserInfo", "AigneBalance", "AigneGrants", "AigneTransactions", "AignePaymentLink",
            "AigneModelCalls", "AigneUsageStats", "AigneQuota", "AigneProjects", "AigneTrends", "AigneProjectTrends",
            "AigneGroupTrends", "AigneProjectCalls",
        ];
        return open.Concat(own).Select(
            function => new ModelOperation(function, Aigne, "AigneError", None, AsJson) { IsForAll = open.Contains(function) })
            .Append(new ModelOperation("AigneSite", Aigne, "AigneError", None, ["text/javascript"]) { IsForAll = true });
    }

    private static IEnumerable<ModelOperation> HubCalls()
    {
        yield return new ModelOperation("Health", Kubernetes, "Problem", None, AsJson) { IsForAll = true };
        yield return new ModelOperation("Ready", Kubernetes, "Problem", None, AsJson) { IsForAll = true };
        yield return new ModelOperation("GetPricing", "", "Problem", None, AsJson) { IsForAll = true, Answer = typeof(PricingDocument) };
        yield return new ModelOperation("AcceptInvitation", "", "Problem", AsJson, AsJson)
        {
            IsForTokens = true,
            Body = typeof(AcceptInvitationRequest),
            Answer = typeof(MemberDocument),
        };
        yield return new ModelOperation("StripeWebhook", "https://docs.stripe.com/webhooks", "Problem", AsJson, None) { IsForAll = true };
        yield return new ModelOperation("OpenApi", "https://spec.openapis.org/oas/v3.1.1.html", "Problem", None, AsJson) { IsForAll = true };
        yield return new ModelOperation("ApiPage", "", "Problem", None, ["text/html"]) { IsForAll = true };
        yield return new ModelOperation("ApiPageFile", "", "Problem", None, ["text/javascript"]) { IsForAll = true };
    }
}
