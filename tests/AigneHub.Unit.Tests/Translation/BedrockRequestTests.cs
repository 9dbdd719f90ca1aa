using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Translation.Bedrock;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

public sealed class BedrockRequestTests
{
    private const string Claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private const string Nova = "amazon.nova-pro-v1:0";
    private static readonly BedrockConverseFormat Vendor = BedrockConverseFormat.Instance;
    private static readonly ToolDefinition Tool = new("f", "d", ClaudeFixture.Json("""{"type":"object"}"""));

    /// <summary>The syntax of https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.</summary>
    [Fact]
    public void WriteRequest_Conversation_IsAsDocumented()
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            new MessageItem(ChatRole.System, [new TextPart("Be brief.") { Cache = new CacheMarker("1h") }]),
            new MessageItem(ChatRole.User, [
                new TextPart("x"),
                new MediaPart(MediaKind.Image) { Data = "/9j/AA==" },
                new MediaPart(MediaKind.File) { Data = "JVBERi0=", FileName = "my.file  1.pdf" }]),
            new ReasoningItem("hm") { Origin = ModelApi.AnthropicMessages, Signature = "SIG==" },
            new ToolCallItem("a", "f", """{"y":1}"""),
            new ToolCallItem("b", "f", "{}"),
            new ToolResultItem("a", [new TextPart("1")]),
            new ToolResultItem("b", [], true)) with
        {
            MaxOutputTokens = 9000,
            Temperature = 0.5,
            TopK = 3,
            Stop = ["END"],
            Tools = [Tool],
            ToolChoice = new ToolChoice(ToolChoiceKind.Required, []),
        }, Claude);

        Assert.True(JsonNode.DeepEquals(body, JsonNode.Parse("""
            {"system":[{"text":"Be brief."},{"cachePoint":{"type":"default","ttl":"1h"}}],
             "messages":[
               {"role":"user","content":[{"text":"x"},{"image":{"format":"jpeg","source":{"bytes":"/9j/AA=="}}},
                 {"document":{"format":"pdf","name":"my file 1 pdf 1","source":{"bytes":"JVBERi0="}}}]},
               {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"SIG=="}}},
                 {"toolUse":{"toolUseId":"a","name":"f","input":{"y":1}}},{"toolUse":{"toolUseId":"b","name":"f","input":{}}}]},
               {"role":"user","content":[{"toolResult":{"toolUseId":"a","content":[{"text":"1"}]}},
                 {"toolResult":{"toolUseId":"b","content":[{"text":"(no output)"}],"status":"error"}}]}],
             "inferenceConfig":{"maxTokens":9000,"temperature":0.5,"stopSequences":["END"]},
             "toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}}}}],
               "toolChoice":{"any":{}}},
             "additionalModelRequestFields":{"top_k":3},
             "additionalModelResponseFieldPaths":["/stop_sequence","/delta/stop_sequence"]}
            """)), body.ToJsonString());
        Assert.Empty(warnings.Dropped);
    }

    [Theory]
    [InlineData(Claude, """{"thinking":{"type":"enabled","budget_tokens":5000}}""")]
    [InlineData("anthropic.claude-opus-4-7", """{"thinking":{"type":"adaptive"},"output_config":{"effort":"medium"}}""")]
    [InlineData(Nova, null)]
    public void WriteRequest_Reasoning_GoesInTheModelsOwnWords(string model, string? additional)
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            MaxOutputTokens = 10000,
            Reasoning = new ReasoningRequest("medium", null, null),
        }, model);

        Assert.Equal(additional, body["additionalModelRequestFields"]?.ToJsonString());
        Assert.Equal(additional is null ? ["reasoning"] : [], warnings.Dropped);
    }

    [Fact]
    public void WriteRequest_Schema_IsAStringForClaudeAndAToolForOthers()
    {
        var request = ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Format = new OutputFormat("n", ClaudeFixture.Json("""{"type":"object","properties":{}}"""), true),
        };

        var (native, _) = ClaudeFixture.Write(Vendor, request, Claude);
        var (emulated, _) = ClaudeFixture.Write(Vendor, request, Nova);

        Assert.Equal("""{"type":"object","properties":{},"additionalProperties":false}""",
            (string?)native["outputConfig"]!["textFormat"]!["structure"]!["jsonSchema"]!["schema"]);
        Assert.Equal("""{"tool":{"name":"hub_json_answer"}}""", emulated["toolConfig"]!["toolChoice"]!.ToJsonString());
    }

    [Fact]
    public void WriteRequest_NoCallsAllowed_LeavesToolsOutUnlessTheyWereCalled()
    {
        var request = ClaudeFixture.Request(ClaudeFixture.User("x")) with
        {
            Tools = [Tool],
            ToolChoice = new ToolChoice(ToolChoiceKind.None, []),
        };

        var (fresh, _) = ClaudeFixture.Write(Vendor, request, Claude);
        var (called, warnings) = ClaudeFixture.Write(
            Vendor,
            request with { Items = [.. request.Items, new ToolCallItem("a", "f", "{}"), new ToolResultItem("a", [])] },
            Claude);

        Assert.Null(fresh["toolConfig"]);
        Assert.Null(called["toolConfig"]!["toolChoice"]);
        Assert.NotNull(called["system"]);
        Assert.Single(warnings.Dropped);
    }

    [Fact]
    public void WriteRequest_CacheMarkerOfAModelWithoutCache_IsDropped()
    {
        var (body, warnings) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(
            new MessageItem(ChatRole.User, [new TextPart("x") { Cache = new CacheMarker(null) }])),
            "meta.llama3-1-70b-instruct-v1:0");

        Assert.Single(body["messages"]![0]!["content"]!.AsArray());
        Assert.Equal(["cache_control"], warnings.Dropped);
    }

    [Fact]
    public void WriteRequest_ImageByUrl_IsRefused()
    {
        var image = new MediaPart(MediaKind.Image) { Url = "https://x.test/i.png" };

        var error = ClaudeFixture.Refuse(Vendor, ClaudeFixture.Request(new MessageItem(ChatRole.User, [image])));

        Assert.Equal(("unsupported_parameter", "messages"), (error.Code, error.Param));
    }

    [Fact]
    public void WriteRequest_DocumentAlone_GetsTheTextThatTheApiDemands()
    {
        var (body, _) = ClaudeFixture.Write(Vendor, ClaudeFixture.Request(new MessageItem(
            ChatRole.User, [new MediaPart(MediaKind.File) { Data = "JVBERi0=" }])), Claude);

        Assert.NotNull(body["messages"]![0]!["content"]![1]!["text"]);
    }

    [Fact]
    public void ReadAnswer_CachedUsage_IsApart()
    {
        var answer = Vendor.ReadAnswer(ClaudeFixture.Json("""
            {"output":{"message":{"role":"assistant","content":[{"text":"x"}]}},"stopReason":"guardrail_intervened",
             "usage":{"inputTokens":1,"outputTokens":2,"cacheReadInputTokens":3,"cacheWriteInputTokens":10,
                      "cacheDetails":[{"inputTokens":4,"ttl":"1h"},{"inputTokens":6,"ttl":"5m"}]}}
            """))!;

        Assert.Equal(FinishReason.ContentFilter, answer.Finish);
        Assert.Equal((1, 2, 3, 6, 4), (
            answer.Usage!.Value.Input, answer.Usage.Value.Output, answer.Usage.Value.CachedInput,
            answer.Usage.Value.CacheWrite5m, answer.Usage.Value.CacheWrite1h));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("not json")]
    [InlineData("""{"contentBlockDelta":7}""")]
    [InlineData("""{"contentBlockDelta":{"contentBlockIndex":"x","delta":[]}}""")]
    [InlineData("""{"contentBlockStart":{"contentBlockIndex":99999999999999999999,"start":{"toolUse":{}}}}""")]
    [InlineData("""{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"\ud800"}}}""")]
    [InlineData("""{"messageStop":{"stopReason":7}}""")]
    [InlineData("""{"metadata":{"usage":{"inputTokens":"x","cacheDetails":[7]}}}""")]
    [InlineData("""{"somethingNew":{}}""")]
    public void Stream_Nonsense_NeverThrows(string line)
    {
        var events = new List<AnswerEvent>();
        var reader = Vendor.NewStream();

        reader.Read(System.Text.Encoding.UTF8.GetBytes(line), events);
        reader.Complete(events);

        Assert.IsType<AnswerStarted>(events[0]);
        Assert.IsType<AnswerFinished>(events[^1]);
    }
}
