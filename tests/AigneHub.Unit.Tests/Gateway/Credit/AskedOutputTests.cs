using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Credit;

namespace AigneHub.Unit.Tests.Gateway.Credit;

public sealed class AskedOutputTests
{
    [Theory]
    [InlineData(ModelApi.OpenAiChat, """{"messages":[{"max_tokens":9}]}""", null, 1)]
    [InlineData(ModelApi.OpenAiChat, """{"max_tokens":5}""", 5, 1)]
    [InlineData(ModelApi.OpenAiChat, """{"max_completion_tokens":7,"max_tokens":5,"n":3}""", 7, 3)]
    [InlineData(ModelApi.OpenAiChat, """{"max_tokens":null,"n":null}""", null, 1)]
    [InlineData(ModelApi.OpenAiChat, """{"max_tok\u0065ns":19}""", 19, 1)]
    [InlineData(ModelApi.OpenAiChat, """{"max_output_tokens":1}""", null, 1)]
    [InlineData(ModelApi.OpenAiChat, """{"options":{"maxTokens":1},"generationConfig":{"maxOutputTokens":1},"maxTokens":1}""", null, 1)]
    [InlineData(ModelApi.OpenAiResponses, """{"max_output_tokens":11,"max_tokens":1}""", 11, 1)]
    [InlineData(ModelApi.OpenAiCompletions, """{"best_of":5,"n":2}""", null, 5)]
    [InlineData(ModelApi.OpenAiCompletions, """{"prompt":["a","b","c"],"n":2,"max_tokens":4}""", 4, 6)]
    [InlineData(ModelApi.OpenAiCompletions, """{"n":2,"prompt":[[1,2],[3]]}""", null, 4)]
    [InlineData(ModelApi.OpenAiCompletions, """{"prompt":[1,2,3]}""", null, 1)]
    [InlineData(ModelApi.AnthropicMessages, """{"max_tokens":6,"max_output_tokens":9}""", 6, 1)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"maxOutputTokens":13,"candidateCount":2}}""", 13, 2)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generation_config":{"max_output_tokens":13},"max_tokens":1}""", 13, 1)]
    [InlineData(ModelApi.AigneChat, """{"input":{"modelOptions":{"maxTokens":17}}}""", 17, 1)]
    [InlineData(ModelApi.AigneCompletions, """{"maxTokens":17}""", 17, 1)]
    [InlineData(ModelApi.OpenAiImageEdits, """{"n":"10"}""", null, 10)]
    public void Read_ItsOwnApisLimit_AndNoOther(ModelApi api, string body, int? tokens, long answers)
    {
        var (asked, error) = AskedOutput.Read(api, Encoding.UTF8.GetBytes(body));
        Assert.Null(error);
        Assert.Equal((tokens, answers), (asked.Tokens, asked.Answers));
    }

    [Theory]
    [InlineData(ModelApi.OpenAiChat, """{"max_tokens":"100"}""", "max_tokens")]
    [InlineData(ModelApi.OpenAiChat, """{"max_tokens":0}""", "max_tokens")]
    [InlineData(ModelApi.OpenAiChat, """{"max_tokens":-1}""", "max_tokens")]
    [InlineData(ModelApi.OpenAiChat, """{"max_tokens":1.5}""", "max_tokens")]
    [InlineData(ModelApi.OpenAiChat, """{"max_tokens":99999999999}""", "max_tokens")]
    [InlineData(ModelApi.OpenAiChat, """{"Max_Tokens":100}""", "max_tokens")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"MaxOutputTokens":100}}""", "maxOutputTokens")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"GenerationConfig":{"maxOutputTokens":100}}""", "generationConfig")]
    [InlineData(ModelApi.OpenAiChat, """{"n":0}""", "n")]
    [InlineData(ModelApi.OpenAiChat, """{"n":1000}""", "n")]
    [InlineData(ModelApi.OpenAiChat, """{"N":100}""", "n")]
    [InlineData(ModelApi.OpenAiImageEdits, """{"n":"10x"}""", "n")]
    public void Read_WhatIsNoLimit_IsRefused(ModelApi api, string body, string? param)
    {
        var (_, error) = AskedOutput.Read(api, Encoding.UTF8.GetBytes(body));
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData(ModelApi.OpenAiResponses, """{"conversation":"conv_1"}""", true)]
    [InlineData(ModelApi.OpenAiResponses, """{"prompt":{"id":"pmpt_1"}}""", true)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"cachedContent":"cachedContents/1"}""", true)]
    [InlineData(ModelApi.OpenAiResponses, """{"prompt":null,"tools":[{"prompt":{}}]}""", false)]
    [InlineData(ModelApi.OpenAiCompletions, """{"prompt":"a"}""", false)]
    public void Read_WhatTheVendorKeeps_IsKnown(ModelApi api, string body, bool names) =>
        Assert.Equal(names, AskedOutput.Read(api, Encoding.UTF8.GetBytes(body)).Asked.NamesKept);
}
