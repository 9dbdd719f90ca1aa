using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Bedrock;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What the caller said reaches the vendor, or is repeated to him, as he said it.</summary>
public class CallersWordsTests
{
    private const string Request = """
        {"model":"m","input":"Hi","instructions":"Be brief.","max_output_tokens":50,"temperature":0.25,"top_p":0.5,
         "tools":[
           {"type":"function","name":"f","parameters":{"type":"object"},"strict":false}],
         "tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,"reasoning":{"effort":"low"},
         "text":{"verbosity":"low"},"metadata":{"a":"b"},"truncation":"disabled","user":"u","prompt_cache_key":"k"}
        """;

    /// <summary>https://platform.openai.com/docs/api-reference/responses/object</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Responses_Answer_RepeatsTheRequest(bool streamed)
    {
        var context = Translating.Context with { Request = Encoding.UTF8.GetBytes(Request) };
        var output = new ArrayBufferWriter<byte>();
        List<JsonNode> responses;
        if (streamed)
        {
            var stream = OpenAiResponsesFormat.Instance.NewStream(context);
            stream.Write(new AnswerStarted("a", "m"), output);
            stream.Complete(output);
            responses = [.. Encoding.UTF8.GetString(output.WrittenSpan).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
                .Select(step => JsonNode.Parse(step.Split("\ndata: ")[1])!["response"]!)];
            Assert.Equal(3, responses.Count);
        }
        else
        {
            OpenAiResponsesFormat.Instance.WriteAnswer(new ChatAnswer("a", "m", [], FinishReason.Stop, null), context, output);
            responses = [JsonNode.Parse(output.WrittenSpan)!];
        }

        var asked = JsonNode.Parse(Request)!.AsObject();
        foreach (var (name, value) in asked.Where(member => member.Key is not ("model" or "input" or "text")))
        {
            Assert.All(responses, response => Assert.Equal(value!.ToJsonString(), response[name]?.ToJsonString()));
        }

        Assert.All(responses, response => Assert.Equal("""{"verbosity":"low","format":{"type":"text"}}""", response["text"]!.ToJsonString()));
        Assert.All(responses, response => Assert.Null(response["input"]));
    }

    [Fact]
    public void Responses_AnswerToAHugeRequest_RepeatsNotAllOfIt()
    {
        var context = Translating.Context with
        {
            Request = Encoding.UTF8.GetBytes($$"""{"instructions":"{{new string('x', 2_000_000)}}","input":"Hi","temperature":1}"""),
        };
        var output = new ArrayBufferWriter<byte>();

        OpenAiResponsesFormat.Instance.WriteAnswer(new ChatAnswer("a", "m", [], FinishReason.Stop, null), context, output);

        Assert.InRange(output.WrittenCount, 100, 10_000);
    }

    /// <summary>https://platform.openai.com/docs/guides/latest-model : commentary before calls, final_answer at a turn's end.</summary>
    [Theory]
    [InlineData("gpt-5.4", true)]
    [InlineData("openai/gpt-5.3-codex", true)]
    [InlineData("gpt-6-mini", true)]
    [InlineData("gpt-5.2", false)]
    [InlineData("gpt-4.1", false)]
    [InlineData("o4-mini", false)]
    public void ResponsesVendor_AssistantsMessages_HaveTheirPhase(string model, bool isLabelled)
    {
        var request = Translating.ReadRequest(ChatFormats.Front(ModelApi.OpenAiChat), """
            {"messages":[{"role":"user","content":"x"},
              {"role":"assistant","content":"I look.","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"1","content":"5"},{"role":"assistant","content":"It is 5."},{"role":"user","content":"y"}]}
            """);
        var input = Translating.WriteRequest(OpenAiResponsesFormat.Instance, request, model).GetProperty("input");

        Assert.Equal(
            isLabelled ? ["-", "commentary", "-", "-", "final_answer", "-"] : ["-", "-", "-", "-", "-", "-"],
            input.EnumerateArray().Select(item => item.TryGetProperty("phase", out var phase) ? phase.GetString() : "-"));
    }

    /// <summary>https://platform.claude.com/docs/en/build-with-claude/effort</summary>
    [Theory]
    [InlineData("claude-opus-4-7", "max")]
    [InlineData("claude-sonnet-4-6", "max")]
    public void Messages_EffortMax_StaysMaxForClaude(string model, string effort)
    {
        var request = ClaudeFixture.ReadRequest("""{"max_tokens":9,"messages":[{"role":"user","content":"x"}],"output_config":{"effort":"max"}}""");

        Assert.Equal(effort, (string?)ClaudeFixture.Write(AnthropicMessagesFormat.Instance, request, model).Body["output_config"]!["effort"]);
        Assert.Equal("xhigh", Translating.WriteRequest(OpenAiResponsesFormat.Instance, request, "gpt-5.4").GetProperty("reasoning").GetProperty("effort").GetString());
        Assert.Equal(
            "high", Translating.WriteRequest(GeminiFormat.Instance, request, "gemini-3-pro").GetProperty("generationConfig").GetProperty("thinkingConfig").GetProperty("thinkingLevel").GetString());
    }

