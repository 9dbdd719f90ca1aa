using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>A character beyond U+FFFF whose two escapes a vendor sends in two events arrives whole; no event is lost.</summary>
public class SplitPairTests
{
    public static TheoryData<ModelApi, string, string> Streams => new()
    {
        { ModelApi.OpenAiChat, """{"choices":[{"delta":{"content":"a\ud83d"}}]}""", """{"choices":[{"delta":{"content":"\ude00b"}}]}""" },
        {
            ModelApi.OpenAiResponses, """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a\uD83D"}""",
            """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"\uDE00b"}"""
        },
        {
            ModelApi.AnthropicMessages,
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a\ud83d"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\ude00b"}}"""
        },
        {
            ModelApi.GeminiGenerateContent, """{"candidates":[{"content":{"parts":[{"text":"a\ud83d"}]}}]}""",
            """{"candidates":[{"content":{"parts":[{"text":"\ude00b"}]}}]}"""
        },
        {
            ModelApi.BedrockConverse, """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"a\ud83d"}}}""",
            """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"\ude00b"}}}"""
        },
        {
            ModelApi.CohereChat, """{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"a\ud83d"}}}}""",
            """{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"\ude00b"}}}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void ReadStream_PairInTwoEvents_IsJoined(ModelApi api, string first, string second) =>
        Assert.Equal("a\U0001f600b", TextOf(api, first, second));

    [Theory]
    [MemberData(nameof(Streams))]
    public void ReadStream_HalfWithoutTheOther_LosesNoEvent(ModelApi api, string first, string second)
    {
        Assert.Equal("a\U0001f600ba\U0001f600b", TextOf(api, first, second, first, second));
        Assert.Equal("\ufffdb", TextOf(api, first, second, second)[^2..]);
    }

    [Theory]
    [InlineData(ModelApi.GeminiGenerateContent, """{"candidates":[{"content":{"parts":[{"text":"a\udc00b"}]}}]}""")]
    [InlineData(ModelApi.AnthropicMessages, """{"type":"message","content":[{"type":"text","text":"a\ud83db"}]}""")]
    [InlineData(ModelApi.BedrockConverse, """{"output":{"message":{"content":[{"text":"a\ud83db"}]}}}""")]
    [InlineData(ModelApi.CohereChat, """{"message":{"content":[{"type":"text","text":"a\ud83db"}]}}""")]
    [InlineData(ModelApi.OpenAiChat, """{"choices":[{"message":{"content":"a\ud83db"}}]}""")]
    [InlineData(ModelApi.OpenAiResponses, """{"output":[{"type":"message","content":[{"type":"output_text","text":"a\ud83db"}]}]}""")]
    public void ReadAnswer_HalfAPair_IsMended(ModelApi api, string json)
    {
        var answer = ChatFormats.Vendor(api, null).ReadAnswer(Translating.Json(json))!;

        Assert.Equal("a\ufffdb", string.Concat(answer.Items.OfType<MessageItem>().SelectMany(m => m.Parts).OfType<TextPart>().Select(p => p.Text)));
    }

    private static string TextOf(ModelApi api, params string[] events) =>
        string.Concat(Translating.ReadStream(ChatFormats.Vendor(api, null), events).OfType<ItemDelta>().Select(delta => delta.Text));
}
