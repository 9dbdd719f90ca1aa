using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

public sealed class AnthropicStreamWriterTests
{
    /// <summary>The order of https://docs.claude.com/en/api/messages-streaming.</summary>
    [Fact]
    public void Write_ReasoningTextAndCall_IsInTheDocumentedOrder()
    {
        var written = ClaudeFixture.WriteStream([
            new AnswerStarted("x", "y"),
            new ItemStarted(0, AnswerItemKind.Reasoning),
            new ItemDelta(0, "hm"),
            new ItemSealed(0, ModelApi.AnthropicMessages, "SIG=="),
            new ItemEnded(0),
            new ItemStarted(1, AnswerItemKind.Text),
            new ItemDelta(1, "<é>"),
            new ItemEnded(1),
            new ItemStarted(2, AnswerItemKind.ToolCall, "t1", "f"),
            new ItemDelta(2, "{\"x\""),
            new ItemDelta(2, ":1}"),
            new ItemEnded(2),
            new AnswerFinished(FinishReason.Stop),
            new UsageReported(new TokenUsage { Input = 5, CachedInput = 2, CacheWrite5m = 1, Output = 7 })]);

        Assert.Equal(
            [
                "message_start", "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
                "content_block_start", "content_block_delta", "content_block_stop",
                "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
                "message_delta", "message_stop",
            ],
            written.Select(one => one.Name));
        Assert.Equal(
            """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}""",
            written[8].Data.ToJsonString());
        Assert.Equal("""{"type":"signature_delta","signature":"SIG=="}""", written[3].Data["delta"]!.ToJsonString());
        Assert.Equal("<é>", (string?)written[6].Data["delta"]!["text"]);
        Assert.Equal("""{"stop_reason":"tool_use","stop_sequence":null}""", written[12].Data["delta"]!.ToJsonString());
        Assert.Equal(
            """{"input_tokens":5,"cache_creation_input_tokens":1,"cache_read_input_tokens":2,"output_tokens":7}""",
            written[12].Data["usage"]!.ToJsonString());
        Assert.Equal("claude-x", (string?)written[0].Data["message"]!["model"]);
        Assert.Equal("assistant", (string?)written[0].Data["message"]!["role"]);
    }

    [Fact]
    public void Write_OverlappingCalls_AreOneBlockAfterTheOther()
    {
        var written = ClaudeFixture.WriteStream([
            new AnswerStarted(null, null),
            new ItemStarted(0, AnswerItemKind.ToolCall, "a", "f"),
            new ItemStarted(1, AnswerItemKind.ToolCall, "b", "g"),
            new ItemDelta(0, "1"),
            new ItemDelta(1, "x"),
            new ItemDelta(0, "2"),
            new ItemDelta(1, "y"),
            new ItemEnded(1),
            new ItemStarted(2, AnswerItemKind.ToolCall, "c", "h"),
            new ItemEnded(0),
            new ItemDelta(2, "z"),
            new AnswerFinished(FinishReason.ToolCalls)]);

        Assert.Equal(
            "start0 1 2 stop0 start1 xy stop1 start2 z stop2",
            string.Join(' ', written[1..^2].Select(one => one.Name switch
            {
                "content_block_start" => $"start{one.Data["index"]}",
                "content_block_stop" => $"stop{one.Data["index"]}",
                _ => (string?)one.Data["delta"]!["partial_json"],
            })));
    }

    [Fact]
    public void Write_EmptyTextBesideACall_HasNoBlock()
    {
        var written = ClaudeFixture.WriteStream([
            new AnswerStarted(null, null),
            new ItemStarted(0, AnswerItemKind.Text),
            new ItemDelta(0, ""),
            new ItemEnded(0),
            new ItemStarted(1, AnswerItemKind.ToolCall, "a", "f"),
            new ItemEnded(1),
            new AnswerFinished(FinishReason.Stop)]);

        Assert.Equal(
            ["message_start", "content_block_start", "content_block_stop", "message_delta", "message_stop"],
            written.Select(one => one.Name));
        Assert.Equal("tool_use", (string?)written[^2].Data["delta"]!["stop_reason"]);
    }

    [Fact]
    public void Write_SealsThatHaveNoPlaceInside_AreBlocksBehind()
    {
        var written = ClaudeFixture.WriteStream([
            new AnswerStarted(null, null),
            new ItemStarted(0, AnswerItemKind.Reasoning),
            new ItemSealed(0, ModelApi.AnthropicMessages, null, null, "RED=="),
            new ItemEnded(0),
            new ItemStarted(1, AnswerItemKind.ToolCall, "a", "f"),
            new ItemSealed(1, ModelApi.GeminiGenerateContent, "GSIG"),
            new ItemEnded(1),
            new AnswerFinished(FinishReason.ToolCalls)]);

        Assert.Equal("""{"type":"redacted_thinking","data":"RED=="}""", written[1].Data["content_block"]!.ToJsonString());
        Assert.Equal("hub:GeminiGenerateContent:c:a:GSIG", (string?)written[^4].Data["delta"]!["signature"]);
        Assert.Equal([0, 1, 2], written.Where(one => one.Name == "content_block_start").Select(one => (int)one.Data["index"]!));
    }

    [Theory]
    [InlineData(FinishReason.Length, "max_tokens")]
    [InlineData(FinishReason.StopSequence, "stop_sequence")]
    [InlineData(FinishReason.ContentFilter, "refusal")]
    [InlineData(FinishReason.Pause, "pause_turn")]
    public void Write_Finish_IsMapped(FinishReason finish, string reason)
    {
        var written = ClaudeFixture.WriteStream([new AnswerStarted(null, null), new AnswerFinished(finish, "END")]);

        Assert.Equal((reason, "END"), (
            (string?)written[1].Data["delta"]!["stop_reason"], (string?)written[1].Data["delta"]!["stop_sequence"]));
    }
}
