using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

public sealed class AnthropicFrontRequestTests
{
    [Fact]
    public void ReadRequest_EveryMember_IsRead()
    {
        var request = ClaudeFixture.ReadRequest("""
            {"model":"m","max_tokens":100,"temperature":0.5,"top_p":0.9,"top_k":5,"stream":true,"stop_sequences":["END"],
             "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral","ttl":"1h"}}],
             "metadata":{"user_id":"u1"},"service_tier":"auto","thinking":{"type":"enabled","budget_tokens":2000},
             "output_config":{"effort":"max","format":{"type":"json_schema","schema":{"type":"object"}}},
             "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,
                       "cache_control":{"type":"ephemeral"}},
                      {"type":"web_search_20250305","name":"web_search"}],
             "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
             "context_management":{"edits":[]},"messages":[{"role":"user","content":"Hi"}]}
            """);

        Assert.Equal(
            (100, 0.5, 0.9, 5, true),
            (request.MaxOutputTokens, request.Temperature, request.TopP, request.TopK, request.Stream));
        Assert.Equal(["END"], request.Stop);
        Assert.Equal(("u1", "auto"), (request.User, request.ServiceTier));
        Assert.Equal(new ReasoningRequest("max", 2000, null), request.Reasoning);
        Assert.NotNull(request.Format!.Schema);
        Assert.Equal(ToolChoiceKind.Named, request.ToolChoice!.Kind);
        Assert.Equal(["f"], request.ToolChoice.Names);
        Assert.False(request.ParallelToolCalls);
        var tool = request.Tools[0];
        Assert.Equal((true, "d", new CacheMarker(null)), (tool.Strict, tool.Description, tool.Cache));
        Assert.NotNull(request.Tools[1].Hosted);
        Assert.Equal(["context_management"], request.Others.Keys);
        var system = Assert.IsType<MessageItem>(request.Items[0]);
        Assert.Equal((ChatRole.System, new CacheMarker("1h")), (system.Role, system.Parts[0].Cache));
        Assert.Equivalent(ClaudeFixture.User("Hi"), request.Items[1], strict: true);
    }

    [Fact]
    public void ReadRequest_EveryBlock_IsReadInOrder()
    {
        var request = ClaudeFixture.ReadRequest("""
            {"messages":[
              {"role":"user","content":[{"type":"text","text":"a"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},
                {"type":"image","source":{"type":"url","url":"https://x.test/i.png"}},
                {"type":"document","title":"t.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},
                {"type":"document","source":{"type":"text","media_type":"text/plain","data":"é"}}]},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"SIG=="},
                {"type":"redacted_thinking","data":"RED=="},{"type":"text","text":"b"},
                {"type":"tool_use","id":"t1","name":"f","input":{"x":1}},{"type":"tool_use","id":"t2","name":"g","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,
                  "content":[{"type":"text","text":"r"},
                    {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},
                {"type":"tool_result","tool_use_id":"t2","content":"s"},{"type":"tool_result","tool_use_id":"t3"},
                {"type":"text","text":"go on"}]}]}
            """);

        Assert.Collection(
            request.Items,
            item => Assert.Collection(
                ((MessageItem)item).Parts,
                part => Assert.Equal("a", ((TextPart)part).Text),
                part => Assert.Equal(("image/png", "iVBORw0KGgo="), (((MediaPart)part).MediaType, ((MediaPart)part).Data)),
                part => Assert.Equal("https://x.test/i.png", ((MediaPart)part).Url),
                part => Assert.Equal((MediaKind.File, "t.pdf"), (((MediaPart)part).Kind, ((MediaPart)part).FileName)),
                part => Assert.Equal(("text/plain", "w6k="), (((MediaPart)part).MediaType, ((MediaPart)part).Data))),
            item => Assert.Equal(("hm", "SIG==", ModelApi.AnthropicMessages), Reasoning(item)),
            item => Assert.Equal("RED==", ((ReasoningItem)item).Redacted),
            item => Assert.Equivalent(ClaudeFixture.Assistant("b"), item, strict: true),
            item => Assert.Equal(new ToolCallItem("t1", "f", """{"x":1}"""), item),
            item => Assert.Equal(new ToolCallItem("t2", "g", "{}"), item),
            item => Assert.Equal(("t1", true, 2), Result(item)),
            item => Assert.Equal(("t2", false, 1), Result(item)),
            item => Assert.Equal(("t3", false, 0), Result(item)),
            item => Assert.Equivalent(ClaudeFixture.User("go on"), item, strict: true));

        static (string, string?, ModelApi?) Reasoning(ChatItem item) =>
            item is ReasoningItem reasoning ? (reasoning.Text, reasoning.Signature, reasoning.Origin) : default;
        static (string, bool, int) Result(ChatItem item) =>
            (((ToolResultItem)item).CallId, ((ToolResultItem)item).IsError, ((ToolResultItem)item).Parts.Count);
    }

