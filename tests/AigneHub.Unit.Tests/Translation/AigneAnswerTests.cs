using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Aigne;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Answers of AIGNE's own chat, as its client's schema has them.</summary>
public sealed class AigneAnswerTests
{
    private static readonly AigneChatFormat Format = new();

    private static readonly AnswerContext Context =
        new("0123456789abcdef0123456789abcdef", "gpt", DateTimeOffset.UnixEpoch, IncludeUsage: false) { Target = "openai/ft:gpt/x" };

    private static readonly TokenUsage Usage = new() { Input = 5, CachedInput = 2, CacheWrite5m = 3, CacheWrite1h = 4, Output = 9, Reasoning = 4 };

    private const string UsageJson =
        """{"inputTokens":5,"outputTokens":9,"cacheCreationInputTokens":7,"cacheReadInputTokens":2,"modelCallId":"0123456789abcdef0123456789abcdef"}""";

    [Fact]
    public void Whole_TextThoughtsCalls_AreInTheirMembers()
    {
        var written = Whole(
            [
                new ReasoningItem("Hm."),
                new MessageItem(ChatRole.Assistant, [new TextPart("Hi "), new TextPart("you")]),
                new ToolCallItem("a", "f", """{"n":1}"""),
                new ToolCallItem("b", "g", ""),
                new ToolCallItem("c", "h", """{"n":"""),
            ]);

        Assert.Equal(
            $$$$"""
            {"text":"Hi you","thoughts":"Hm.","toolCalls":[{"id":"a","type":"function","function":{"name":"f","arguments":{"n":1}}},{"id":"b","type":"function","function":{"name":"g","arguments":{}}},{"id":"c","type":"function","function":{"name":"h","arguments":{"input":"{\"n\":"}}}],"model":"ft:gpt/x","modelWithProvider":"openai/ft:gpt/x","usage":{{{{UsageJson}}}}}
            """, written.ToString());
    }

