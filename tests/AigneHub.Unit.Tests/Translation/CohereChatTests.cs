using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Cohere;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Requests to Cohere (<see href="https://docs.cohere.com/reference/chat"/>) and answers of it.</summary>
public sealed class CohereChatTests
{
    private const string Command = "command-a-03-2025";
    private const string Reasoning = "command-a-reasoning-08-2025";
    private static readonly JsonElement Schema = Translating.Json("""{"type":"object","properties":{"a":{"type":"string"}}}""");
    private static readonly OutputFormat AnyJson = new(null, null, null);
    private static readonly MessageItem Hello = new(ChatRole.User, [new TextPart("Hello")]);
    private static readonly ToolDefinition Weather = new("weather", "Says the weather.", Schema, Strict: true);

    [Fact]
    public void WriteRequest_ToolTurn_IsAsDocumented()
    {
        var request = new ChatRequest
        {
            Items =
            [
                new MessageItem(ChatRole.System, [new TextPart("Be brief.")]),
                Hello,
                new ReasoningItem("I will look."),
                new ReasoningItem("sealed") { Origin = ModelApi.AnthropicMessages, Signature = "s" },
                new MessageItem(ChatRole.Assistant, [new TextPart("One moment.")]),
                new ToolCallItem("a", "weather", ""),
                new ToolCallItem("b", "weather", """{"a":"x"}"""),
                new ToolResultItem("a", [new TextPart("sun"), new TextPart("wind")]),
                new ToolResultItem("b", []),
            ],
            Tools = [Weather],
            ToolChoice = new ToolChoice(ToolChoiceKind.Required, []),
            MaxOutputTokens = 9,
            Temperature = 0.5,
            TopP = 1,
            TopK = 900,
            Stop = ["END"],
            Seed = 3,
            FrequencyPenalty = 0.5,
            Stream = true,
        };

        AssertWritten(
            """
            {"model":"command-a-03-2025","stream":true,
             "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"},
               {"role":"assistant","tool_plan":"I will look.","content":[{"type":"text","text":"One moment."}],
                "tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}},
                              {"id":"b","type":"function","function":{"name":"weather","arguments":"{\"a\":\"x\"}"}}]},
               {"role":"tool","tool_call_id":"a","content":"sun\nwind"},{"role":"tool","tool_call_id":"b","content":""}],
             "tools":[{"type":"function","function":{"name":"weather","description":"Says the weather.",
               "parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}],
             "strict_tools":true,"tool_choice":"REQUIRED","max_tokens":9,"stop_sequences":["END"],"temperature":0.5,"p":0.99,
             "k":500,"seed":3,"frequency_penalty":0.5}
            """,
            request,
            Command);
    }

    [Fact]
    public void WriteRequest_ThoughtsOfAReasoningModel_GoBackAsContent()
    {
        var request = new ChatRequest
        {
            Items = [Hello, new ReasoningItem("Hm."), new MessageItem(ChatRole.Assistant, [new TextPart("Hi")]), Hello],
            Reasoning = new ReasoningRequest("low", null, null),
        };

        AssertWritten(
            """
            {"model":"command-a-reasoning-08-2025","stream":false,
             "messages":[{"role":"user","content":"Hello"},
               {"role":"assistant","content":[{"type":"thinking","thinking":"Hm."},{"type":"text","text":"Hi"}]},
               {"role":"user","content":"Hello"}],
             "thinking":{"type":"enabled","token_budget":1024}}
            """,
            request,
            Reasoning);
    }

    [Fact]
    public void WriteRequest_ImagesAndSchema_AreAsDocumented()
    {
        var request = new ChatRequest
        {
            Items =
            [
                new MessageItem(ChatRole.User,
                [
                    new TextPart("What?"),
                    new MediaPart(MediaKind.Image) { Data = "AAAA", MediaType = "image/png", Detail = "low" },
                    new MediaPart(MediaKind.Image) { Url = "https://example.com/a.jpg" },
                ]),
            ],
            Format = new OutputFormat("x", Schema, Strict: true),
        };

        AssertWritten(
            """
            {"model":"command-a-03-2025","stream":false,"messages":[{"role":"user","content":[{"type":"text","text":"What?"},
               {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
               {"type":"image_url","image_url":{"url":"https://example.com/a.jpg"}}]}],
             "response_format":{"type":"json_object","json_schema":{"type":"object","properties":{"a":{"type":"string"}}}}}
            """,
            request,
            Command);
    }

