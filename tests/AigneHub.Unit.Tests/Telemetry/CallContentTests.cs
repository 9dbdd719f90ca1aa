using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Telemetry;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Telemetry;

/// <summary>Prompts and answers as traces have them, where they may.</summary>
public sealed class CallContentTests
{
    private const string Request =
        """
        {"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Weather?"},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
        {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"rainy"}]}
        """;

    [Fact]
    public void Request_OfAConversation_IsMessagesWithoutMedia()
    {
        var (instructions, messages) = new CallContent(1000).OfRequest(ModelApi.OpenAiChat, Encoding.UTF8.GetBytes(Request));
        Assert.Equal("""[{"type":"text","content":"Be brief."}]""", instructions);
        var read = JsonNode.Parse(messages!)!.AsArray();
        Assert.Equal(["user", "assistant", "tool"], read.Select(message => message!["role"]!.ToString()));
        Assert.Equal("rainy", read[2]!["parts"]![0]!["response"]!.ToString());
        Assert.DoesNotContain("AAAA", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_TooLong_AreCutAndStillJson()
    {
        var (_, messages) = new CallContent(12).OfRequest(ModelApi.OpenAiChat, Encoding.UTF8.GetBytes(Request));
        Assert.Equal("Wea", JsonNode.Parse(messages!)![0]!["parts"]![0]!["content"]!.ToString());
        Assert.DoesNotContain("rainy", messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_OfPieces_IsOneMessage()
    {
        var content = new CallContent(8);
        content.Answer([new ItemStarted(0, AnswerItemKind.Text), new ItemDelta(0, "Hello"), new ItemDelta(0, ", world")]);
        Assert.Null(content.Finish);
        Assert.Equal(
            """[{"role":"assistant","parts":[{"type":"text","content":"Hello, w"}],"finish_reason":"error"}]""", content.OfAnswer());
        content.Answer([new ItemStarted(1, AnswerItemKind.ToolCall, "c1", "weather"), new AnswerFinished(FinishReason.ToolCalls)]);
        Assert.Equal("tool_call", content.Finish);
        var message = Assert.Single(JsonNode.Parse(content.OfAnswer()!)!.AsArray())!;
        Assert.Equal(["text", "tool_call"], message["parts"]!.AsArray().Select(part => part!["type"]!.ToString()));
        Assert.Equal("tool_call", message["finish_reason"]!.ToString());
    }

    /// <summary>Why a stream ends is told by one event, or by several: its reader knows at the end.</summary>
    [Theory]
    [InlineData(true, "length")]
    [InlineData(false, "error")]
    public void Stream_ThatEnded_SaysWhy(bool hasEnd, string reason)
    {
        var content = new CallContent(100);
        var tap = AnswerReaders.For(ModelApi.OpenAiChat).NewTap(UsageQuirks.None, 1 << 20)!;
        using (var capturing = new CapturingTap(tap, content, content.NewReader(ModelApi.OpenAiChat)!))
        {
            capturing.Read(Chunk("\"Hello\"", "null"));
            if (hasEnd)
            {
                capturing.Read(Chunk("null", "\"length\""));
                capturing.Read("data: [DONE]\n\n"u8);
            }
        }

        Assert.Equal(
            $$"""[{"role":"assistant","parts":[{"type":"text","content":"Hello"}],"finish_reason":"{{reason}}"}]""", content.OfAnswer());
    }

    private static byte[] Chunk(string text, string finish)
    {
        var choice = $$$"""{"index":0,"delta":{"content":{{{text}}}},"finish_reason":{{{finish}}}}""";
        return Encoding.UTF8.GetBytes(
            $$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{{choice}}]}""" + "\n\n");
    }

    [Fact]
    public void Answer_ThatIsWhole_SaysWhyItEnded()
    {
        var content = new CallContent(100);
        content.Answer(Answer("Hello", "length"), ModelApi.OpenAiChat);
        Assert.Equal(
            """[{"role":"assistant","parts":[{"type":"text","content":"Hello"}],"finish_reason":"length"}]""", content.OfAnswer());
    }

    /// <summary>A span is not worth reading megabytes twice.</summary>
    [Fact]
    public void Bodies_TooLarge_AreLeftOut()
    {
        var (content, text) = (new CallContent(100), new string('a', CallContent.BytesMax));
        content.Answer(Answer(text, "stop"), ModelApi.OpenAiChat);
        Assert.Null(content.OfAnswer());
        var request = Encoding.UTF8.GetBytes(Request.Replace("Be brief.", text, StringComparison.Ordinal));
        Assert.Equal(default, content.OfRequest(ModelApi.OpenAiChat, request));
    }

    private static byte[] Answer(string text, string finish) => Encoding.UTF8.GetBytes(
        $$$"""
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",
        "content":"{{{text}}}"},"finish_reason":"{{{finish}}}"}]}
        """);

    [Fact]
    public void Apis_WithoutConversations_HaveNoContent()
    {
        var content = new CallContent(100);
        Assert.Equal(default, content.OfRequest(ModelApi.OpenAiEmbeddings, "{\"input\":\"x\"}"u8.ToArray()));
        Assert.Null(content.NewReader(ModelApi.OpenAiCompletions));
        Assert.Null(content.OfAnswer());
    }
}
