using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Credit;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers;

namespace AigneHub.Unit.Tests.Gateway.Credit;

public sealed class OutputLimitTests
{
    [Theory]
    [InlineData(ModelApi.OpenAiChat, "openai", """{"messages":[1]}""", """{"messages":[1],"max_completion_tokens":50}""")]
    [InlineData(ModelApi.OpenAiChat, "mistral", """{ "messages":[1] }""", """{ "messages":[1] ,"max_tokens":50}""")]
    [InlineData(ModelApi.OpenAiChat, "openai", """{"max_completion_tokens":null,"messages":[1]}""", """{"max_completion_tokens":50,"messages":[1]}""")]
    [InlineData(ModelApi.OpenAiResponses, "openai", """{"input":"max_output_tokens"}""", """{"input":"max_output_tokens","max_output_tokens":50}""")]
    [InlineData(ModelApi.OpenAiCompletions, "openai", """{"prompt":"a"}""", """{"prompt":"a","max_tokens":50}""")]
    [InlineData(ModelApi.AnthropicMessages, "anthropic", """{"messages":[1]}""", """{"messages":[1],"max_tokens":50}""")]
    [InlineData(ModelApi.GeminiGenerateContent, "google", """{"contents":[]}""", """{"contents":[],"generationConfig":{"maxOutputTokens":50}}""")]
    [InlineData(ModelApi.GeminiGenerateContent, "google", """{"generationConfig":{ }}""", """{"generationConfig":{"maxOutputTokens":50 }}""")]
    [InlineData(ModelApi.GeminiGenerateContent, "google", """{"generationConfig":{"topK":1}}""", """{"generationConfig":{"maxOutputTokens":50,"topK":1}}""")]
    [InlineData(ModelApi.GeminiGenerateContent, "google", """{"generationConfig":{"maxOutputTokens":null}}""", """{"generationConfig":{"maxOutputTokens":50}}""")]
    [InlineData(ModelApi.GeminiGenerateContent, "google", """{"generationConfig":null,"a":1}""", """{"generationConfig":{"maxOutputTokens":50},"a":1}""")]
    [InlineData(ModelApi.GeminiGenerateContent, "google", """{"generation_config":{"top_k":1}}""", """{"generation_config":{"maxOutputTokens":50,"top_k":1}}""")]
    [InlineData(ModelApi.OpenAiEmbeddings, "openai", """{"input":"a"}""", null)]
    public void Of_ARequestWithoutALimit_GetsOneInItsApi(ModelApi api, string vendor, string body, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = new RequestHead { Model = "m", StartBrace = 0, EndBrace = body.LastIndexOf('}') };
        var edit = OutputLimit.Of(bytes, head, api, ProviderTable.Find(vendor), 50);
        Assert.Equal(
            expected,
            edit is { } e ? body[..e.Start] + Encoding.UTF8.GetString(e.By.Span) + body[(e.Start + e.Length)..] : null);
    }
}