    /// <summary>
    /// Names that Converse takes (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-use.html); where the ARN says
    /// nothing, the hub adds the model's title.
    /// </summary>
    [Theory]
    [InlineData("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-5-20251101-v1:0")]
    [InlineData("arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2c3d4e5f6 Claude Sonnet 4.5")]
    [InlineData("arn:aws:bedrock:us-east-1:1:provisioned-model/abc Anthropic Claude 3.7 Sonnet")]
    public void Converse_ModelByArn_ThinksAndCaches(string model)
    {
        var request = ClaudeFixture.Request(new MessageItem(ChatRole.User, [new TextPart("x") { Cache = new CacheMarker(null) }])) with
        {
            Reasoning = new ReasoningRequest("high", null, null),
        };
        var (body, warnings) = ClaudeFixture.Write(BedrockConverseFormat.Instance, request, model);

        Assert.Equal("enabled", (string?)body["additionalModelRequestFields"]!["thinking"]!["type"]);
        Assert.Equal("default", (string?)body["messages"]![0]!["content"]![1]!["cachePoint"]!["type"]);
        Assert.Empty(warnings.Dropped);
    }

    /// <summary>What a tool's definition holds beyond name, description and schema is named, not lost unseen.</summary>
    [Fact]
    public void Tools_MembersOfOneVendor_AreNamed()
    {
        var messages = ClaudeFixture.ReadRequest("""
            {"max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f","input_schema":{},"input_examples":[{}],"defer_loading":false}]}
            """);
        var gemini = Translating.ReadRequest(GeminiFormat.Instance, """
            {"contents":[{"parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f","response":{"type":"STRING"}}]}]}
            """);

        Assert.Equal(["tools.input_examples"], DroppedBy(messages));
        Assert.Equal(["tools.response"], DroppedBy(gemini));

        static IReadOnlyList<string> DroppedBy(ChatRequest request)
        {
            var warnings = new Warnings();
            Translating.WriteRequest(ChatFormats.Vendor(ModelApi.OpenAiChat, null), request, "m", warnings);
            return warnings.Dropped;
        }
    }

    [Fact]
    public void Warnings_ManyOrLongNames_StayAShortHeader()
    {
        var warnings = new Warnings();
        warnings.DropMember(new string('x', 100_000));
        warnings.DropMember("a, b");
        for (var i = 0; i < 1000; i++)
        {
            warnings.DropMember($"m{i}");
        }

        Assert.Equal(20, warnings.Dropped.Count);
        Assert.Equal(["a member with an unusual name", "m0"], warnings.Dropped.Take(2));
        Assert.Equal("more", warnings.Dropped[^1]);
    }

    /// <summary>Time in proportion to the request: with a look through all of it for each member this would take minutes.</summary>
    [Fact]
    public void HugeLists_OfNamesAndMetadata_AreReadInProportion()
    {
        const int count = 100_000;
        var metadata = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"k{i}\":\"\""));
        var names = Enumerable.Range(0, count).Select(i => $$$"""{"type":"function","name":"f{{{i}}}"}""");
        var body = $$"""
            {"input":"x","metadata":{ {{metadata}} },
             "tools":[{{string.Join(',', names)}}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{{string.Join(',', names)}}] } }
            """;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var request = Translating.ReadRequest(OpenAiResponsesFormat.Instance, body);
        foreach (var api in (ModelApi[])[ModelApi.OpenAiChat, ModelApi.AnthropicMessages, ModelApi.BedrockConverse, ModelApi.CohereChat, ModelApi.GeminiGenerateContent])
        {
            Translating.TryWriteRequest(ChatFormats.Vendor(api, null), request, "m");
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), clock.Elapsed.ToString());
    }

    /// <summary>A custom tool's text is no JSON, but APIs without such tools demand an object.</summary>
    [Theory]
    [InlineData(ModelApi.AnthropicMessages)]
    [InlineData(ModelApi.GeminiGenerateContent)]
    public void Stream_CustomToolsText_BecomesAnObject(ModelApi api)
    {
        List<AnswerEvent> events =
        [
            new AnswerStarted("a", "m"), new ItemStarted(0, AnswerItemKind.ToolCall, "1", "sql") { IsCustom = true },
            new ItemDelta(0, "SELECT \"a\"\n"), new ItemDelta(0, "FROM t"), new ItemEnded(0),
            new ItemStarted(1, AnswerItemKind.ToolCall, "2", "sql") { IsCustom = true }, new ItemEnded(1),
            new AnswerFinished(FinishReason.ToolCalls),
        ];
        List<string> inputs;
        if (api == ModelApi.AnthropicMessages)
        {
            inputs = [.. ClaudeFixture.WriteStream(events).Where(step => step.Name == "content_block_delta").GroupBy(step => (int)step.Data["index"]!)
                .Select(deltas => (string)JsonNode.Parse(string.Concat(deltas.Select(step => step.Data["delta"]!["partial_json"])))!["input"]!)];
        }
        else
        {
            inputs = [.. Translating.WriteStream(GeminiFormat.Instance, events)
                .Select(step => step.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0])
                .Where(part => part.TryGetProperty("functionCall", out _))
                .Select(part => part.GetProperty("functionCall").GetProperty("args").GetProperty("input").GetString()!)];
        }

        Assert.Equal(["SELECT \"a\"\nFROM t", ""], inputs);
    }

    /// <summary>A line's end within arguments must not end the server-sent event.</summary>
    [Fact]
    public void GeminiStream_ArgumentsOverSeveralLines_StayOneEvent()
    {
        List<AnswerEvent> events =
        [
            new AnswerStarted("a", "m"), new ItemStarted(0, AnswerItemKind.ToolCall, "1", "f"),
            new ItemDelta(0, "{\r\n  \"a\":\n\n 1}"), new ItemEnded(0), new AnswerFinished(FinishReason.ToolCalls),
        ];
        var written = Translating.WriteStream(GeminiFormat.Instance, events);

        Assert.Equal(1, written[0].GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("functionCall").GetProperty("args").GetProperty("a").GetInt32());
    }
}
