using AigneHub.Providers;
using AigneHub.Translation.Aigne;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>AIGNE's chat completions: both spellings in, both kinds of members out.</summary>
public sealed class AigneCompletionsTests
{
    private static readonly AigneCompletionsFormat Format = new();
    private static readonly TokenUsage Usage = new() { Input = 5, CachedInput = 2, Output = 9 };

    private const string Camel =
        """
        {"model":"m","messages":[
           {"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","imageUrl":{"url":"https://example.org/a.png"}}]},
           {"role":"assistant","toolCalls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"maxTokens\":1}"}}]},
           {"role":"tool","toolCallId":"c","content":"1"}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"maxTokens":{"type":"number"}}}}}],
         "toolChoice":"required","topP":0.5,"presencePenalty":1,"frequencyPenalty":-1,"maxTokens":7,"parallelToolCalls":false,
         "responseFormat":{"type":"json_schema","jsonSchema":{"name":"n","schema":{"type":"object","properties":{"toolCalls":{}}}}},"stream":true}
        """;

    private const string Snake =
        """
        {"model":"m","messages":[
           {"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]},
           {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"maxTokens\":1}"}}]},
           {"role":"tool","tool_call_id":"c","content":"1"}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"maxTokens":{"type":"number"}}}}}],
         "tool_choice":"required","top_p":0.5,"presence_penalty":1,"frequency_penalty":-1,"max_tokens":7,"parallel_tool_calls":false,
         "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"toolCalls":{}}}}},"stream":true}
        """;

    [Theory]
    [InlineData(Camel)]
    [InlineData(Snake)]
    public void Read_BothSpellings_AreOpenAisRequest(string body)
    {
        var expected = Translating.WriteRequest(
            OpenAiChatFormat.Instance, Translating.ReadRequest(OpenAiChatFormat.Instance, Snake), "gpt-4.1");

        var written = Translating.WriteRequest(OpenAiChatFormat.Instance, Translating.ReadRequest(Format, body), "gpt-4.1");

        Assert.Equal(expected.ToString(), written.ToString());
        Assert.Contains("\"maxTokens\":{", written.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"toolCalls\":{}", written.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"prompt":"Hi"}""")]
    [InlineData("""{"prompt":"Hi","messages":null}""")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"prompt":null,"topP":null}""")]
    public void Read_Prompt_IsAMessageOfTheUser(string body)
    {
        var message = Assert.IsType<MessageItem>(Assert.Single(Translating.ReadRequest(Format, body).Items));

        Assert.Equal((ChatRole.User, "Hi"), (message.Role, Assert.IsType<TextPart>(Assert.Single(message.Parts)).Text));
    }

    [Theory]
    [InlineData("""{}""", "messages")]
    [InlineData("""{"prompt":"a","messages":[]}""", "prompt")]
    [InlineData("""{"prompt":["a"]}""", "prompt")]
    [InlineData("""{"prompt":"a","topP":1,"top_p":1}""", "top_p")]
    [InlineData("""{"messages":[{"role":"tool","toolCallId":"a","tool_call_id":"b","content":"x"}]}""", "tool_call_id")]
    [InlineData("""{"messages":[{"role":"user","content":"\udc00"}]}""", "messages")]
    public void Read_WhatCantBe_NamesTheMember(string body, string param) =>
        Assert.Equal((400, param), (Translating.ReadFault(Format, body).Status, Translating.ReadFault(Format, body).Param));

    [Fact]
    public void Read_JsonMode_IsKept() => Assert.NotNull(
        Translating.ReadRequest(Format, """{"prompt":"a","responseFormat":{"type":"json_object"}}""").Format);

    [Fact]
    public void Whole_Answer_HasBothKindsOfMembers()
    {
        var answer = new ChatAnswer(
            "id", "m", [new MessageItem(ChatRole.Assistant, [new TextPart("Hi")]), new ToolCallItem("c", "f", """{"a":1}""")],
            FinishReason.ToolCalls, Usage);

        var written = Translating.WriteAnswer(Format, answer);

        const string Calls = """[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]""";
        Assert.Equal(("chat.completion", "Hi", "Hi", "assistant"), (Text("object"), Text("text"), Text("content"), Text("role")));
        Assert.Equal("google/gemini-3-pro", Text("modelWithProvider"));
        var choice = written.GetProperty("choices")[0];
        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(Calls, choice.GetProperty("message").GetProperty("tool_calls").ToString());
        Assert.Equal(Calls, written.GetProperty("toolCalls").ToString());
        Assert.Equal(
            """{"prompt_tokens":7,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":0},"total_tokens":16,"inputTokens":5,"outputTokens":9,"cacheCreationInputTokens":0,"cacheReadInputTokens":2,"totalTokens":16}""",
            written.GetProperty("usage").ToString());

        string? Text(string name) => written.GetProperty(name).GetString();
    }

    private static readonly AnswerEvent[] Events =
    [
        new AnswerStarted("id", "m"),
        new ItemStarted(0, AnswerItemKind.Text), new ItemDelta(0, "H"), new ItemDelta(0, "i"), new ItemEnded(0),
        new ItemStarted(1, AnswerItemKind.ToolCall, "a", "f"), new ItemDelta(1, "{}"), new ItemEnded(1),
        new ItemStarted(2, AnswerItemKind.ToolCall, "b", "g"), new ItemDelta(2, "{\"n\":1}"), new ItemEnded(2),
        new UsageReported(Usage), new AnswerFinished(FinishReason.ToolCalls),
    ];

    /// <summary>What the header <c>Accept: text/event-stream</c> asks for.</summary>
    [Fact]
    public void Stream_ByHeader_HasAignesFrames()
    {
        var frames = OpenAiWire.WriteStream(Format, Events, OpenAiWire.Context with { StreamBesideBody = true });

        const string A = """{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}""";
        Assert.Equal(
            [
                """{"delta":{"role":"assistant","content":"H"}}""",
                """{"delta":{"role":"assistant","content":"i"}}""",
                $$$"""{"delta":{"role":"assistant","content":"","toolCalls":[{{{A}}}]}}""",
                $$$$"""{"delta":{"role":"assistant","content":"","toolCalls":[{{{{A}}}},{"id":"b","type":"function","function":{"name":"g","arguments":"{\"n\":1}"}}]}}""",
                """{"usage":{"promptTokens":7,"completionTokens":9,"totalTokens":16,"prompt_tokens":7,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":0},"total_tokens":16,"inputTokens":5,"outputTokens":9,"cacheCreationInputTokens":0,"cacheReadInputTokens":2}}""",
            ], frames);
    }

    /// <summary>What <c>stream: true</c> asks for.</summary>
    [Fact]
    public void Stream_ByBody_IsOpenAis() => Assert.Equal(
        OpenAiWire.WriteStream(OpenAiChatFormat.Instance, Events), OpenAiWire.WriteStream(Format, Events));
}
