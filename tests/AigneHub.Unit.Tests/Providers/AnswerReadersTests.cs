using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers;

/// <summary>What holds for the readers of all APIs.</summary>
public class AnswerReadersTests
{
    [Fact]
    public void For_EveryApi_HasItsReader() => Assert.All(
        Enum.GetValues<ModelApi>(), api => Assert.Equal(api, AnswerReaders.For(api).Api));

    [Theory]
    [InlineData(ModelApi.OpenAiEmbeddings)]
    [InlineData(ModelApi.OpenAiModerations)]
    [InlineData(ModelApi.AnthropicCountTokens)]
    [InlineData(ModelApi.GeminiCountTokens)]
    [InlineData(ModelApi.GeminiEmbedContent)]
    [InlineData(ModelApi.GeminiBatchEmbedContents)]
    public void NewTap_ApiThatDoesNotStream_IsNull(ModelApi api) => Assert.Null(AnswerReaders.For(api).NewTap(UsageQuirks.None, 0));

    [Theory]
    [InlineData(ModelApi.OpenAiModerations, """{"id":"modr-1","model":"m","results":[{"flagged":false}]}""", true)]
    [InlineData(ModelApi.OpenAiModerations, """{"id":"modr-1"}""", false)]
    [InlineData(ModelApi.AnthropicCountTokens, """{"input_tokens":14}""", true)]
    [InlineData(ModelApi.AnthropicCountTokens, """{"input_tokens":"14"}""", false)]
    [InlineData(ModelApi.GeminiCountTokens, """{"totalTokens":10,"promptTokensDetails":[]}""", true)]
    [InlineData(ModelApi.GeminiCountTokens, """{"candidates":[]}""", false)]
    [InlineData(ModelApi.GeminiCountTokens, """{"totalTokens":10""", false)]
    public void Read_FreeApi_CostsNothing(ModelApi api, string body, bool isAnswer)
    {
        var read = AnswerReaders.For(api).Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);

