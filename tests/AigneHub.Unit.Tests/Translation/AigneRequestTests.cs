using AigneHub.Core.Routing;
using AigneHub.Translation.Aigne;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Requests of AIGNE's own chat.</summary>
public sealed class AigneRequestTests
{
    private static readonly AigneChatFormat Format = new();

    [Fact]
    public void Read_WhatTheClientSends_IsAllRead()
    {
        var request = Translating.ReadRequest(Format,
            """
            {"agent":"$CHAT_MODEL","input":{
              "messages":[
                {"role":"system","content":"Be brief."},
                {"role":"user","name":"ann","content":[
                  {"type":"text","text":"What is this?"},
                  {"type":"url","url":"https://example.org/a/cat.png?x=1"},
                  {"type":"url","url":"https://example.org/manual.pdf"},
                  {"type":"file","data":"iVBORw0KGgo=","filename":"x"},
                  {"type":"file","data":"SGk=","mimeType":"text/plain"}]},
                {"role":"agent","content":"","toolCalls":[
                  {"id":"c1","type":"function","function":{"name":"look","arguments":{"at": [1, "ü"]}}}]},
                {"role":"tool","toolCallId":"c1","content":"a cat"}],
              "tools":[{"type":"function","function":{"name":"look","description":"Looks","parameters":{"type":"object"}}}],
              "toolChoice":{"type":"function","function":{"name":"look"}},
              "responseFormat":{"type":"json_schema","jsonSchema":{"name":"a","schema":{"type":"object"},"strict":true}},
              "outputFileType":"url",
              "modelOptions":{"model":"openai/gpt-5-mini","temperature":0.5,"topP":0.9,"maxTokens":77,"frequencyPenalty":1,
                "presencePenalty":-1,"parallelToolCalls":false,"reasoningEffort":"low","seed":5,"stop":["x"],
                "cacheConfig":{"autoBreakpoints":{"lastMessage":true}}}},
             "options":{"userContext":{},"memories":[],"streaming":true}}
            """);

        Assert.Equal((77, 0.5, 0.9, 1, -1, 5), (request.MaxOutputTokens, request.Temperature, request.TopP, request.FrequencyPenalty, request.PresencePenalty, request.Seed));
        Assert.Equal((false, "low", true), (request.ParallelToolCalls, request.Reasoning!.Effort, request.Reasoning.Summary));
        Assert.Equal("x", Assert.Single(request.Stop));
        Assert.Equal((ToolChoiceKind.Named, "look"), (request.ToolChoice!.Kind, request.ToolChoice.Names[0]));
        Assert.Equal(("a", true), (request.Format!.Name, request.Format.Strict));
        var media = ((MessageItem)request.Items[1]).Parts.OfType<MediaPart>().ToArray();
        Assert.Equal(
            [(MediaKind.Image, null), (MediaKind.File, null), (MediaKind.Image, "image/png"), (MediaKind.File, "text/plain")],
            media.Select(m => (m.Kind, m.MediaType)));
        var call = Assert.IsType<ToolCallItem>(request.Items[2]);
        Assert.Equal(("c1", "look", """{"at": [1, "ü"]}"""), (call.CallId, call.Name, call.Arguments));
        Assert.Equal("a cat", ((TextPart)((ToolResultItem)request.Items[3]).Parts[0]).Text);
        Assert.Empty(request.Others);
    }

