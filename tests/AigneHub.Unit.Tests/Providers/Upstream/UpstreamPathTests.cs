using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;

namespace AigneHub.Unit.Tests.Providers.Upstream;

public sealed class UpstreamPathTests
{
    private const string Vertex = "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5";
    private const string Bedrock = "https://bedrock-runtime.us-east-1.amazonaws.com";

    [Theory]
    [InlineData("vertex", Vertex, ModelApi.AnthropicMessages, "claude-sonnet-4-5@20250929", false, "/publishers/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict")]
    [InlineData("vertex", Vertex, ModelApi.AnthropicMessages, "claude-sonnet-5", true, "/publishers/anthropic/models/claude-sonnet-5:streamRawPredict")]
    [InlineData("vertex", Vertex, ModelApi.AnthropicCountTokens, "claude-sonnet-5", false, "/publishers/anthropic/models/count-tokens:rawPredict")]
    [InlineData("vertex", Vertex, ModelApi.GeminiGenerateContent, "gemini-2.5-pro", false, "/publishers/google/models/gemini-2.5-pro:generateContent")]
    [InlineData("vertex", Vertex, ModelApi.GeminiGenerateContent, "gemini-2.5-pro", true, "/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse")]
    [InlineData("vertex", Vertex, ModelApi.GeminiCountTokens, "gemini-2.5-pro", false, "/publishers/google/models/gemini-2.5-pro:countTokens")]
    [InlineData("vertex", Vertex, ModelApi.OpenAiChat, "gemini-2.5-pro", true, "/endpoints/openapi/chat/completions")]
    [InlineData("bedrock", Bedrock, ModelApi.AnthropicMessages, "anthropic.claude-sonnet-4-5-20250929-v1:0", false, "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke")]
    [InlineData("bedrock", Bedrock, ModelApi.CohereRerank, "cohere.rerank-v3-5:0", false, "/model/cohere.rerank-v3-5%3A0/invoke")]
    [InlineData("cohere", "https://api.cohere.ai", ModelApi.CohereRerank, "rerank-v3.5", false, "/v2/rerank")]
    [InlineData("cohere", "https://api.cohere.ai", ModelApi.CohereRerankV1, "rerank-v3.5", false, "/v1/rerank")]
    [InlineData("azure-openai", "https://a.openai.azure.com", ModelApi.OpenAiTranscriptions, "m", false, "/openai/v1/audio/transcriptions")]
    [InlineData("groq", "https://api.groq.com/openai/v1", ModelApi.OpenAiTranslations, "m", false, "/audio/translations")]
    [InlineData("openai", "https://api.openai.com/v1", ModelApi.OpenAiSpeech, "m", true, "/audio/speech")]
    [InlineData("bedrock", Bedrock, ModelApi.AnthropicMessages, "../x?y", true, "/model/..%2Fx%3Fy/invoke-with-response-stream")]
    public void Of_Cloud_IsWhereItServesTheApi(string vendor, string baseUrl, ModelApi api, string model, bool stream, string path)
    {
        var binding = ProviderTable.Find(vendor)!.Bind(new Uri(baseUrl)).Single(b => b.Api == api);

        var url = $"{binding.BaseUrl.AbsoluteUri.TrimEnd('/')}/{UpstreamPath.Of(binding, model, stream)}";

        Assert.Equal(baseUrl + path, url);
        Assert.Equal(new Uri(url).AbsoluteUri, url);
    }

    [Theory]
    [InlineData("vertex", Vertex, ModelApi.GeminiGenerateContent, "gemini-1.5-flash/../gemini-2.5-pro")]
    [InlineData("vertex", Vertex, ModelApi.GeminiGenerateContent, "../../anthropic/models/claude-sonnet-5")]
    [InlineData("vertex", Vertex, ModelApi.GeminiGenerateContent, "./gemini-2.5-pro")]
    [InlineData("vertex", Vertex, ModelApi.GeminiGenerateContent, "a//b")]
    [InlineData("bedrock", Bedrock, ModelApi.AnthropicMessages, "..")]
    [InlineData("vertex", Vertex, ModelApi.AnthropicMessages, "")]
    public void Of_ModelThatIsAStep_Throws(string vendor, string baseUrl, ModelApi api, string model)
    {
        var binding = ProviderTable.Find(vendor)!.Bind(new Uri(baseUrl)).Single(b => b.Api == api);

        Assert.Throws<ArgumentException>(() => UpstreamPath.Of(binding, model, stream: false));
    }
}