    [Fact]
    public void WriteRequest_NamedTool_IsTheOnlyOneDeclared()
    {
        var request = new ChatRequest
        {
            Items = [Hello],
            Tools = [Weather, new ToolDefinition("time", null, null)],
            ToolChoice = new ToolChoice(ToolChoiceKind.Named, ["time"]),
        };

        var body = Translating.WriteRequest(CohereChatFormat.Instance, request, Command);

        Assert.Equal("REQUIRED", body.GetProperty("tool_choice").GetString());
        var tool = Assert.Single(body.GetProperty("tools").EnumerateArray());
        Assert.Equal("time", tool.GetProperty("function").GetProperty("name").GetString());
    }

    [Fact]
    public void WriteRequest_WhatCohereHasNothingLike_IsDroppedWithWarnings()
    {
        var warnings = new Warnings();
        var request = new ChatRequest
        {
            Items = [Hello],
            Seed = -1,
            PresencePenalty = -0.5,
            Reasoning = new ReasoningRequest("high", null, null),
            PromptCacheKey = "k",
        };

        var body = Translating.WriteRequest(CohereChatFormat.Instance, request, Command, warnings);

        Assert.Equal(["prompt_cache_key", "seed", "presence_penalty", "reasoning"], warnings.Dropped);
        Assert.Equal(["model", "stream", "messages"], body.EnumerateObject().Select(member => member.Name));
    }

    public static TheoryData<string, ChatRequest> Refused => new()
    {
        { "n", new ChatRequest { Items = [Hello], Choices = 2 } },
        { "logprobs", new ChatRequest { Items = [Hello], TopLogProbabilities = 2 } },
        { "stop", new ChatRequest { Items = [Hello], Stop = ["1", "2", "3", "4", "5", "6"] } },
        { "response_format", new ChatRequest { Items = [Hello], Tools = [Weather], Format = AnyJson } },
        { "messages", new ChatRequest { Items = [new MessageItem(ChatRole.User, [new MediaPart(MediaKind.File)])] } },
        { "messages", new ChatRequest { Items = [Hello, new ToolCallItem("a", "weather", "{}")] } },
        { "messages", new ChatRequest { Items = [] } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void WriteRequest_WhatWouldMeanSomethingElse_IsRefused(string member, ChatRequest request)
    {
        var (json, error) = Translating.TryWriteRequest(CohereChatFormat.Instance, request, Command);

        Assert.Equal((400, member), (error?.Status, error?.Param));
        Assert.Empty(json);
    }

    /// <summary>Events as in https://docs.cohere.com/docs/reasoning and https://docs.cohere.com/v2/docs/streaming.</summary>
    [Fact]
    public void ReadStream_ThoughtsCitationsAndUnknownEvents_GiveThoughtsAndText()
    {
        var (items, finish, usage) = Translating.Fold(Translating.ReadStream(CohereChatFormat.Instance,
        [
            """{"type":"message-start","id":"m","delta":{"message":{"role":"assistant"}}}""",
            """{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}""",
            """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Hm"}}}}""",
            """{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"."}}}}""",
            """{"type":"content-end","index":0}""",
            """{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}""",
            """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"Five"}}}}""",
            """{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":0,"end":4,"text":"Five"}}}}""",
            """{"type":"citation-end","index":0}""",
            """{"type":"later-invention"}""",
            "no JSON",
            """{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"\ud800"}}}}""",
            """
            {"type":"message-end","delta":{"finish_reason":"MAX_TOKENS",
               "usage":{"tokens":{"input_tokens":4,"output_tokens":2}}}}
            """,
        ]));

        Assert.Equal(["Reasoning:Hm.", "Text:Five"], items);
        Assert.Equal(FinishReason.Length, finish);
        Assert.Equal(new TokenUsage { Input = 4, Output = 2 }, usage);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"message":"invalid api token"}""")]
    public void ReadAnswer_NoAnswer_IsNull(string json) =>
        Assert.Null(CohereChatFormat.Instance.ReadAnswer(Translating.Json(json)));

    private static void AssertWritten(string expected, ChatRequest request, string model)
    {
        var actual = Translating.WriteRequest(CohereChatFormat.Instance, request, model);
        Assert.True(JsonElement.DeepEquals(Translating.Json(expected), actual), actual.GetRawText());
    }
}
