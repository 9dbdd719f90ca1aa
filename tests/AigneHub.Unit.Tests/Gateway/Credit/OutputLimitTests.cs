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
    [InlineData(ModelApi.OpenAiChat, "openai", """{"max_completion_tokens":70,"messages":[1],"max_tokens":60}""", """{"max_completion_tokens":50,"messages":[1],"max_tokens":50}""")]
    [InlineData(ModelApi.OpenAiChat, "openai", """{"max_tokens":40,"messages":[1]}""", null)]
    [InlineData(ModelApi.OpenAiChat, "openai", """{"max_tokens":60,"max_completion_tokens":null,"messages":[1]}""", """{"max_tokens":50,"max_completion_tokens":null,"messages":[1]}""")]
    [InlineData(ModelApi.OpenAiChat, "deepseek", """{"max_completion_tokens":1,"messages":[1]}""", """{"max_tokens":1,"messages":[1]}""")]
    [InlineData(ModelApi.OpenAiChat, "deepseek", """{"messages":[1],"max_completion_tokens" : null}""", """{"messages":[1],"max_tokens":50}""")]
    [InlineData(ModelApi.OpenAiChat, "ollama", """{"max_completion_tokens":1 , "max_tokens":40}""", """{ "max_tokens":40}""")]
    [InlineData(ModelApi.OpenAiChat, "together", """{"max_tokens":70, "max_completion_tokens":1 }""", """{"max_tokens":50 }""")]
    [InlineData(ModelApi.OpenAiChat, "custom-a", """{"max_tokens":null, "max_completion_tokens":7}""", """{"max_tokens":7}""")]
    [InlineData(ModelApi.AnthropicMessages, "anthropic", """{"max_tokens":60,"messages":[1]}""", """{"max_tokens":50,"messages":[1]}""")]
    [InlineData(ModelApi.GeminiGenerateContent, "google", """{"generation_config":{"max_output_tokens":60}}""", """{"generation_config":{"max_output_tokens":50}}""")]
    public void Of_AVendorsRequest_HasTheLimitThatIsPaidFor_InAWordThatItKnows(ModelApi api, string vendor, string body, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = new RequestHead { Model = "m", StartBrace = 0, EndBrace = body.LastIndexOf('}') };
        var edits = OutputLimit.Of(bytes, head, api, ProviderTable.Find(vendor), 50).OrderByDescending(edit => edit.Start);
        Assert.Equal(expected ?? body, edits.Aggregate(
            body, (text, e) => text[..e.Start] + Encoding.UTF8.GetString(e.By.Span) + text[(e.Start + e.Length)..]));
    }
}