    [Fact]
    public void Usage_OfACallerWhoSpendsCredit_HasItsPriceAsANumber()
    {
        using var buffer = new MemoryStream();
        foreach (var usage in (TokenUsage[])[Usage, new() { Input = 5 }])
        {
            using var writer = new Utf8JsonWriter(buffer);
            AigneAnswerWriter.WriteUsage(usage, Context with { CreditsOf = counted => 2_500_000_000 + counted.Input }, writer);
        }

        var written = Encoding.UTF8.GetString(buffer.ToArray());
        Assert.Contains("\"aigneHubCredits\":2.500000005,\"modelCallId\"", written, StringComparison.Ordinal);
        // What the vendor did not report is counted by the hub at the end, and is another price.
        Assert.Single(written.Split("aigneHubCredits")[1..]);
        Assert.DoesNotContain("creditPrefix", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":[1]}""", """{"json":{"a":[1]}""")]
    [InlineData("I won't.", """{"text":"I won't.",""")]
    [InlineData("", """{"text":"",""")]
    public void Whole_Structured_IsJsonIfItIsJson(string text, string begins) => Assert.StartsWith(
        begins, Whole([new MessageItem(ChatRole.Assistant, [new TextPart(text)])], isStructured: true).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Whole_CallsAlone_HaveNoText() => Assert.False(
        Whole([new ToolCallItem("a", "f", "{}")], isStructured: true).TryGetProperty("text", out _));

    [Fact]
    public void Files_ThatTheModelMade_AreFiles()
    {
        var image = new MediaPart(MediaKind.Image) { Data = "iVBORw0KGgo=", MediaType = "image/png", Signature = "S" };
        var film = new MediaPart(MediaKind.Video) { Url = "https://example.org/v" };
        const string Image = """{"type":"file","data":"iVBORw0KGgo=","mimeType":"image/png"}""";
        const string Film = """{"type":"url","url":"https://example.org/v"}""";

        Assert.StartsWith(
            $$"""{"files":[{{Image}},{{Film}}],"model":""",
            Whole([new MessageItem(ChatRole.Assistant, [image, film])]).ToString(), StringComparison.Ordinal);
        Assert.Equal(
            [$$$$"""{"delta":{"json":{"files":[{{{{Image}}}}]}}}""", $$$$"""{"delta":{"json":{"files":[{{{{Image}}}},{{{{Film}}}}]}}}"""],
            Stream(
                [
                    new ItemStarted(0, AnswerItemKind.Media) { Media = image }, new ItemEnded(0),
                    new ItemStarted(1, AnswerItemKind.Media) { Media = film }, new ItemEnded(1), new AnswerFinished(FinishReason.Stop),
                ])[..2]);
    }

    /// <summary>A line's end within the arguments would end the event.</summary>
    [Fact]
    public void Stream_ArgumentsAndJsonOnManyLines_AreOneLine()
    {
        AnswerEvent[] events =
        [
            new ItemStarted(0, AnswerItemKind.ToolCall, "a", "f"), new ItemDelta(0, "{\n\"n\":\r\n1}"), new ItemEnded(0),
            new ItemStarted(1, AnswerItemKind.Text), new ItemDelta(1, "{\n\n\"a\": 1}"), new ItemEnded(1),
        ];

        var frames = Stream(events, isStructured: true);

        Assert.Equal(3, frames.Count);
        Assert.All(frames, frame => Assert.DoesNotContain('\n', frame));
        Assert.Equal("""{"delta":{"json":{"json":{  "a": 1}}}}""", frames[1]);
    }

    [Fact]
    public void Whole_Refusal_IsText() => Assert.Equal(
        "No.", Whole([new MessageItem(ChatRole.Assistant, [new RefusalPart("No.")])]).GetProperty("text").GetString());

    [Fact]
    public void Stream_Frames_AreWhatTheClientPutsTogether()
    {
        var frames = Stream(
            [
                new AnswerStarted("id", "m"),
                new ItemStarted(0, AnswerItemKind.Reasoning),
                new ItemDelta(0, "Hm."),
                new ItemSealed(0, ModelApi.AnthropicMessages, "SIG"),
                new ItemEnded(0),
                new ItemStarted(1, AnswerItemKind.Text),
                new ItemDelta(1, "Hi"),
                new ItemEnded(1),
                new ItemStarted(2, AnswerItemKind.ToolCall, "a", "f"),
                new ItemStarted(3, AnswerItemKind.ToolCall, "b", "g"),
                new ItemDelta(2, "{\"n\""),
                new ItemDelta(3, "{}"),
                new ItemDelta(2, ":1}"),
                new ItemEnded(3),
                new ItemEnded(2),
                new UsageReported(Usage),
                new AnswerFinished(FinishReason.ToolCalls),
            ]);

        const string B = """{"id":"b","type":"function","function":{"name":"g","arguments":{}},"metadata":{"reasoning_details":[{"type":"reasoning.text","text":"Hm.","signature":"SIG","format":"anthropic-claude-v1","index":0}]}}""";
        Assert.Equal(
            [
                """{"delta":{"json":{"model":"ft:gpt/x"}}}""",
                """{"delta":{"text":{"thoughts":"Hm."}}}""",
                """{"delta":{"text":{"text":"Hi"}}}""",
                $$$$"""{"delta":{"json":{"toolCalls":[{{{{B}}}}]}}}""",
                $$$$"""{"delta":{"json":{"toolCalls":[{{{{B}}}},{"id":"a","type":"function","function":{"name":"f","arguments":{"n":1}}}]}}}""",
                $$$$"""{"delta":{"json":{"usage":{{{{UsageJson}}}},"modelWithProvider":"openai/ft:gpt/x"}}}""",
            ], frames);
    }

    [Theory]
    [InlineData(new[] { "{\"a\"", ":1}" }, """{"delta":{"json":{"json":{"a":1}}}}""")]
    [InlineData(new[] { "I w", "on't." }, """{"delta":{"text":{"text":"I won't."}}}""")]
    public void Stream_Structured_ComesWhole(string[] texts, string frame)
    {
        var frames = Stream(
            [
                new AnswerStarted(null, null), new ItemStarted(0, AnswerItemKind.Text),
                .. texts.Select(text => new ItemDelta(0, text)), new ItemEnded(0), new AnswerFinished(FinishReason.Stop),
            ], isStructured: true);

        Assert.Equal([frame, """{"delta":{"json":{"modelWithProvider":"openai/ft:gpt/x"}}}"""], frames[1..]);
    }

    /// <summary>A call that never ended still comes, and nothing is what the client throws on.</summary>
    [Fact]
    public void Stream_CallLeftOpen_Comes()
    {
        var frames = Stream(
            [new ItemStarted(0, AnswerItemKind.ToolCall, null, "f"), new ItemDelta(0, "{}"), new AnswerFinished(FinishReason.Length)]);

        Assert.Equal("""{"delta":{"json":{"toolCalls":[{"id":"call_0","type":"function","function":{"name":"f","arguments":{}}}]}}}""", frames[0]);
        Assert.Equal(2, frames.Count);
    }

    private static JsonElement Whole(IReadOnlyList<ChatItem> items, bool isStructured = false)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Format.WriteAnswer(
            new ChatAnswer(null, null, items, FinishReason.Stop, Usage), Context with { IsStructured = isStructured }, output);
        return OpenAiWire.Parse(System.Text.Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static List<string> Stream(IEnumerable<AnswerEvent> events, bool isStructured = false) =>
        OpenAiWire.WriteStream(Format, events, Context with { IsStructured = isStructured });
}
