using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>
/// The exact events of both streams: https://platform.openai.com/docs/api-reference/chat-streaming and
/// https://platform.openai.com/docs/api-reference/responses-streaming .
/// </summary>
public sealed class OpenAiStreamTests
{
    private static readonly OpenAiChatFormat Chat = OpenAiChatFormat.Instance;
    private static readonly OpenAiResponsesFormat Responses = OpenAiResponsesFormat.Instance;

    /// <summary>Signed thoughts, a text, two calls that overlap, one of them without arguments.</summary>
    private static readonly AnswerEvent[] Rich =
    [
        new AnswerStarted("msg_9", "claude"),
        new ItemStarted(0, AnswerItemKind.Reasoning), new ItemDelta(0, "Hm"), new ItemDelta(0, "m."),
        new ItemSealed(0, ModelApi.AnthropicMessages, "c2ln+/=="), new ItemEnded(0),
        new ItemStarted(1, AnswerItemKind.Text), new ItemDelta(1, "Say \""), new ItemDelta(1, "é\""), new ItemEnded(1),
        new ItemStarted(2, AnswerItemKind.ToolCall, "toolu_1", "look"), new ItemDelta(2, "{\"a\""),
        new ItemStarted(3, AnswerItemKind.ToolCall, "toolu_2", "now"), new ItemDelta(2, ":1}"), new ItemEnded(3), new ItemEnded(2),
        new UsageReported(new TokenUsage { Input = 5, CachedInput = 2, CacheWrite5m = 1, Output = 7, Reasoning = 3 }),
        new AnswerFinished(FinishReason.ToolCalls),
    ];

