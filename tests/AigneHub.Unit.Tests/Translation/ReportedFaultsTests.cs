using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Wire.Sse;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What users of gateways complain about in public, one test each. More of it in <c>RoundTripTests</c>.</summary>
public class ReportedFaultsTests
{
    private const string TwoCalls = """
        {"model":"m","messages":[{"role":"user","content":"x"},
          {"role":"assistant","content":null,"tool_calls":[
            {"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"1"},{"role":"tool","tool_call_id":"c2","content":"2"}],
         "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}]
        """;

    private static readonly ModelApi[] VendorApis =
    [
        ModelApi.OpenAiChat, ModelApi.OpenAiResponses, ModelApi.AnthropicMessages, ModelApi.GeminiGenerateContent, ModelApi.BedrockConverse,
        ModelApi.CohereChat,
    ];

    // QuantumNous/new-api#3040
    [Fact]
    public void ResultsOfParallelCalls_ReachAnthropic_InOneUserMessage()
    {
        var messages = Sent(ModelApi.AnthropicMessages, "claude-sonnet-4-5", TwoCalls + "}").GetProperty("messages");

        Assert.Equal(["user", "assistant", "user"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Equal(["c1", "c2"], messages[2].GetProperty("content").EnumerateArray().Select(block => block.GetProperty("tool_use_id").GetString()));
    }

    // BerriAI/litellm#28995
    [Theory]
    [InlineData(ModelApi.OpenAiChat, "tool_call_id")]
    [InlineData(ModelApi.AnthropicMessages, "tool_use_id")]
    public void ResultsWithoutIds_GetThoseOfTheirCalls(ModelApi vendor, string member)
    {
        var request = Translating.ReadRequest(GeminiFormat.Instance, """
            {"contents":[{"role":"user","parts":[{"text":"x"}]},
              {"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1}}},{"functionCall":{"name":"f","args":{"n":2}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"f","response":{"output":"2"}}}]}],
             "tools":[{"functionDeclarations":[{"name":"f"}]}]}
            """);
        var sent = Translating.WriteRequest(ChatFormats.Vendor(vendor, null), request, "claude-sonnet-4-5").GetRawText();

        var calls = request.Items.OfType<ToolCallItem>().Select(call => call.CallId).ToList();
        Assert.Equal(2, calls.Distinct().Count());
        Assert.All(calls, id => Assert.Contains($"\"{member}\":\"{id}\"", sent, StringComparison.Ordinal));
    }

    // BerriAI/litellm#24443
    [Fact]
    public void ToolChoiceNone_IsSaidToEveryVendor_OrItsToolsAreLeftOut()
    {
        foreach (var vendor in VendorApis)
        {
            var sent = Sent(vendor, "m", """{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none"}""");
            Assert.True(
                sent.GetRawText().Contains("\"none\"", StringComparison.OrdinalIgnoreCase) || (!sent.TryGetProperty("tools", out _) && !sent.TryGetProperty("toolConfig", out _)),
                $"{vendor}: {sent}");
        }
    }

    // BerriAI/litellm#18238
    [Theory]
    [MemberData(nameof(Fronts))]
    public void ChunkWithTextAndACall_KeepsTheToolsName(ModelApi front)
    {
        var events = Translating.ReadStream(ChatFormats.Vendor(ModelApi.OpenAiChat, null),
        [
            """{"choices":[{"delta":{"role":"assistant","content":"I look.","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]}}]}""",
            """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""",
        ]);
        var written = Written(front, events);

        Assert.Contains("I look.", written, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"weather\"", written, StringComparison.Ordinal);
    }

    // BerriAI/litellm#17246
    [Fact]
    public void ResponseWithTextThoughtsAndCalls_KeepsTheCallsInChat()
    {
        var answer = OpenAiResponsesFormat.Instance.ReadAnswer(Translating.Json("""
            {"status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":[]},
              {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{}"},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"So."}]},
              {"type":"function_call","id":"fc_2","call_id":"c2","name":"g","arguments":"{}"}]}
            """))!;
        var choice = Translating.WriteAnswer(ChatFormats.Front(ModelApi.OpenAiChat), answer).GetProperty("choices")[0];

        Assert.Equal(["f", "g"], choice.GetProperty("message").GetProperty("tool_calls").EnumerateArray()
            .Select(call => call.GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal("So.", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
    }

    // BerriAI/litellm#34692
    [Theory]
    [InlineData("tool_calls")]
    [InlineData("stop")]
    public void StreamOfCallsForAnthropicsClients_EndsWithToolUse_AndHasNoEmptyText(string finish)
    {
        var events = Translating.ReadStream(ChatFormats.Vendor(ModelApi.OpenAiChat, null),
        [
            """{"choices":[{"delta":{"role":"assistant","content":""}}]}""",
            """{"choices":[{"delta":{"content":null,"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{}"}}]}}]}""",
            $$$"""{"choices":[{"delta":{"content":""},"finish_reason":"{{{finish}}}"}]}""",
        ]);
        var written = ClaudeFixture.WriteStream(events);

        Assert.Equal("tool_use", (string?)Assert.Single(written, step => step.Name == "content_block_start").Data["content_block"]!["type"]);
        Assert.Equal("tool_use", (string?)Assert.Single(written, step => step.Name == "message_delta").Data["delta"]!["stop_reason"]);
    }

    // maximhq/bifrost#7348
    [Fact]
    public void AllowedToolsAndParallelCalls_ReachAnthropic()
    {
        var sent = Sent(ModelApi.AnthropicMessages, "claude-sonnet-4-5", """
            {"messages":[{"role":"user","content":"x"}],"parallel_tool_calls":false,
             "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],
             "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"g"}}]}}}
            """);

        Assert.Equal("g", Assert.Single(sent.GetProperty("tools").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("any", sent.GetProperty("tool_choice").GetProperty("type").GetString());
        Assert.True(sent.GetProperty("tool_choice").GetProperty("disable_parallel_tool_use").GetBoolean());
    }

    // Portkey-AI/gateway#1399, #1000
    [Fact]
    public void FirstChunkOfAChatStream_HasTheRole_WhateverComesFirst()
    {
        List<AnswerEvent[]> beginnings =
        [
            [new AnswerStarted("a", "m")],
            [new ItemStarted(0, AnswerItemKind.ToolCall, "c1", "f")],
            [new ItemStarted(0, AnswerItemKind.Reasoning), new ItemDelta(0, "Hm.")],
            [new AnswerFinished(FinishReason.ContentFilter)],
            [],
        ];
        foreach (var events in beginnings)
        {
            var first = Translating.Json(Written(ModelApi.OpenAiChat, events).Split("\n\n")[0]["data: ".Length..]);
            Assert.Equal("assistant", first.GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        }
    }

    // 1jehuang/jcode#276
    [Fact]
    public void ImagesInResults_StandAfterAllResults_NotBetweenThem()
    {
        var request = ClaudeFixture.ReadRequest("""
            {"max_tokens":9,"messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"f","input":{}},{"type":"tool_use","id":"c2","name":"f","input":{}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"c1","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},
                {"type":"tool_result","tool_use_id":"c2","content":"2"}]}],"tools":[{"name":"f","input_schema":{}}]}
            """);
        var messages = Translating.WriteRequest(ChatFormats.Vendor(ModelApi.OpenAiChat, null), request, "m").GetProperty("messages");

        Assert.Equal(["user", "assistant", "tool", "tool", "user"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        var blocks = Assert.Single(Translating.WriteRequest(AnthropicMessagesFormat.Instance, request, "claude-sonnet-4-5").GetProperty("messages")
            .EnumerateArray().Skip(2)).GetProperty("content");
        Assert.Equal("image", blocks[0].GetProperty("content")[0].GetProperty("type").GetString());
    }

    // RooCodeInc/Roo-Code#10351, alibaba/open-code-review#811, onyx-dot-app/onyx#13691
    [Fact]
    public void Thoughts_WithoutSignature_StayOut_AndSignedOnesGoByteForByte()
    {
        const string signature = "EqQBCkgIARABGAIiQ+/Hm=\u00e9";
        var request = ClaudeFixture.Request(
            ClaudeFixture.User("x"), new ReasoningItem("Unsigned."),
            new ReasoningItem("Signed.\n ") { Origin = ModelApi.AnthropicMessages, Signature = signature },
            ClaudeFixture.Assistant("y"), ClaudeFixture.User("z"));
        var thoughts = ClaudeFixture.Write(AnthropicMessagesFormat.Instance, request).Body["messages"]![1]!["content"]!.AsArray()
            .Where(block => (string?)block!["type"] == "thinking");

        var thought = Assert.Single(thoughts)!;
        Assert.Equal(("Signed.\n ", signature), ((string?)thought["thinking"], (string?)thought["signature"]));
    }

    // lbjlaq/Antigravity-Manager#139
    [Fact]
    public void CallsThatGeminiHasNotSigned_GetItsStandIn_AndSignedOnesTheirOwn()
    {
        var unsigned = Sent(ModelApi.GeminiGenerateContent, "gemini-3-pro", TwoCalls + "}");
        var signed = Translating.WriteRequest(GeminiFormat.Instance, new ChatRequest
        {
            Items =
            [
                ClaudeFixture.User("x"), new ToolCallItem("c1", "f", "{}") { Signature = "AgQKA+/=" },
                new ToolResultItem("c1", [new TextPart("1")]),
            ],
        }, "gemini-3-pro");

        Assert.Equal("skip_thought_signature_validator", PartOf(unsigned, 0).GetProperty("thoughtSignature").GetString());
        Assert.False(PartOf(unsigned, 1).TryGetProperty("thoughtSignature", out _));
        Assert.Equal("AgQKA+/=", PartOf(signed, 0).GetProperty("thoughtSignature").GetString());

        static JsonElement PartOf(JsonElement body, int part) => body.GetProperty("contents")[1].GetProperty("parts")[part];
    }

    // BerriAI/litellm#29733, #40364, #26167, #23105, #32505
    [Fact]
    public void EncryptedReasoning_GoesToOpenAiByteForByte_AndToNobodyElse()
    {
        const string secret = "gAAAAABo+/Zq==";
        var request = new ChatRequest
        {
            Items =
            [
                ClaudeFixture.User("x"), new ReasoningItem("") { Id = "rs_1", Origin = ModelApi.OpenAiResponses, Encrypted = secret },
                ClaudeFixture.Assistant("y"), ClaudeFixture.User("z"),
            ],
        };
        foreach (var vendor in VendorApis)
        {
            var sent = Translating.WriteRequest(ChatFormats.Vendor(vendor, null), request, "m");
            Assert.Equal(vendor == ModelApi.OpenAiResponses, JsonNode.Parse(sent.GetRawText())!.ToJsonString(Relaxed).Contains(secret, StringComparison.Ordinal));
        }
    }

    // katanemo/plano#980, api7/aisix#111, musistudio/claude-code-router#1672, graniet/llm#90
    [Theory]
    [MemberData(nameof(Fronts))]
    public void EventsAndCharactersSplitOverChunks_ArriveWhole(ModelApi front)
    {
        var stream = Encoding.UTF8.GetBytes(
            "data: {\"choices\":[{\"delta\":{\"content\":\"gr\u00fc\u00df \U0001f600 \"}}]}\n\ndata: {\"choices\":[{\"delta\":\ndata: {\"content\":\"\u4f60\u597d\"}}]}\r\n\r\n");
        var whole = Text(stream.Length);

        Assert.Contains("gr\u00fc\u00df \U0001f600 ", whole, StringComparison.Ordinal);
        Assert.Contains("\u4f60\u597d", whole, StringComparison.Ordinal);
        for (var size = 1; size < 12; size++)
        {
            Assert.Equal(whole, Text(size));
        }

        string Text(int size)
        {
            using var splitter = new SseEventSplitter(1024);
            var reader = ChatFormats.Vendor(ModelApi.OpenAiChat, null).NewStream();
            var events = new List<AnswerEvent>();
            foreach (var chunk in stream.Chunk(size))
            {
                splitter.Feed(chunk);
                while (splitter.TryNext(out var sseEvent))
                {
                    reader.Read(DataOf(sseEvent.Span), events);
                }
            }

            reader.Complete(events);
            return Written(front, events).Replace(@"\uD83D\uDE00", "\U0001f600", StringComparison.Ordinal);
        }
    }

    public static TheoryData<ModelApi> Fronts =>
        [ModelApi.OpenAiChat, ModelApi.OpenAiResponses, ModelApi.AnthropicMessages, ModelApi.GeminiGenerateContent];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonElement Sent(ModelApi vendor, string model, string chat) => Translating.WriteRequest(
        ChatFormats.Vendor(vendor, null), Translating.ReadRequest(ChatFormats.Front(ModelApi.OpenAiChat), chat), model);

    private static string Written(ModelApi front, IEnumerable<AnswerEvent> events)
    {
        var writer = ChatFormats.Front(front).NewStream(Translating.Context);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var step in events)
        {
            writer.Write(step, output);
        }

        writer.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static byte[] DataOf(ReadOnlySpan<byte> sseEvent)
    {
        var lines = new List<string>();
        var fields = new SseFieldReader(sseEvent);
        while (fields.TryRead(out var name, out var value))
        {
            if (name.SequenceEqual("data"u8))
            {
                lines.Add(Encoding.UTF8.GetString(value));
            }
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