    [Fact]
    public void WriteRequest_OfWhatWasRead_HoldsTheSameMessages()
    {
        const string Messages = """
            [{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},
                {"type":"image","source":{"type":"url","url":"https://x.test/i.png"}}]},
             {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"SIG=="},
                {"type":"redacted_thinking","data":"RED=="},{"type":"tool_use","id":"t1","name":"f","input":{"x":1}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1",
                  "content":[{"type":"text","text":"r"}],"is_error":true},
                {"type":"text","text":"go on"}]}]
            """;
        var request = ClaudeFixture.ReadRequest(
            $$$"""{"max_tokens":9,"tools":[{"name":"f","input_schema":{"type":"object"}}],"messages":{{{Messages}}}}""");

        var (body, warnings) = ClaudeFixture.Write(AnthropicMessagesFormat.Instance, request);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Messages), body["messages"]), body.ToJsonString());
        Assert.Empty(warnings.Dropped);
    }

    [Theory]
    [InlineData("""{}""", "messages")]
    [InlineData("""{"messages":{}}""", "messages")]
    [InlineData("""{"messages":[7]}""", "messages.0.role")]
    [InlineData("""{"messages":[{"role":"tool","content":"x"}]}""", "messages.0.role")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages.0.content")]
    [InlineData("""{"messages":[{"role":"user","content":7}]}""", "messages.0.content")]
    [InlineData("""{"messages":[{"role":"user","content":[7]}]}""", "messages.0.content.0.type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":7}]}]}""", "messages.0.content.0.source")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"server_tool_use"}]}]}""", "messages.0.content.0.type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"tool_result"}]}]}""", "messages.0.content.0.tool_use_id")]
    [InlineData("""{"messages":[],"max_tokens":"7"}""", "max_tokens")]
    [InlineData("""{"messages":[],"max_tokens":1e99}""", "max_tokens")]
    [InlineData("""{"messages":[],"temperature":1e999}""", "temperature")]
    [InlineData("""{"messages":[],"tools":[{}]}""", "tools.0")]
    [InlineData("""{"messages":[],"tools":7}""", "tools")]
    [InlineData("""{"messages":[],"tool_choice":"auto"}""", "tool_choice")]
    [InlineData("""{"messages":[],"thinking":[]}""", "thinking")]
    [InlineData("""{"messages":[],"thinking":{"type":"x"}}""", "thinking.type")]
    [InlineData("""{"messages":[],"stop_sequences":[7]}""", "stop_sequences")]
    [InlineData("""{"messages":[],"system":{}}""", "system")]
    [InlineData("""{"messages":[],"metadata":7}""", "metadata")]
    [InlineData("""{"messages":[],"output_config":{"effort":7}}""", "output_config.effort")]
    [InlineData("""{"messages":[],"output_config":{"format":{"type":"json_schema","schema":7}}}""", "output_config.format")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud800"}]}""", "messages")]
    [InlineData("""{"\ud800":1,"messages":[]}""", "messages")]
    public void ReadRequest_Malformed_NamesTheField(string body, string? param)
    {
        var (request, error) = AnthropicMessagesFormat.Instance.ReadRequest(ClaudeFixture.Json(body));

        Assert.Null(request);
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData(ModelApi.OpenAiResponses, null, "ENC:==", null)]
    [InlineData(ModelApi.GeminiGenerateContent, "G:SIG", null, null)]
    [InlineData(ModelApi.OpenAiResponses, null, null, "RED")]
    [InlineData(ModelApi.AnthropicMessages, "SIG==", null, null)]
    [InlineData(ModelApi.AnthropicMessages, null, null, "RED")]
    public void Reasoning_OfAnyVendor_ComesBackByteForByte(
        ModelApi origin, string? signature, string? encrypted, string? redacted)
    {
        var reasoning = new ReasoningItem(redacted is null ? "thoughts" : "")
        {
            Id = origin == ModelApi.AnthropicMessages ? null : "rs:1",
            Origin = origin,
            Signature = signature,
            Encrypted = encrypted,
            Redacted = redacted,
            IsSummary = encrypted is not null,
        };
        var call = new ToolCallItem("c:1", "f", "{}") { Signature = "CALL:SIG" };
        var written = new System.Buffers.ArrayBufferWriter<byte>();

        ((AigneHub.Translation.IFrontFormat)AnthropicMessagesFormat.Instance).WriteAnswer(
            new ChatAnswer(null, null, [reasoning, call], FinishReason.ToolCalls, null), ClaudeFixture.Context, written);
        var content = JsonNode.Parse(written.WrittenSpan)!["content"]!.ToJsonString();
        var back = ClaudeFixture.ReadRequest($$"""{"messages":[{"role":"assistant","content":{{content}}}]}""");

        Assert.Equal([reasoning, call], back.Items);
    }
}