    [Fact]
    public void WriteChat_Rich_IsChunkForChunk()
    {
        var data = OpenAiWire.WriteStream(Chat, Rich);
        var chunks = data[..^1].ConvertAll(OpenAiWire.Parse);

        Assert.Equal("[DONE]", data[^1]);
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString()));
        Assert.All(chunks, chunk => Assert.Equal("house/model", chunk.GetProperty("model").GetString()));
        Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(
            [
                """{"role":"assistant","content":"","refusal":null}""",
                """{"reasoning_content":"Hm"}""",
                """{"reasoning_content":"m."}""",
                """{"content":"Say \""}""",
                """{"content":"é\""}""",
                """{"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"look","arguments":""}}]}""",
                """{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}""",
                """{"tool_calls":[{"index":1,"id":"toolu_2","type":"function","function":{"name":"now","arguments":""}}]}""",
                """{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}""",
                """{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}""",
                """{"reasoning_details":[{"type":"reasoning.text","text":"Hmm.","signature":"c2ln+/==","format":"anthropic-claude-v1","index":0}]}""",
                "{}",
            ],
            chunks[..^1].Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").GetRawText()));
        Assert.Equal("tool_calls", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(
            """{"prompt_tokens":8,"prompt_tokens_details":{"cached_tokens":2,"cache_write_tokens":1},"completion_tokens":7,"completion_tokens_details":{"reasoning_tokens":3},"total_tokens":15}""",
            chunks[^1].GetProperty("usage").GetRawText());
    }

    [Fact]
    public void WriteChat_UsageNotAskedFor_IsNotThere()
    {
        var data = OpenAiWire.WriteStream(Chat, Rich, OpenAiWire.Context with { IncludeUsage = false });

        Assert.DoesNotContain(data, frame => frame.Contains("usage", StringComparison.Ordinal));
        Assert.Contains("finish_reason\":\"tool_calls", data[^2], StringComparison.Ordinal);
    }

    /// <summary>The first chunk has the role even if the vendor's stream began with something else.</summary>
    [Fact]
    public void WriteChat_NothingSaid_HasRoleAndEnd()
    {
        var data = OpenAiWire.WriteStream(Chat, []);

        Assert.Contains("\"role\":\"assistant\"", data[0], StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"stop\"", data[1], StringComparison.Ordinal);
    }

    [Fact]
    public void WriteResponses_Rich_IsEventForEvent()
    {
        var events = OpenAiWire.WriteStream(Responses, Rich).ConvertAll(OpenAiWire.Parse);

        Assert.Equal(
            [
                "created", "in_progress",
                "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta", "reasoning_summary_text.delta",
                "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done",
                "output_item.added", "content_part.added", "output_text.delta", "output_text.delta", "output_text.done",
                "content_part.done", "output_item.done",
                "output_item.added", "function_call_arguments.delta", "output_item.added", "function_call_arguments.delta",
                "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
                "function_call_arguments.done", "output_item.done",
                "completed",
            ],
            events.Select(e => e.GetProperty("type").GetString()!["response.".Length..]));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(e => e.GetProperty("sequence_number").GetInt32()));

        var response = events[^1].GetProperty("response");
        var output = response.GetProperty("output");
        Assert.Equal("completed", response.GetProperty("status").GetString());
        Assert.Equal(8, response.GetProperty("usage").GetProperty("input_tokens").GetInt32());
        Assert.Equal(["reasoning", "message", "function_call", "function_call"], output.EnumerateArray().Select(o => o.GetProperty("type").GetString()));
        Assert.Equal("Say \"é\"", output[1].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("{\"a\":1}", output[2].GetProperty("arguments").GetString());
        Assert.Equal(("toolu_2", "{}"), (output[3].GetProperty("call_id").GetString(), output[3].GetProperty("arguments").GetString()));
        foreach (var done in events.Where(e => e.GetProperty("type").GetString() == "response.output_item.done"))
        {
            Assert.Equal(output[done.GetProperty("output_index").GetInt32()].GetRawText(), done.GetProperty("item").GetRawText());
        }
    }

    [Theory]
    [InlineData(FinishReason.Stop, "completed", null)]
    [InlineData(FinishReason.StopSequence, "completed", null)]
    [InlineData(FinishReason.Length, "incomplete", "max_output_tokens")]
    [InlineData(FinishReason.ContentFilter, "incomplete", "content_filter")]
    [InlineData(FinishReason.Refusal, "incomplete", "content_filter")]
    [InlineData(FinishReason.Failed, "failed", null)]
    public void WriteResponses_End_SaysWhy(FinishReason finish, string status, string? reason)
    {
        var last = OpenAiWire.Parse(OpenAiWire.WriteStream(Responses, [new AnswerStarted(null, null), new AnswerFinished(finish)])[^1]);

        Assert.Equal($"response.{status}", last.GetProperty("type").GetString());
        Assert.Equal(status, last.GetProperty("response").GetProperty("status").GetString());
        var details = last.GetProperty("response").GetProperty("incomplete_details");
        Assert.Equal(reason, details.ValueKind == JsonValueKind.Null ? null : details.GetProperty("reason").GetString());
    }

    /// <summary>Clients send reasoning items back as they came: the seal must be the vendor's own again, byte for byte.</summary>
    [Theory]
    [InlineData(ModelApi.AnthropicMessages, "c2ln+/==", null, null)]
    [InlineData(ModelApi.AnthropicMessages, null, null, "cmVk.a\"ct")]
    [InlineData(ModelApi.GeminiGenerateContent, "Cg==", null, null)]
    [InlineData(ModelApi.OpenAiResponses, null, "gAAAA-_.x.y.z", null)]
    public void Reasoning_SentBackByTheClient_HasItsSeal(ModelApi origin, string? signature, string? encrypted, string? redacted)
    {
        AnswerEvent[] events =
        [
            new AnswerStarted(null, null), new ItemStarted(0, AnswerItemKind.Reasoning), new ItemDelta(0, "Hm."),
            new ItemSealed(0, origin, signature, encrypted, redacted), new ItemEnded(0), new AnswerFinished(FinishReason.Stop),
        ];
        var item = OpenAiWire.Parse(OpenAiWire.WriteStream(Responses, events)[^1]).GetProperty("response").GetProperty("output")[0];
        var details = OpenAiWire.WriteStream(Chat, events).Select(frame => frame.Contains("reasoning_details", StringComparison.Ordinal)
            ? OpenAiWire.Parse(frame).GetProperty("choices")[0].GetProperty("delta").GetProperty("reasoning_details").GetRawText()
            : null).Single(text => text is not null);

        foreach (var request in (ChatRequest[])
        [
            OpenAiWire.Read(Responses, $$"""{"input":[{{item.GetRawText()}}]}"""),
            OpenAiWire.Read(Chat, $$"""{"messages":[{"role":"assistant","content":"x","reasoning_details":{{details}}}]}"""),
        ])
        {
            var back = request.Items.OfType<ReasoningItem>().Single();
            Assert.Equal(
                (origin, signature, encrypted, redacted), (back.Origin!.Value, back.Signature, back.Encrypted, back.Redacted));
            Assert.Equal(redacted is null ? "Hm." : back.Text, back.Text);
        }
    }

    /// <summary>A chunk with text and a call: the call keeps its name.</summary>
    [Fact]
    public void ReadChat_TextAndCallInOneChunk_KeepsBoth()
    {
        var told = OpenAiWire.Fold(OpenAiWire.ReadStream(Chat,
        [
            """{"id":"1","choices":[{"delta":{"content":"Hi","tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{"}}]}}]}""",
            """{"choices":[{"delta":{"content":"!","tool_calls":[{"index":0,"function":{"arguments":"}"}}]},"finish_reason":"stop"}]}""",
        ]));

        Assert.Equal(new Told("Hi!", "", "c f{}", FinishReason.ToolCalls, null), told);
    }

    /// <summary>Vendors that number all calls 0, or not at all.</summary>
    [Theory]
    [InlineData("\"index\":0,", "\"index\":0,")]
    [InlineData("", "")]
    [InlineData("\"index\":0,", "\"index\":1,")]
    public void ReadChat_ParallelCalls_AreToldApart(string first, string second)
    {
        var told = OpenAiWire.Fold(OpenAiWire.ReadStream(Chat,
        [
            $$$$"""{"choices":[{"delta":{"tool_calls":[{{{{{first}}}}"id":"a","function":{"name":"f","arguments":"{"}}]}}]}""",
            $$$$"""{"choices":[{"delta":{"tool_calls":[{{{{{first}}}}"function":{"arguments":"}"}}]}}]}""",
            $$$$"""{"choices":[{"delta":{"tool_calls":[{{{{{second}}}}"id":"b","function":{"name":"g","arguments":"{}"}}]}}]}""",
        ]));

        Assert.Equal("a f{} b g{}", told.Calls);
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{"content":"\ud83d!"}}]}""", "\ufffd!")]
    [InlineData("""{"choices":[{"delta":{"content":"a\\ud83d"}}]}""", "a\\ud83d")]
    [InlineData("""{"choices":[{"delta":{"content":"\ud83d\ude0a"}}]}""", "\U0001f60a")]
    [InlineData("""{"choices":[{"delta":7}]}""", "")]
    [InlineData("""{"choices":{}}""", "")]
    [InlineData("""{"choices":[[]],"usage":7}""", "")]
    [InlineData("""{"choices":[{"delta":{"content":[7,{"type":"thinking"}],"tool_calls":[7,{}],"reasoning_details":[7]}}]}""", "")]
    public void ReadChat_OddChunk_NeverThrows(string chunk, string text)
    {
        Assert.Equal(text, OpenAiWire.Fold(OpenAiWire.ReadStream(Chat, [chunk, "7", "{", ""])).Text);
    }

    [Theory]
    [InlineData("""{"type":"response.output_item.added","item":7}""")]
    [InlineData("""{"type":"response.output_text.delta","delta":7,"output_index":"x"}""")]
    [InlineData("""{"type":"response.function_call_arguments.delta","delta":"x","output_index":99}""")]
    [InlineData("""{"type":"response.output_item.done","item":{"type":"reasoning","summary":7}}""")]
    [InlineData("""{"type":"response.completed","response":7}""")]
    [InlineData("""{"type":"response.something_new","x":"\udc00"}""")]
    public void ReadResponses_OddEvent_NeverThrows(string data)
    {
        Assert.Equal("", OpenAiWire.Fold(OpenAiWire.ReadStream(Responses, [data, "7", "{"])).Text);
    }

    /// <summary>Vendors that send whole items alone.</summary>
    [Fact]
    public void ReadResponses_ItemsWithoutDeltas_AreReadAtTheirEnd()
    {
        var told = OpenAiWire.Fold(OpenAiWire.ReadStream(Responses,
        [
            """{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs","summary":[],"encrypted_content":"e"}}""",
            """{"type":"response.output_item.done","output_index":1,"item":{"type":"message","content":[{"type":"output_text","text":"Hi"}]}}""",
            """{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}}""",
            """{"type":"response.completed","response":{"status":"completed"}}""",
        ]));

        Assert.Equal(new Told("Hi", "", "c f{}", FinishReason.ToolCalls, null), told);
    }
}
