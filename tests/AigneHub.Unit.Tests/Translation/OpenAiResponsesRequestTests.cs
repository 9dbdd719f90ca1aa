using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Requests for responses: https://platform.openai.com/docs/api-reference/responses/create</summary>
public sealed class OpenAiResponsesRequestTests
{
    private static readonly OpenAiResponsesFormat Responses = OpenAiResponsesFormat.Instance;

    private const string Turn = """
        {"model":"x","instructions":"Be short.","input":[
          {"role":"user","content":[{"type":"input_text","text":"What?"},{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
            {"type":"input_file","file_url":"https://example.com/a.pdf"},{"type":"input_file","filename":"b.pdf","file_data":"BBBB"}]},
          {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"One."},{"type":"summary_text","text":"Two."}],"encrypted_content":"gAAA="},
          {"type":"message","id":"msg_1","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"I look.","annotations":[]}]},
          {"type":"function_call","id":"fc_1","call_id":"call_1","name":"look","arguments":"{\"a\":1}"},
          {"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"one"},{"type":"input_image","image_url":"https://example.com/a.png"}]},
          {"type":"custom_tool_call","call_id":"call_2","name":"sql","input":"SELECT 1"},
          {"type":"custom_tool_call_output","call_id":"call_2","output":"1"}],
         "tools":[{"type":"function","name":"look","description":"d","parameters":{"type":"object"},"strict":false},
                  {"type":"custom","name":"sql","description":"s","format":{"type":"grammar","syntax":"regex","definition":"S.+"}}],
         "tool_choice":{"type":"function","name":"look"},"max_output_tokens":99,"reasoning":{"effort":"low","summary":"auto"},
         "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},
         "include":["reasoning.encrypted_content"],"store":false,"truncation":"disabled","prompt_cache_key":"k","stream":true}
        """;

    [Fact]
    public void Write_WhatWasRead_IsTheSameRequestAgain()
    {
        var warnings = new Warnings();
        var request = OpenAiWire.Read(Responses, Turn);
        var written = OpenAiWire.Write(Responses, request, "gpt-5.2", warnings);
        var again = OpenAiWire.Read(Responses, written.GetRawText());

        Assert.Equal(request.Items.Count, again.Items.Count);
        Assert.Equal(request.Items.Select(item => item.GetType()), again.Items.Select(item => item.GetType()));
        Assert.Equal(
            request.Items.OfType<MessageItem>().SelectMany(item => item.Parts), again.Items.OfType<MessageItem>().SelectMany(item => item.Parts));
        Assert.Equal(
            request.Items.OfType<ToolResultItem>().SelectMany(r => r.Parts).Select(p => p is MediaPart m ? m with { Detail = null } : p),
            again.Items.OfType<ToolResultItem>().SelectMany(r => r.Parts).Select(p => p is MediaPart m ? m with { Detail = null } : p));
        Assert.Equal(
            request.Items.OfType<ToolCallItem>().Select(call => call with { Id = null }), again.Items.OfType<ToolCallItem>());
        Assert.Equal("gAAA=", again.Items.OfType<ReasoningItem>().Single().Encrypted);
        Assert.Equal("One.\n\nTwo.", again.Items.OfType<ReasoningItem>().Single().Text);
        Assert.Equal("custom_tool_call_output", written.GetProperty("input")[7].GetProperty("type").GetString());
        Assert.False(written.GetProperty("store").GetBoolean());
        Assert.Equal("reasoning.encrypted_content", written.GetProperty("include")[0].GetString());
        Assert.Equal(
            (99, "low", "k"),
            (written.GetProperty("max_output_tokens").GetInt32(), written.GetProperty("reasoning").GetProperty("effort").GetString(),
                written.GetProperty("prompt_cache_key").GetString()));
        Assert.Equal("regex", written.GetProperty("tools")[1].GetProperty("format").GetProperty("syntax").GetString());
        Assert.Equal(["text.verbosity"], warnings.Dropped);
    }

