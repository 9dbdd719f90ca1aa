using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Requests for chat completions: https://platform.openai.com/docs/api-reference/chat/create</summary>
public sealed class OpenAiChatRequestTests
{
    private static readonly OpenAiChatFormat Chat = OpenAiChatFormat.Instance;

    /// <summary>A whole turn with tools, as a client sends it.</summary>
    private const string Turn = """
        {"model":"x","messages":[
          {"role":"developer","content":"Be short."},
          {"role":"user","name":"ann","content":[
            {"type":"text","text":"What is this?","cache_control":{"type":"ephemeral","ttl":"1h"}},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
            {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,BBBB"}}]},
          {"role":"assistant","content":"I look.","reasoning_content":"Hm.","tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"look","arguments":"{\"a\":1}"}},
            {"id":"call_2","type":"function","function":{"name":"see","arguments":""},"extra_content":{"google":{"thought_signature":"sig=="}}}]},
          {"role":"tool","tool_call_id":"call_1","content":"one"},
          {"role":"tool","tool_call_id":"call_2","content":[{"type":"text","text":"two"}]}],
         "tools":[{"type":"function","function":{"name":"look","description":"d","parameters":{"type":"object"},"strict":true}},
                  {"type":"function","function":{"name":"see"}}],
         "tool_choice":{"type":"function","function":{"name":"see"}},"parallel_tool_calls":false,
         "max_tokens":7,"max_completion_tokens":9,"temperature":0.5,"top_p":0.9,"stop":"END","seed":3,"user":"u","stream":true,
         "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}},
         "reasoning_effort":"low","logit_bias":{"1":2},"n":1,"store":true,"prediction":null}
        """;

    [Fact]
    public void Read_Turn_HasAllOfIt()
    {
        var request = OpenAiWire.Read(Chat, Turn);

        Assert.Equal(["System", "User", "Reasoning", "Assistant", "look", "see", "call_1", "call_2"], request.Items.Select(NameOf));
        var parts = ((MessageItem)request.Items[1]).Parts;
        Assert.Equal(new CacheMarker("1h"), parts[0].Cache);
        Assert.Equal(new MediaPart(MediaKind.Image) { MediaType = "image/png", Data = "AAAA", Detail = "low" }, parts[1]);
        Assert.Equal(new MediaPart(MediaKind.Image) { Url = "https://example.com/a.png" }, parts[2]);
        Assert.Equal(
            new MediaPart(MediaKind.File) { MediaType = "application/pdf", Data = "BBBB", FileName = "a.pdf" }, parts[3]);
        Assert.Equal("sig==", ((ToolCallItem)request.Items[5]).Signature);
        Assert.Equal(ToolChoiceKind.Named, request.ToolChoice!.Kind);
        Assert.Equal(["see"], request.ToolChoice.Names);
        Assert.Equal((9, 0.5, 0.9, 3L, "u"), (request.MaxOutputTokens, request.Temperature, request.TopP, request.Seed, request.User));
        Assert.Equal(["END"], request.Stop);
        Assert.Equal(("n", true, "low", false), (request.Format!.Name, request.Format.Strict, request.Reasoning!.Effort, request.ParallelToolCalls));
        Assert.Equal(["logit_bias", "store"], request.Others.Keys);
        Assert.True(request.Stream);
    }