        Assert.Equal(isAnswer, read.IsAnswer);
        Assert.Equal(isAnswer ? new TokenUsage { Input = 0, Output = 0 } : null, read.Usage);
        Assert.Null(read.Error);
    }

    [Theory]
    [InlineData(ModelApi.OpenAiEmbeddings, """{"object":"list","data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":8,"total_tokens":8}}""", 8)]
    [InlineData(ModelApi.OpenAiEmbeddings, """{"data":[{"embedding":"AAAA"}],"usage":{"prompt_tokens":8}}""", 8)]
    [InlineData(ModelApi.OpenAiEmbeddings, """{"data":[]}""", null)]
    [InlineData(ModelApi.GeminiEmbedContent, """{"embedding":{"values":[0.1]}}""", null)]
    [InlineData(ModelApi.GeminiEmbedContent, """{"embedding":{"values":[0.1]},"usageMetadata":{"promptTokenCount":8}}""", 8)]
    [InlineData(ModelApi.GeminiBatchEmbedContents, """{"embeddings":[{"values":[0.1]}],"usageMetadata":{"promptTokenCount":8}}""", 8)]
    public void Read_Embeddings_HaveAPromptAlone(ModelApi api, string body, int? input)
    {
        var read = AnswerReaders.For(api).Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);

        Assert.True(read.IsAnswer);
        Assert.Equal(input is null ? null : new TokenUsage { Input = input, Output = 0 }, read.Usage);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"id":"x"} trailing""")]
    public void Read_WhatIsNoAnswer_IsNeitherAnswerNorError(string body) => Assert.All(
        Enum.GetValues<ModelApi>(),
        api => Assert.Equal(default, AnswerReaders.For(api).Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None)));

    // 3 to begin the answer; 3 a message; 1 for the role; the text ("hello world" 2, "hi" 1).
    [Theory]
    [InlineData(ModelApi.OpenAiResponses, """{"input":"hello world","model":"hello"}""", 8)]
    [InlineData(ModelApi.OpenAiResponses, """{"instructions":"hi","input":[{"role":"user","content":"hello world"}]}""", 13)]
    [InlineData(ModelApi.OpenAiResponses, """{"input":[{"role":"user","content":[{"type":"input_text","text":"hi"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]}]}""", 773)]
    [InlineData(ModelApi.OpenAiResponses, """{"input":[{"role":"user","content":[{"type":"input_image","detail":"low","file_id":"f"}]}]}""", 92)]
    [InlineData(ModelApi.OpenAiResponses, """{"input":[{"type":"function_call_output","call_id":"c","output":"hello world"}]}""", 8)]
    [InlineData(ModelApi.OpenAiResponses, """{"input":[{"type":"reasoning","encrypted_content":"AAAA"}]}""", 6)]
    [InlineData(ModelApi.AigneChat, """{"agent":"hi","input":{"messages":[{"role":"user","content":"hello world"}],"modelOptions":{"x":"hello"}}}""", 9)]
    [InlineData(ModelApi.AigneChat, """{"input":{"messages":[{"role":"user","content":[{"type":"file","data":"AAAA","mimeType":"image/png"}]}]}}""", 772)]
    [InlineData(ModelApi.AigneChat, """{"messages":[{"role":"user","content":"hello world"}],"input":7}""", 3)]
    [InlineData(ModelApi.AigneCompletions, """{"prompt":"hello world"}""", 8)]
    [InlineData(ModelApi.AigneCompletions, """{"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","imageUrl":{"url":"data:x"}}]}]}""", 773)]
    [InlineData(ModelApi.OpenAiCompletions, """{"prompt":"hello world"}""", 2)]
    [InlineData(ModelApi.OpenAiCompletions, """{"prompt":["hello world","hi"],"suffix":"hi"}""", 4)]
    [InlineData(ModelApi.OpenAiEmbeddings, """{"input":[[1,2,3],[4]],"dimensions":7}""", 4)]
    [InlineData(ModelApi.OpenAiEmbeddings, """{"input":[1,2],"user":"hi"}""", 2)]
    [InlineData(ModelApi.AnthropicMessages, """{"system":"hi","messages":[{"role":"user","content":"hello world"}],"max_tokens":7}""", 13)]
    [InlineData(ModelApi.AnthropicMessages, """{"system":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}],"messages":[]}""", 7)]
    [InlineData(ModelApi.AnthropicMessages, """{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}]}""", 772)]
    [InlineData(ModelApi.AnthropicMessages, """{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","data":"AAAA"}},{"type":"text","text":"hi"}]}]}""", 8)]
    [InlineData(ModelApi.AnthropicMessages, """{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"hi"}]}]}]}""", 8)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"systemInstruction":{"parts":[{"text":"hi"}]},"contents":[{"role":"user","parts":[{"text":"hello world"}]}]}""", 13)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"contents":{"parts":[{"text":"hello world"}]}}""", 8)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image\/png","data":"AAAA"}},{"fileData":{"mimeType":"audio/mp3","fileUri":"u"}}]}]}""", 772)]
    [InlineData(ModelApi.GeminiEmbedContent, """{"model":"models/m","content":{"parts":[{"text":"hello world"}]}}""", 2)]
    [InlineData(ModelApi.GeminiBatchEmbedContents, """{"requests":[{"model":"m","content":{"parts":[{"text":"hello world"}]}},{"content":{"parts":[{"text":"hi"}]}}]}""", 3)]
    [InlineData(ModelApi.GeminiCountTokens, """{"contents":[{"parts":[{"text":"hello world"}]}]}""", 0)]
    [InlineData(ModelApi.GeminiGenerateContent, """{"contents":[{"role":"user","parts":[{"text":"hello world"}""", 9)]
    public void CountPrompt_Request_IsEstimated(ModelApi api, string request, int tokens) =>
        Assert.Equal(tokens, AnswerReaders.For(api).CountPrompt(Encoding.UTF8.GetBytes(request), SharedCounter.Instance));

    [Theory]
    [InlineData(ModelApi.OpenAiResponses, """[{"type":"function","name":"weather","parameters":{"type":"object"}}]""")]
    [InlineData(ModelApi.AnthropicMessages, """[{"name":"weather","input_schema":{"type":"object"}}]""")]
    [InlineData(ModelApi.GeminiGenerateContent, """[{"functionDeclarations":[{"name":"weather"}]}]""")]
    public void CountPrompt_Tools_CountAsTheirJson(ModelApi api, string tools) => Assert.Equal(
        3 + SharedCounter.Instance.Count(tools),
        AnswerReaders.For(api).CountPrompt(Encoding.UTF8.GetBytes($$"""{"tools":{{tools}}}"""), SharedCounter.Instance));

    /// <summary>An event of each kind that a stream has many of, and those with usage.</summary>
    [Theory]
    [InlineData(
        ModelApi.OpenAiResponses,
        """{"type":"response.output_text.delta","delta":"hi \n","item_id":"msg_1","output_index":0,"sequence_number":4,"logprobs":[]}""",
        """{"type":"response.function_call_arguments.delta","delta":"{\"a\":","item_id":"fc_1"}""",
        """{"type":"response.output_item.added","item":{"id":"fc_1","type":"function_call","name":"get","arguments":""}}""",
        """{"type":"response.completed","response":{"object":"response","usage":{"input_tokens":1,"output_tokens":2}}}""")]
    [InlineData(
        ModelApi.OpenAiCompletions,
        """{"id":"cmpl-1","choices":[{"text":" word","index":0,"logprobs":null,"finish_reason":null}],"usage":null}""",
        """{"id":"cmpl-1","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""")]
    [InlineData(
        ModelApi.AnthropicMessages,
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi \n"}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"get","input":{}}}""",
        """{"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":1}}}}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}""",
        """{"type":"ping"}""")]
    [InlineData(
        ModelApi.GeminiGenerateContent,
        """{"candidates":[{"content":{"parts":[{"text":"hi \n"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":9,"promptTokensDetails":[{"modality":"TEXT","tokenCount":9}]}}""",
        """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"get","args":{"a":1}}}]},"finishReason":"STOP"}]}""",
        """{"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3,"totalTokenCount":12}}""")]
    public void Read_PassedThroughEvents_AllocateNothing(ModelApi api, params string[] documents)
    {
        using var tap = AnswerReaders.For(api).NewTap(UsageQuirks.None, 1 << 20)!;
        var events = documents.Select(document => Encoding.UTF8.GetBytes($"event: x\ndata: {document}\n\n")).ToArray();

        // Warm up until the text buffer has its size for the measured events too.
        for (var i = 0; i < 2000; i++)
        {
            Assert.NotEqual(StreamEventKind.Malformed, tap.Read(events[i % events.Length]));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 400; i++)
        {
            tap.Read(events[i % events.Length]);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