    [Fact]
    public void Write_CustomToolToChat_IsNested()
    {
        var tools = OpenAiWire.Write(OpenAiChatFormat.Instance, OpenAiWire.Read(
            Responses, Turn.Replace("""{"type":"input_file","file_url":"https://example.com/a.pdf"},""", ""))).GetProperty("tools");

        Assert.Equal("sql", tools[1].GetProperty("custom").GetProperty("name").GetString());
        Assert.Equal(
            "S.+", tools[1].GetProperty("custom").GetProperty("format").GetProperty("grammar").GetProperty("definition").GetString());
    }

    /// <summary>Responses take a schema as strict, and change it, unless told not to; chat completions don't.</summary>
    [Fact]
    public void Write_ToolOfChat_IsNotStrict()
    {
        var tool = OpenAiWire.Write(Responses, OpenAiWire.Read(OpenAiChatFormat.Instance, """
            {"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}
            """)).GetProperty("tools")[0];

        Assert.False(tool.GetProperty("strict").GetBoolean());
    }

    [Theory]
    [InlineData("gpt-4.1", false)]
    [InlineData("gpt-5.2", true)]
    [InlineData("o4-mini", true)]
    public void Write_EncryptedReasoning_IsAskedOfModelsThatReason(string model, bool asked)
    {
        var written = OpenAiWire.Write(Responses, new ChatRequest { Items = [] }, model);

        Assert.Equal(asked, written.TryGetProperty("include", out _));
    }

    /// <summary>Sealed reasoning means something to its maker alone.</summary>
    [Fact]
    public void Write_ReasoningOfAnotherVendor_IsLeftOutWithAWarning()
    {
        var warnings = new Warnings();
        var written = OpenAiWire.Write(Responses, new ChatRequest
        {
            Items = [new ReasoningItem("Hm.") { Origin = ModelApi.AnthropicMessages, Signature = "sig" }],
        }, "gpt-5", warnings);

        Assert.Equal(0, written.GetProperty("input").GetArrayLength());
        Assert.Single(warnings.Dropped);
    }

    [Fact]
    public void Write_StopSequences_AreRefused()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var writer = new System.Text.Json.Utf8JsonWriter(buffer);

        var error = Responses.WriteRequest(new ChatRequest { Items = [], Stop = ["x"] }, "gpt-5", null, writer, new Warnings());

        Assert.Equal((400, "stop"), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData("""{"input":"hi","previous_response_id":"resp_1"}""", "previous_response_id")]
    [InlineData("""{"input":"hi","background":true}""", "background")]
    [InlineData("""{"input":"hi","conversation":"c"}""", "conversation")]
    [InlineData("""{"input":"hi","prompt":{"id":"p"}}""", "prompt")]
    [InlineData("""{"input":"hi","top_logprobs":2}""", "top_logprobs")]
    [InlineData("""{"input":"hi","include":["message.output_text.logprobs"]}""", "top_logprobs")]
    [InlineData("""{"input":[{"type":"item_reference","id":"msg_1"}]}""", "input[0]")]
    [InlineData("""{"input":[{"type":"computer_call"}]}""", "input[0].type")]
    [InlineData("""{"input":[{"type":"function_call","name":"f"}]}""", "input[0].call_id")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_image"}]}]}""", "input[0].content[0].file_id")]
    [InlineData("""{"input":[{"role":"user"}]}""", "input[0].content")]
    [InlineData("""{"input":[[]]}""", "input[0].role")]
    [InlineData("""{"input":7}""", "input")]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input":"\udc00"}""", "input")]
    [InlineData("""{"input":"hi","text":{"format":{"type":"grammar"}}}""", "text.format.type")]
    [InlineData("""{"input":"hi","reasoning":"high"}""", "reasoning")]
    public void Read_WhatCannotBe_IsRefusedByItsName(string json, string param)
    {
        var (request, error) = Responses.ReadRequest(OpenAiWire.Parse(json));

        Assert.Null(request);
        Assert.Equal((400, param), (error!.Status, error.Param));
    }
}
