using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Answers of Gemini (<see href="https://ai.google.dev/api/generate-content"/>).</summary>
public sealed class GeminiAnswerTests
{
    [Theory]
    [InlineData("STOP", FinishReason.Stop)]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("SAFETY", FinishReason.ContentFilter)]
    [InlineData("RECITATION", FinishReason.ContentFilter)]
    [InlineData("PROHIBITED_CONTENT", FinishReason.ContentFilter)]
    [InlineData("MALFORMED_FUNCTION_CALL", FinishReason.Failed)]
    [InlineData("OTHER", FinishReason.Failed)]
    public void ReadAnswer_FinishReason_IsMapped(string reason, FinishReason expected)
    {
        var answer = GeminiFormat.Instance.ReadAnswer(
            Translating.Json($$"""{"candidates":[{"finishReason":"{{reason}}","index":0}]}"""));

        Assert.Equal(expected, answer?.Finish);
    }

    [Fact]
    public void ReadAnswer_BlockedPrompt_IsAContentFilterWithoutItems()
    {
        var answer = GeminiFormat.Instance.ReadAnswer(Translating.Json(
            """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4}}"""));

        Assert.Equal(FinishReason.ContentFilter, answer?.Finish);
        Assert.Empty(answer!.Items);
        Assert.Equal(4, answer.Usage?.Input);
    }

    [Fact]
    public void ReadStream_ParallelCallsWithoutIds_HaveDifferentOnes()
    {
        var events = Translating.ReadStream(GeminiFormat.Instance,
        [
            """
            {"responseId":"r-1","candidates":[{"finishReason":"STOP",
              "content":{"parts":[{"text":"think","thought":true},{"text":"so "},{"text":"be it"}]}}]}
            """,
            """
            {"candidates":[{"finishReason":"STOP",
              "content":{"parts":[{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"name":"f"}}]}}]}
            """,
            "no JSON",
            """{"candidates":[{"content":{"parts":[{"functionCall":{"id":"own","name":"g\ud800"}}]}}]}""",
        ]);

        var (items, finish, _) = Translating.Fold(events);
        Assert.Equal(["Reasoning:think", "Text:so be it", "ToolCall:f:{\"a\":1}", "ToolCall:f:{}", "ToolCall:g:{}"], items);
        Assert.Equal(FinishReason.ToolCalls, finish);
        Assert.Equal(["call_r-1_2", "call_r-1_3", "own"], events.OfType<ItemStarted>().Select(item => item.Id).OfType<string>());
    }

    [Theory]
    [InlineData("""{"error":{"code":500}}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void ReadAnswer_NoAnswer_IsNull(string json) =>
        Assert.Null(GeminiFormat.Instance.ReadAnswer(Translating.Json(json)));
}
