using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Credit;

namespace AigneHub.Unit.Tests.Gateway.Credit;

public sealed class RequestDemandTests
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
        var demand = RequestDemand.Read(api, Encoding.UTF8.GetBytes(body));
        Assert.Null(demand.Error);
        Assert.Equal((tokens, answers), (demand.Asked.Tokens, demand.Asked.Answers));
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
    [InlineData(ModelApi.OpenAiChat, """{"M\u0061x_Tokens":100}""", "max_tokens")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"\ud800":1}}""", null)]
    [InlineData(ModelApi.OpenAiImageEdits, """{"n":"10x"}""", "n")]
    public void Read_WhatIsNoLimit_IsRefused(ModelApi api, string body, string? param)
    {
        var error = RequestDemand.Read(api, Encoding.UTF8.GetBytes(body)).Error;
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"maxOutputTokens":1},"generation_config":{}}""", "generation_config")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":null}}""", "maxOutputTokens")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"maxOutputTokens":1,"max_output_tokens":null}}""", "max_output_tokens")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"maxOutputTokens":1,"max\u004futputTokens":null}}""", "maxOutputTokens")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"generationConfig":{"candidateCount":1,"candidate_count":8}}""", "candidate_count")]
    [InlineData(ModelApi.AigneChat, """{"input":{"modelOptions":{"maxTokens":1,"maxTokens":null}}}""", "maxTokens")]
    [InlineData(ModelApi.AigneCompletions, """{"max_tokens":5,"maxTokens":1}""", "maxTokens")]
    public void Read_ALimitTwice_IsRefused(ModelApi api, string body, string param)
    {
        var error = RequestDemand.Read(api, Encoding.UTF8.GetBytes(body)).Error;
        Assert.Equal((400, "invalid_name", param), (error!.Status, error.Code, error.Param));
    }

    [Theory]
    [InlineData(ModelApi.OpenAiResponses, """{"tools":[{"type":"file_search","vector_store_ids":["vs_1"]}]}""", "tools")]
    [InlineData(ModelApi.OpenAiResponses, """{"tools":[{"type":"function","name":"f"},{"type":"mcp","server_url":"https://x"}]}""", "tools")]
    [InlineData(ModelApi.OpenAiResponses, """{"tools":[{"type":"code_interpreter","container":{"type":"auto","file_ids":["f"]}}]}""", "tools")]
    [InlineData(ModelApi.OpenAiResponses, """{"tools":[{"type":"image_generation"}]}""", "tools")]
    [InlineData(ModelApi.OpenAiResponses, """{"tools":[{"type":"web_s\u0065arch"}]}""", "max_tool_calls")]
    [InlineData(ModelApi.OpenAiResponses, """{"plugins":[{"id":"web"}]}""", "plugins")]
    [InlineData(ModelApi.AnthropicMessages, """{"tools":[{"type":"web_fetch_20250910","name":"web_fetch"}]}""", "tools.max_uses")]
    [InlineData(ModelApi.AnthropicMessages, """{"tools":[{"max_uses":null,"type":"web_search_20250305"}]}""", "tools.max_uses")]
    [InlineData(ModelApi.AnthropicMessages, """{"tools":[{"type":"code_execution_20250825"}]}""", "tools")]
    [InlineData(ModelApi.AnthropicMessages, """{"mcp_servers":[{"type":"url"}]}""", "mcp_servers")]
    [InlineData(ModelApi.AnthropicMessages, """{"container":"c_1"}""", "container")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"tools":[{"functionDeclarations":[]},{"fileSearch":{}}]}""", "tools")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"tools":[{"googl\u0065Maps":{}}]}""", "tools")]
    [InlineData(ModelApi.OpenAiChat, """{"web_search_options":{}}""", "web_search_options")]
    [InlineData(ModelApi.OpenAiChat, """{"search_parameters":{"mode":"on"}}""", "search_parameters")]
    [InlineData(ModelApi.OpenAiChat, """{"tools":[{"type":"browser_search"}]}""", "tools")]
    [InlineData(ModelApi.OpenAiChat, """{"provider":{"order":["x"]}}""", "provider")]
    public void Read_WhatHasNoKnownEndOrPrice_IsRefused(ModelApi api, string body, string param)
    {
        var error = RequestDemand.Read(api, Encoding.UTF8.GetBytes(body)).Error;
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData(ModelApi.OpenAiResponses, """{"max_tool_calls":4,"tools":[{"type":"web_search"},{"type":"web_search_preview"}]}""", 4, 4)]
    [InlineData(ModelApi.OpenAiResponses, """{"tools":[{"type":"custom"},{"type":"local_shell"}],"max_tool_calls":4}""", 0, 0)]
    [InlineData(ModelApi.AnthropicMessages, """{"tools":[{"type":"web_search_20250305","max_uses":3},{"type":"web_fetch_20250910","max_uses":2},{"type":"bash_20250124"}]}""", 5, 3)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"tools":[{"functionDeclarations":[{"name":"f"}]},{"urlContext":{}},{"google_search":{},"codeExecution":null}]}""", 2, 1)]
    [InlineData(ModelApi.OpenAiChat, """{"tools":[{"type":"function","function":{"parameters":{"properties":{"tools":[{"type":"mcp"}],"provider":{}}}}}],"provider":null}""", 0, 0)]
    public void Read_ToolsThatTheVendorRuns_AreCountedByTheirLimits(ModelApi api, string body, long runs, long searches)
    {
        var demand = RequestDemand.Read(api, Encoding.UTF8.GetBytes(body));
        Assert.Null(demand.Error);
        Assert.Equal((runs, searches), (demand.Tools.Runs, demand.Tools.Searches));
    }

    [Theory]
    [InlineData("""{"input":[{"id":"msg_123"},{"role":"user","content":"go"}]}""", true)]
    [InlineData("""{"input":[{"id":"msg_123","type":null}]}""", true)]
    [InlineData("""{"input":[{"\u0069d":"msg_123"}]}""", true)]
    [InlineData("""{"input":[{"id":"msg_123","type":"message","role":"assistant","content":[]}]}""", false)]
    [InlineData("""{"input":[{"role":"user","content":[{"id":"x"}]}]}""", false)]
    [InlineData("""{"input":"id"}""", false)]
    public void Read_AnItemOfAnIdAlone_FillsTheWindow(string body, bool fills) =>
        Assert.Equal(fills, RequestDemand.Read(ModelApi.OpenAiResponses, Encoding.UTF8.GetBytes(body)).Content.Fills);

    [Theory]
    [InlineData("""{"sequential_image_generation":"auto","sequential_image_generation_options":{"max_images":12}}""", 12)]
    [InlineData("""{"sequential_image_generation_options":{"max_images":3},"sequential_image_generation":"auto","n":2}""", 6)]
    [InlineData("""{"sequential_image_generation":"auto"}""", 15)]
    [InlineData("""{"sequential_image_generation":"disabled","sequential_image_generation_options":{"max_images":12}}""", 1)]
    public void Read_SequencesOfImages_AreAsManyAsTheyMayBe(string body, long images) =>
        Assert.Equal(images, RequestDemand.Read(ModelApi.OpenAiImages, Encoding.UTF8.GetBytes(body)).Asked.Answers);

    [Theory]
    [InlineData(ModelApi.OpenAiResponses, """{"conversation":"conv_1"}""", true)]
    [InlineData(ModelApi.OpenAiResponses, """{"prompt":{"id":"pmpt_1"}}""", true)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"cachedContent":"cachedContents/1"}""", true)]
    [InlineData(ModelApi.OpenAiResponses, """{"prompt":null,"tools":[{"prompt":{}}]}""", false)]
    [InlineData(ModelApi.OpenAiCompletions, """{"prompt":"a"}""", false)]
    public void Read_WhatTheVendorKeeps_IsKnown(ModelApi api, string body, bool names) =>
        Assert.Equal(names, RequestDemand.Read(api, Encoding.UTF8.GetBytes(body)).Asked.NamesKept);

    [Theory]
    [InlineData(ModelApi.OpenAiChat, """{"service_tier":"priority","max_tokens":5}""", "service_tier")]
    [InlineData(ModelApi.OpenAiChat, """{"s\u0065rvice_tier":"fast","max_tokens":5}""", "service_tier")]
    [InlineData(ModelApi.OpenAiChat, """{"service_tier":["flex"],"max_tokens":5}""", "service_tier")]
    [InlineData(ModelApi.OpenAiChat, """{"Service_Tier":"flex","max_tokens":5}""", "service_tier")]
    [InlineData(ModelApi.OpenAiResponses, """{"service_tier":"pri\u006frity","max_output_tokens":5}""", "service_tier")]
    [InlineData(ModelApi.AnthropicMessages, """{"speed":"fast","max_tokens":5}""", "speed")]
    [InlineData(ModelApi.AnthropicMessages, """{"inference_geo":"us","max_tokens":5}""", "inference_geo")]
    [InlineData(ModelApi.GeminiGenerateContent, """{"serviceTier":"PRIORITY","generationConfig":{"maxOutputTokens":5}}""", "serviceTier")]
    [InlineData(ModelApi.OpenAiChat, """{"service_tier":null,"max_tokens":5}""", null)]
    [InlineData(ModelApi.OpenAiChat, """{"service_tier":"flex","max_tokens":5,"metadata":{"service_tier":"priority"}}""", null)]
    [InlineData(ModelApi.OpenAiChat, """{"service_tier":"auto","speed":"fast","max_tokens":5}""", null)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"service_tier":"FLEX","generationConfig":{"maxOutputTokens":5}}""", null)]
    public void Read_WhatIsDearerThanThePrice_IsRefused_AndTheRestRead(ModelApi api, string body, string? param)
    {
        var demand = RequestDemand.Read(api, Encoding.UTF8.GetBytes(body));
        Assert.Equal((param is null ? null : 400, param), (demand.Error?.Status, demand.Error?.Param));
        Assert.Equal(5, demand.Asked.Tokens);
    }

    [Theory]
    [InlineData("""{"messages":[{"content":[{"type":"text","text":"file_id"}]}]}""", 0, false, false)]
    [InlineData("""{"generationConfig":{"maxOutputTokens":5,"image":1},"image":{}}""", 2, false, false)]
    [InlineData("""{"a":[{"type":"image_url","image_url":{"url":"https://a/b"}},{"type":"\u0069nput_image"}]}""", 2, false, false)]
    [InlineData("""{"a":{"mimeType":"image/png"},"b":{"media_type":"IMAGE/GIF"},"c":{"mime_type":"Text/plain"}}""", 2, false, false)]
    [InlineData("""{"a":{"mimeType":"video/mp4"}}""", 0, false, true)]
    [InlineData("""{"a":{"type":"input_audio","input_audio":{"data":""}}}""", 0, true, false)]
    [InlineData("""{"a":[[{"fileUri":"f"}]]}""", 0, false, true)]
    [InlineData("""{"a":{"fileData":{}}}""", 0, false, true)]
    [InlineData("""{"a":{"file_id":{"type":"string"},"file_data":["x"]}}""", 0, false, false)]
    [InlineData("""{"a":{"\ud800":1}}""", 0, false, true)]
    [InlineData("""{"a":{"type":"\udc00"}}""", 0, false, true)]
    [InlineData("""{"a":"\ud800"}""", 0, false, false)]
    public void Read_WhatThePromptHolds_IsKnown(string body, long images, bool sound, bool fills)
    {
        var content = RequestDemand.Read(ModelApi.GeminiGenerateContent, Encoding.UTF8.GetBytes(body)).Content;
        Assert.Equal((images, sound, fills), (content.Images, content.HasSound, content.Fills));
    }

    [Theory]
    [InlineData("""{"input":{"messages":[{"content":[{"type":"url","url":"u"}]}]}}""", true)]
    [InlineData("""{"input":{"messages":[{"content":[{"type":"url","url":"u","mimeType":"image/png"}]}]}}""", false)]
    [InlineData("""{"input":{"messages":[{"content":[{"type":"text","text":"file"}]}]}}""", false)]
    public void Read_AignesParts_ArePicturesByTheirMediaTypeAlone(string body, bool fills) =>
        Assert.Equal(fills, RequestDemand.Read(ModelApi.AigneChat, Encoding.UTF8.GetBytes(body)).Content.Fills);
}