    [Theory]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input":{}}""", "input.messages")]
    [InlineData("""{"input":{"messages":[]}}""", "input.messages")]
    [InlineData("""{"input":{"messages":[{"role":"robot","content":"x"}]}}""", "input.messages[0].role")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":7}]}}""", "input.messages[0].content")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":[{"type":"local","path":"/etc/passwd"}]}]}}""", "input.messages[0].content[0].type")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":[{"type":"text"}]}]}}""", "input.messages[0].content[0].text")]
    [InlineData("""{"input":{"messages":[{"role":"tool","content":"x"}]}}""", "input.messages[0].toolCallId")]
    [InlineData("""{"input":{"messages":[{"role":"agent","toolCalls":[{"id":"a","function":{"name":"f","arguments":[]}}]}]}}""", "input.messages[0].toolCalls[0].function.arguments")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"x"}],"toolChoice":"maybe"}}""", "toolChoice")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"x"}],"responseFormat":{"type":"json_schema"}}}""", "responseFormat")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"x"}],"modelOptions":{"reasoningEffort":-1}}}""", "reasoningEffort")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"x"}],"modelOptions":{"modalities":["text","image"]}}}""", "modalities")]
    [InlineData("""{"input":{"messages":[{"role":"user","content":"\ud800"}]}}""", "input")]
    public void Read_WhatCantBe_NamesTheMember(string body, string param)
    {
        var error = Translating.ReadFault(Format, body);

        Assert.Equal((400, param), (error.Status, error.Param));
    }

    [Theory]
    [InlineData("""{}""", "tools system")]
    [InlineData("""{"cacheConfig":{"enabled":false}}""", "")]
    [InlineData("""{"cacheConfig":{"ttl":"1h","autoBreakpoints":{"tools":false,"lastMessage":true}}}""", "system:1h last:1h")]
    [InlineData("""{"cacheConfig":{"ttl":7200,"autoBreakpoints":{"system":false}}}""", "tools:1h")]
    [InlineData("""{"cacheConfig":{"ttl":"5m","autoBreakpoints":{"system":false}}}""", "tools:5m")]
    [InlineData("""{"cacheConfig":{"strategy":"manual"}}""", "system last:5m")]
    [InlineData("""{"cacheConfig":{"strategy":"manual","enabled":false}}""", "")]
    public void Read_CacheConfig_BecomesMarkers(string options, string marked)
    {
        var request = Translating.ReadRequest(Format,
            $$$$"""
            {"input":{"messages":[{"role":"system","content":"S","cacheControl":{"type":"ephemeral"}},
               {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b","cacheControl":{"type":"ephemeral","ttl":"5m"}}]}],
              "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}],"modelOptions":{{{{options}}}}}}
            """);

        var parts = request.Items.Cast<MessageItem>().Select(item => item.Parts).ToArray();
        (string Name, CacheMarker? Marker)[] all =
            [("first", request.Tools[0].Cache), ("tools", request.Tools[1].Cache), ("system", parts[0][0].Cache), ("a", parts[1][0].Cache), ("last", parts[1][1].Cache)];
        Assert.Equal(marked, string.Join(' ', all.Where(one => one.Marker is not null).Select(one => one.Name + (one.Marker!.Ttl is { } ttl ? $":{ttl}" : ""))));
    }

    [Theory]
    [InlineData("800", "low")]
    [InlineData("9000", "medium")]
    [InlineData("\"high\"", "high")]
    public void Write_ReasoningEffort_NumberOrWord(string effort, string word)
    {
        var request = Translating.ReadRequest(
            Format, $$$$$"""{"input":{"messages":[{"role":"user","content":"x"}],"modelOptions":{"reasoningEffort":{{{{{effort}}}}}}}}""");

        var written = Translating.WriteRequest(OpenAiChatFormat.Instance, request, "gpt-5");
        Assert.Equal(word, written.GetProperty("reasoning_effort").GetString());
    }

    [Fact]
    public void Metadata_OfGooglesCall_GoesBackByteForByte()
    {
        var answer = new ChatAnswer(
            null, null, [new ToolCallItem("c1", "f", "{}") { Signature = "c2ln+/==" }, new ToolCallItem("c2", "g", "{}")],
            FinishReason.ToolCalls, null);
        var calls = Translating.WriteAnswer(Format, answer).GetProperty("toolCalls");

        var request = Translating.ReadRequest(
            Format, $$$$$"""{"input":{"messages":[{"role":"user","content":"x"},{"role":"agent","toolCalls":{{{{{calls}}}}}},{"role":"tool","toolCallId":"c1","content":"1"},{"role":"tool","toolCallId":"c2","content":"2"}]}}""");
        var written = Translating.WriteRequest(GeminiFormat.Instance, request, "gemini-3-pro");
        Assert.Equal("c2ln+/==", written.GetProperty("contents")[1].GetProperty("parts")[0].GetProperty("thoughtSignature").GetString());
        Assert.False(calls[1].TryGetProperty("metadata", out _));
    }

    [Fact]
    public void Metadata_OfClaudesThoughts_GoesBackBeforeTheCall()
    {
        var answer = new ChatAnswer(
            null, null,
            [
                new ReasoningItem("Hm.") { Origin = ModelApi.AnthropicMessages, Signature = "EqQB" },
                new ReasoningItem("") { Origin = ModelApi.AnthropicMessages, Redacted = "AAAA" },
                new ToolCallItem("c1", "f", """{"a":1}"""),
            ],
            FinishReason.ToolCalls, null);
        var calls = Translating.WriteAnswer(Format, answer).GetProperty("toolCalls");

        var request = Translating.ReadRequest(
            Format, $$$$$"""{"input":{"messages":[{"role":"user","content":"x"},{"role":"agent","content":"","toolCalls":{{{{{calls}}}}}},{"role":"tool","toolCallId":"c1","content":"1"}],"modelOptions":{"reasoningEffort":2000,"cacheConfig":{"enabled":false}}}}""");
        var content = Translating.WriteRequest(AnthropicMessagesFormat.Instance, request, "claude-sonnet-4-5")
            .GetProperty("messages")[1].GetProperty("content");
        Assert.Equal(
            """[{"type":"thinking","thinking":"Hm.","signature":"EqQB"},{"type":"redacted_thinking","data":"AAAA"},{"type":"tool_use","id":"c1","name":"f","input":{"a":1}}]""",
            content.ToString());
    }
}