    [Fact]
    public void Write_WhatWasRead_IsTheSameRequestAgain()
    {
        var warnings = new Warnings();
        var request = OpenAiWire.Read(Chat, Turn);
        var written = OpenAiWire.Write(Chat, request, warnings: warnings);
        var again = OpenAiWire.Read(Chat, written.GetRawText());

        Assert.Equal(["System", "User", "Assistant", "look", "see", "call_1", "call_2"], again.Items.Select(NameOf));
        Assert.Equal(
            [.. ((MessageItem)request.Items[1]).Parts.Select(part => part with { Cache = null })], ((MessageItem)again.Items[1]).Parts);
        Assert.Equal("{}", ((ToolCallItem)again.Items[4]).Arguments);
        Assert.Equal(9, written.GetProperty("max_completion_tokens").GetInt32());
        Assert.False(written.TryGetProperty("max_tokens", out _));
        Assert.True(written.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal(
            ["logit_bias", "store", "cache_control: the vendor caches by itself", "reasoning: the vendor doesn't take it back"],
            warnings.Dropped);
    }

    [Theory]
    [InlineData("mistral", "max_tokens", false)]
    [InlineData("deepseek", "max_tokens", true)]
    [InlineData("openai", "max_completion_tokens", true)]
    [InlineData("groq", "max_completion_tokens", true)]
    public void Write_Vendor_TakesItsOwnWords(string vendor, string limit, bool streamOptions)
    {
        var written = OpenAiWire.Write(
            OpenAiChatFormat.For(ProviderTable.Find(vendor)),
            OpenAiWire.Read(Chat, """{"messages":[{"role":"user","content":"hi"}],"max_tokens":5,"stream":true}"""));

        Assert.Equal(5, written.GetProperty(limit).GetInt32());
        Assert.Equal(streamOptions, written.TryGetProperty("stream_options", out _));
    }

    [Fact]
    public void Write_Mistral_IdsOfCallsAreNineLettersInCallAndResult()
    {
        var messages = OpenAiWire.Write(OpenAiChatFormat.For(ProviderTable.Find("mistral")), OpenAiWire.Read(Chat, Turn)).GetProperty("messages");

        var id = messages[2].GetProperty("tool_calls")[0].GetProperty("id").GetString()!;
        Assert.Matches("^[a-zA-Z0-9]{9}$", id);
        Assert.Equal(id, messages[3].GetProperty("tool_call_id").GetString());
        Assert.NotEqual(id, messages[4].GetProperty("tool_call_id").GetString());
    }

    [Fact]
    public void Write_DeepSeek_GetsItsReasoningBack()
    {
        var messages = OpenAiWire.Write(OpenAiChatFormat.For(ProviderTable.Find("deepseek")), OpenAiWire.Read(Chat, Turn)).GetProperty("messages");

        Assert.Equal("Hm.", messages[2].GetProperty("reasoning_content").GetString());
    }

    /// <summary>Images of a tool's result stay together, after all results: no message may come between a call's results.</summary>
    [Fact]
    public void Write_ImagesOfSeveralResults_ComeInOneMessageAfterThem()
    {
        var image = new MediaPart(MediaKind.Image) { Url = "https://example.com/a.png" };
        var messages = OpenAiWire.Write(Chat, new ChatRequest
        {
            Items =
            [
                new ToolCallItem("a", "look", "{}"), new ToolCallItem("b", "look", "{}"), new ToolResultItem("a", [new TextPart("x"), image]),
                new ToolResultItem("b", [image]), new MessageItem(ChatRole.User, [new TextPart("and?")]),
            ],
        }).GetProperty("messages");

        Assert.Equal(["assistant", "tool", "tool", "user", "user"], messages.EnumerateArray().Select(m => m.GetProperty("role").GetString()));
        Assert.Equal(
            ["text", "image_url", "text", "image_url"],
            messages[3].GetProperty("content").EnumerateArray().Select(p => p.GetProperty("type").GetString()));
    }

    /// <summary>What responses have apart, text and calls of one turn, is one message here, so that no call is lost.</summary>
    [Fact]
    public void Write_CallBeforeText_IsOneMessage()
    {
        var messages = OpenAiWire.Write(Chat, OpenAiWire.Read(OpenAiResponsesFormat.Instance, """
            {"input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Looking."}]},
             {"type":"function_call","call_id":"c2","name":"f","arguments":"{}"},
             {"type":"function_call_output","call_id":"c1","output":"1"},{"type":"function_call_output","call_id":"c2","output":"2"}]}
            """)).GetProperty("messages");

        Assert.Equal(["user", "assistant", "tool", "tool"], messages.EnumerateArray().Select(m => m.GetProperty("role").GetString()));
        Assert.Equal(2, messages[1].GetProperty("tool_calls").GetArrayLength());
        Assert.Equal("Looking.", messages[1].GetProperty("content").GetString());
    }

    [Fact]
    public void Write_AllowedTools_AreTheOnlyOnes()
    {
        var written = OpenAiWire.Write(Chat, OpenAiWire.Read(Chat, """
            {"messages":[{"role":"user","content":"hi"}],"parallel_tool_calls":false,
             "tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"b"}}],
             "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"b"}}]}}}
            """));

        Assert.Equal("b", Assert.Single(written.GetProperty("tools").EnumerateArray()).GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("required", written.GetProperty("tool_choice").GetString());
        Assert.False(written.GetProperty("parallel_tool_calls").GetBoolean());
    }

    /// <summary>A choice without tools is an error at the vendor.</summary>
    [Fact]
    public void Write_ChoiceNoneWithoutTools_IsLeftOut()
    {
        var written = OpenAiWire.Write(
            Chat, OpenAiWire.Read(Chat, """{"messages":[{"role":"user","content":"hi"}],"tool_choice":"none","parallel_tool_calls":true}"""));

        Assert.Equal(["model", "messages"], written.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("gpt-4.1", null, true)]
    [InlineData("o3-mini", null, false)]
    [InlineData("openai/gpt-5-mini", null, false)]
    [InlineData("gpt-5-chat-latest", null, true)]
    [InlineData("gpt-5.2", null, true)]
    [InlineData("gpt-5.2", "none", true)]
    [InlineData("gpt-5.2", "high", false)]
    public void Write_Temperature_GoesToModelsThatTakeIt(string model, string? effort, bool goes)
    {
        var warnings = new Warnings();
        var written = OpenAiWire.Write(Chat, new ChatRequest
        {
            Items = [],
            Temperature = 0.2,
            TopP = 1,
            Reasoning = effort is null ? null : new ReasoningRequest(effort, null, null),
        }, model, warnings);

        Assert.Equal(goes, written.TryGetProperty("temperature", out _));
        Assert.Equal(goes ? [] : ["temperature: not with a reasoning model"], warnings.Dropped);
    }

    [Theory]
    [InlineData("""{"messages":[],"n":2}""", "n")]
    [InlineData("""{"messages":[],"logprobs":true}""", "logprobs")]
    [InlineData("""{"messages":[],"top_logprobs":3}""", "logprobs")]
    [InlineData("""{"messages":[],"modalities":["text","audio"],"audio":{}}""", "modalities")]
    [InlineData("""{"messages":[],"functions":[]}""", "functions")]
    [InlineData("""{"messages":[],"web_search_options":{}}""", "web_search_options")]
    [InlineData("""{"messages":[],"tools":[{"type":"code"}]}""", "tools[0].type")]
    [InlineData("""{"messages":[],"tools":{}}""", "tools")]
    [InlineData("""{"messages":[],"tool_choice":"any"}""", "tool_choice")]
    [InlineData("""{"messages":[],"tool_choice":7}""", "tool_choice")]
    [InlineData("""{"messages":[],"max_tokens":"9"}""", "max_tokens")]
    [InlineData("""{"messages":[],"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"messages":[],"temperature":"hot"}""", "temperature")]
    [InlineData("""{"messages":[],"stop":[1]}""", "stop")]
    [InlineData("""{"messages":[],"response_format":{"type":"xml"}}""", "response_format.type")]
    [InlineData("""{"messages":[],"response_format":{"type":"json_schema"}}""", "response_format.schema")]
    [InlineData("""{"messages":[],"metadata":{"a":1}}""", "metadata")]
    [InlineData("""{"messages":"hi"}""", "messages")]
    [InlineData("""{}""", "messages")]
    [InlineData("""{"messages":[7]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"judge"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"messages":[{"role":"user","content":5}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"hologram"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}]}""", "messages[0].tool_calls[0].id")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[[]]}]}""", "messages[0].tool_calls[0].id")]
    [InlineData("""{"messages":[{"role":"user","content":"\ud83d"}]}""", "messages")]
    [InlineData("""{"messages":[],"\udc00":1}""", "messages")]
    public void Read_WhatCannotBe_IsRefusedByItsName(string json, string param)
    {
        var (request, error) = Chat.ReadRequest(OpenAiWire.Parse(json));

        Assert.Null(request);
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    private static string NameOf(ChatItem item) => item switch
    {
        MessageItem message => message.Role.ToString(),
        ToolCallItem call => call.Name,
        ToolResultItem result => result.CallId,
        _ => "Reasoning",
    };
}
