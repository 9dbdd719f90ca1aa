using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Bedrock;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

public sealed class AnthropicVendorRequestTests
{
    private static readonly AnthropicMessagesFormat Vendor = AnthropicMessagesFormat.Instance;
    private static readonly ToolDefinition Tool = new("f", "d", ClaudeFixture.Json("""{"type":"object","properties":{}}"""));

    /// <summary>The examples of https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use.</summary>
    [Fact]
    public void WriteRequest_ToolsAndResults_AreAsDocumented()
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            ClaudeFixture.System("Be brief."),
            ClaudeFixture.User("What's the weather like in San Francisco?"),
            new ToolCallItem("toolu_01A09q90qw90lq917835lq9", "get_weather", """{"location":"San Francisco, CA"}"""),
            new ToolResultItem("toolu_01A09q90qw90lq917835lq9", [new TextPart("15 degrees")])) with
        {
            MaxOutputTokens = 1024,
            Tools = [new("get_weather", "Get it", ClaudeFixture.Json(
                """{"type":"object","properties":{"location":{"type":"string"}}}"""))],
        });

        Assert.True(JsonNode.DeepEquals(body, JsonNode.Parse("""
            {"model":"claude-sonnet-4-5","max_tokens":1024,"system":[{"type":"text","text":"Be brief."}],
             "messages":[
               {"role":"user","content":[{"type":"text","text":"What's the weather like in San Francisco?"}]},
               {"role":"assistant","content":[{"type":"tool_use","id":"toolu_01A09q90qw90lq917835lq9","name":"get_weather",
                 "input":{"location":"San Francisco, CA"}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_01A09q90qw90lq917835lq9",
                 "content":[{"type":"text","text":"15 degrees"}]}]}],
             "tools":[{"name":"get_weather","description":"Get it",
               "input_schema":{"type":"object","properties":{"location":{"type":"string"}}}}]}
            """)), body.ToJsonString());
    }

    [Fact]
    public void WriteRequest_ParallelResults_AreOneMessageAndComeFirst()
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            ClaudeFixture.User("go"),
            new ToolCallItem("a", "f", "{}"),
            new ToolCallItem("b", "f", ""),
            new ToolResultItem("a", [new TextPart("1")]),
            ClaudeFixture.User("and then"),
            new ToolResultItem("b", [new MediaPart(MediaKind.Image) { Data = "iVBORw0KGgoAA" }])) with
        { Tools = [Tool] });

        var messages = body["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], messages.Select(message => (string?)message!["role"]));
        Assert.Equal(
            ["tool_result", "tool_result", "text"], messages[2]!["content"]!.AsArray().Select(block => (string?)block!["type"]));
        Assert.Equal("image/png", (string?)messages[2]!["content"]![1]!["content"]![0]!["source"]!["media_type"]);
    }

    [Theory]
    [InlineData(100, 9, 100)]
    [InlineData(null, 9, 9)]
    [InlineData(null, null, 4096)]
    public void WriteRequest_Limit_IsTheCallersElseTheModels(int? asked, int? model, int written)
    {
        var (body, _) = ClaudeFixture.Write(
            Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with { MaxOutputTokens = asked }, maxOutput: model);

        Assert.Equal(written, (int)body["max_tokens"]!);
    }

    [Theory]
    [InlineData(ToolChoiceKind.Auto, null, """{"type":"auto"}""")]
    [InlineData(ToolChoiceKind.None, null, """{"type":"none"}""")]
    [InlineData(ToolChoiceKind.None, false, """{"type":"none"}""")]
    [InlineData(ToolChoiceKind.Required, false, """{"type":"any","disable_parallel_tool_use":true}""")]
    [InlineData(ToolChoiceKind.Named, true, """{"type":"tool","name":"f","disable_parallel_tool_use":false}""")]
    public void WriteRequest_ToolChoice_IsMapped(ToolChoiceKind kind, bool? parallel, string written)
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Tools = [Tool],
            ToolChoice = new ToolChoice(kind, kind == ToolChoiceKind.Named ? ["f"] : []),
            ParallelToolCalls = parallel,
        });

        Assert.Equal(written, body["tool_choice"]!.ToJsonString());
    }

    [Fact]
    public void WriteRequest_AllowedTools_AreTheOnlyOnesOffered()
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Tools = [Tool, Tool with { Name = "g" }],
            ToolChoice = new ToolChoice(ToolChoiceKind.Required, ["g"]),
        });

        Assert.Equal("g", (string?)Assert.Single(body["tools"]!.AsArray())!["name"]);
    }

    [Fact]
    public void WriteRequest_CallsButNoTools_DefinesThemAndForbidsCalls()
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            ClaudeFixture.User("x"), new ToolCallItem("a", "f", "{}"), new ToolResultItem("a", [])));

        Assert.Equal("f", (string?)body["tools"]![0]!["name"]);
        Assert.Equal("none", (string?)body["tool_choice"]!["type"]);
    }

    [Theory]
    [InlineData(ModelApi.AnthropicMessages, "SIG==", true)]
    [InlineData(ModelApi.BedrockConverse, "SIG==", true)]
    [InlineData(ModelApi.AnthropicMessages, null, false)]
    [InlineData(ModelApi.GeminiGenerateContent, "SIG==", false)]
    [InlineData(null, null, false)]
    public void WriteRequest_Thoughts_OnlySignedOnesOfClaudePass(ModelApi? origin, string? signature, bool passes)
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            ClaudeFixture.User("x"),
            new ReasoningItem("hm") { Origin = origin, Signature = signature },
            ClaudeFixture.Assistant("y"),
            ClaudeFixture.User("z")));

        var first = body["messages"]![1]!["content"]![0]!;
        Assert.Equal(passes ? ("thinking", "SIG==") : ("text", null), ((string?)first["type"], (string?)first["signature"]));
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "high", null, 10000, """{"type":"enabled","budget_tokens":8000}""", null)]
    [InlineData("claude-sonnet-4-5", null, 2000, 10000, """{"type":"enabled","budget_tokens":2000}""", null)]
    [InlineData("claude-sonnet-4-5", null, 99000, 10000, """{"type":"enabled","budget_tokens":9999}""", null)]
    [InlineData("claude-sonnet-4-5", "low", null, 1024, null, null)]
    [InlineData("claude-3-5-haiku-20241022", "low", null, 9000, null, null)]
    [InlineData("claude-opus-4-6", "xhigh", null, 10000, """{"type":"adaptive"}""", "high")]
    [InlineData("claude-opus-4-7", "xhigh", null, 10000, """{"type":"adaptive"}""", "xhigh")]
    [InlineData("claude-opus-4-7", null, 2000, 10000, """{"type":"adaptive"}""", null)]
    [InlineData("claude-opus-5", "none", null, 10000, """{"type":"disabled"}""", null)]
    [InlineData("claude-opus-5-5", "none", null, 10000, null, null)]
    [InlineData("claude-sonnet-4-5", "none", null, 10000, null, null)]
    public void WriteRequest_Reasoning_IsAsTheModelTakesIt(
        string model, string? effort, int? budget, int limit, string? thinking, string? writtenEffort)
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            MaxOutputTokens = limit,
            Reasoning = new ReasoningRequest(effort, budget, null),
        }, model);

        Assert.Equal(thinking, body["thinking"]?.ToJsonString());
        Assert.Equal(writtenEffort, (string?)body["output_config"]?["effort"]);
    }

    [Fact]
    public void WriteRequest_BudgetButCallsWithoutThoughts_DoesNotThink()
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            ClaudeFixture.User("x"), new ToolCallItem("a", "f", "{}"), new ToolResultItem("a", [])) with
        {
            Tools = [Tool],
            MaxOutputTokens = 9000,
            Reasoning = new ReasoningRequest("low", null, null),
        });

        Assert.Null(body["thinking"]);
        Assert.Single(warnings.Dropped);
    }

    [Theory]
    [InlineData("claude-3-5-sonnet", 0.5, 0.9, "0.5/0.9/7", 0)]
    [InlineData("claude-sonnet-4-5", 0.5, 0.9, "0.5//7", 1)]
    [InlineData("claude-3-5-sonnet", 1.5, null, "1//7", 1)]
    [InlineData("claude-opus-5", 0.5, null, "//", 2)]
    [InlineData("MiniMax-M2", 0.5, 0.9, "0.5/0.9/7", 0)]
    public void WriteRequest_Sampling_IsWhatTheModelTakes(
        string model, double temperature, double? topP, string written, int dropped)
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Temperature = temperature,
            TopP = topP,
            TopK = 7,
        }, model);

        Assert.Equal(written, $"{body["temperature"]}/{body["top_p"]}/{body["top_k"]}");
        Assert.Equal(dropped, warnings.Dropped.Count);
    }

    [Fact]
    public void WriteRequest_Schema_IsNativeAndClosed()
    {
        var (body, _) = ClaudeFixture.Write(Vendor, WithSchema());

        var schema = body["output_config"]!["format"]!["schema"]!;
        Assert.False((bool)schema["additionalProperties"]!);
        Assert.False((bool)schema["properties"]!["b"]!["additionalProperties"]!);
        Assert.Null(body["tools"]);
    }

    [Theory]
    [InlineData(false, "tool")]
    [InlineData(true, "any")]
    public void WriteRequest_SchemaForAnOldModel_IsATool(bool hasTools, string choice)
    {
        var (body, _) = ClaudeFixture.Write(
            Vendor, WithSchema() with { Tools = hasTools ? [Tool] : [] }, "claude-3-5-sonnet-20241022");

        Assert.Null(body["output_config"]);
        Assert.Equal("hub_json_answer", (string?)body["tools"]!.AsArray()[^1]!["name"]);
        Assert.Equal(choice, (string?)body["tool_choice"]!["type"]);

        // And its call is read as the text that it stands for.
        var answer = Vendor.ReadAnswer(ClaudeFixture.Json("""
            {"type":"message","stop_reason":"tool_use","content":[{"type":"tool_use","id":"t",
             "name":"hub_json_answer","input":{"a":1}}]}
            """))!;
        Assert.Equal(FinishReason.Stop, answer.Finish);
        Assert.Equivalent(ClaudeFixture.Assistant("""{"a":1}"""), answer.Items.Single(), strict: true);
        var (streamed, _) = ClaudeFixture.ReadStream(((IVendorFormat)Vendor).NewStream(), [
            """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"hub_json_answer"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"""]);
        Assert.Equal(FinishReason.Stop, streamed.Finish);
        Assert.Equivalent(answer.Items, streamed.Items, strict: true);
    }

    [Fact]
    public void WriteRequest_ForcedToolOfAModelThatRefusesIt_IsAskedForInWords()
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Tools = [Tool],
            ToolChoice = new ToolChoice(ToolChoiceKind.Required, []),
        }, "claude-opus-5-5");

        Assert.Null(body["tool_choice"]);
        Assert.NotNull(body["system"]);
        Assert.Single(warnings.Dropped);
    }

    [Fact]
    public void WriteRequest_LateSystemMessage_IsTheUsersAndSaysSo()
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            ClaudeFixture.System("first"), ClaudeFixture.User("x"), ClaudeFixture.Assistant("y"), ClaudeFixture.System("late")));

        Assert.Equal("first", (string?)body["system"]![0]!["text"]);
        Assert.Equal("late", (string?)body["messages"]![2]!["content"]![0]!["text"]);
        Assert.Single(warnings.Dropped);
    }

    [Fact]
    public void WriteRequest_StrangeIdsAndArguments_FitTheApi()
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            ClaudeFixture.User(" "),
            ClaudeFixture.User("x"),
            new ToolCallItem("functions.f:0", "f", "not json"),
            new ToolResultItem("functions.f:0", [new TextPart("")])) with
        { Tools = [Tool] });

        var call = body["messages"]![1]!["content"]![0]!;
        Assert.Single(body["messages"]![0]!["content"]!.AsArray());
        Assert.Matches("^[a-zA-Z0-9_-]+$", (string)call["id"]!);
        Assert.Equal((string?)call["id"], (string?)body["messages"]![2]!["content"]![0]!["tool_use_id"]);
        Assert.Equal("not json", (string?)call["input"]!["arguments"]);
    }

    [Theory]
    [InlineData("n")]
    [InlineData("logprobs")]
    [InlineData("audio")]
    [InlineData("tools")]
    [InlineData("messages")]
    public void WriteRequest_WhatChangesTheAnswer_IsRefused(string param)
    {
        var request = ClaudeFixture.Request(ClaudeFixture.User("x"));
        request = param switch
        {
            "n" => request with { Choices = 2 },
            "logprobs" => request with { TopLogProbabilities = 0 },
            "audio" => request with { Others = new Dictionary<string, JsonElement> { ["audio"] = ClaudeFixture.Json("{}") } },
            "tools" => request with { Tools = [new ToolDefinition("w", null, null, Hosted: ClaudeFixture.Json("{}"))] },
            _ => ClaudeFixture.Request(new MessageItem(ChatRole.User, [new MediaPart(MediaKind.Audio) { Data = "AA==" }])),
        };

        Assert.Equal(param, ClaudeFixture.Refuse(Vendor, request).Param);
    }

    [Fact]
    public void WriteRequest_Hints_AreDroppedWithAWarning()
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Seed = 1,
            PresencePenalty = 0,
            FrequencyPenalty = 1,
            User = "u",
            ServiceTier = "flex",
            Others = new Dictionary<string, JsonElement>
            {
                ["logit_bias"] = ClaudeFixture.Json("{}"),
                ["store"] = ClaudeFixture.Json("false"),
            },
        });

        Assert.Equal(["logit_bias", "seed", "frequency_penalty", "service_tier"], warnings.Dropped);
        Assert.Equal("u", (string?)body["metadata"]!["user_id"]);
    }

    [Fact]
    public void WriteRequest_HostileNames_NeitherThrowNorReachTheWarnings()
    {
        var hostile = ClaudeFixture.Json("""{"\u0000":1,"\u0074ype\n":2,"properties":{}}""");
        var request = ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Tools = [new ToolDefinition("f", null, hostile, true), new ToolDefinition("g", null, ClaudeFixture.Json("{}"))],
            Format = new OutputFormat(null, hostile, true),
            Others = new Dictionary<string, JsonElement>
            {
                ["x\r\ny: z"] = hostile,
                ["modalities"] = ClaudeFixture.Json("""[ "text" ]"""),
            },
        };

        foreach (var model in new[] { "claude-3-5-sonnet", "claude-sonnet-4-5", "claude-opus-5-5" })
        {
            var (body, warnings) = ClaudeFixture.Write(Vendor, request, model);
            Assert.Equal("a member with an unusual name", warnings.Dropped[0]);
            Assert.Equal("object", (string?)body["tools"]![1]!["input_schema"]!["type"]);
            ClaudeFixture.Write(BedrockConverseFormat.Instance, request, model);
        }
    }

    [Theory]
    [InlineData("7")]
    [InlineData("not json")]
    [InlineData("""{"type":"message_start","message":7}""")]
    [InlineData("""{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","input":7}}""")]
    [InlineData("""{"type":"content_block_delta","index":5,"delta":{"type":"text_delta","text":"x"}}""")]
    [InlineData("""{"type":"content_block_start","index":"x","content_block":{"type":"text","text":"\ud800"}}""")]
    [InlineData("""{"type":"message_delta","delta":{"stop_reason":7},"usage":[]}""")]
    [InlineData("""{"type":"something_new"}""")]
    public void Stream_Nonsense_NeverThrows(string line)
    {
        var events = new List<AnswerEvent>();
        var reader = ((IVendorFormat)Vendor).NewStream();

        reader.Read(System.Text.Encoding.UTF8.GetBytes(line), events);
        reader.Complete(events);

        Assert.IsType<AnswerStarted>(events[0]);
        Assert.IsType<AnswerFinished>(events[^1]);
    }

    private static ChatRequest WithSchema() => ClaudeFixture.Request(ClaudeFixture.User("x")) with
    {
        Format = new OutputFormat("n", ClaudeFixture.Json("""
            {"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"object","properties":{}}}}
            """), null),
    };
}
