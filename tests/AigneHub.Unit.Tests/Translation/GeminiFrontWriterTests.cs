using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What Gemini's clients get (<see href="https://ai.google.dev/api/generate-content"/>).</summary>
public sealed class GeminiFrontWriterTests
{
    private static readonly GeminiFormat Format = GeminiFormat.Instance;

    [Fact]
    public void WriteStream_CallsOfOtherVendors_AreWhole()
    {
        var written = Translating.WriteStream(Format,
        [
            new AnswerStarted("id-1", "m"),
            new ItemStarted(0, AnswerItemKind.Text),
            new ItemDelta(0, "Hi"),
            new ItemEnded(0),
            new ItemStarted(1, AnswerItemKind.ToolCall, "a", "f"),
            new ItemStarted(2, AnswerItemKind.ToolCall, "b", "g"),
            new ItemDelta(1, "{\"n\""),
            new ItemDelta(2, ""),
            new ItemDelta(1, ":1}"),
            new ItemEnded(1),
            new ItemEnded(2),
            new UsageReported(new TokenUsage { Input = 5, CachedInput = 2, Output = 9, Reasoning = 4 }),
            new AnswerFinished(FinishReason.ToolCalls),
        ]);

        var expected = Translating.Json(
            """
            [{"candidates":[{"content":{"parts":[{"text":"Hi"}],"role":"model"},"index":0}],
              "modelVersion":"google/gemini-3-pro","responseId":"id-1"},
             {"candidates":[{"content":{"parts":[{"functionCall":{"id":"a","name":"f","args":{"n":1}}}],"role":"model"},
                "index":0}],
              "modelVersion":"google/gemini-3-pro","responseId":"id-1"},
             {"candidates":[{"content":{"parts":[{"functionCall":{"id":"b","name":"g","args":{}}}],"role":"model"},"index":0}],
              "modelVersion":"google/gemini-3-pro","responseId":"id-1"},
             {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],
              "usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":5,"totalTokenCount":16,
                "cachedContentTokenCount":2,"thoughtsTokenCount":4},
              "modelVersion":"google/gemini-3-pro","responseId":"id-1"}]
            """);
        Assert.True(JsonElement.DeepEquals(expected, JsonSerializer.SerializeToElement(written)), string.Join('\n', written));
    }

    [Fact]
    public void WriteStream_BrokenArguments_EndAsAMalformedCall()
    {
        var written = Translating.WriteStream(Format,
        [
            new AnswerStarted(null, null),
            new ItemStarted(0, AnswerItemKind.ToolCall, "a", "f"),
            new ItemDelta(0, "{\"n\":"),
            new ItemEnded(0),
            new AnswerFinished(FinishReason.ToolCalls),
        ]);

        var last = Assert.Single(written);
        Assert.Equal("MALFORMED_FUNCTION_CALL", last.GetProperty("candidates")[0].GetProperty("finishReason").GetString());
    }

    [Fact]
    public void WriteStream_FilteredBeforeAnything_IsABlockedPrompt()
    {
        var written = Translating.WriteStream(
            Format, [new AnswerStarted("i", "m"), new AnswerFinished(FinishReason.ContentFilter)]);

        var only = Assert.Single(written);
        Assert.Equal("SAFETY", only.GetProperty("promptFeedback").GetProperty("blockReason").GetString());
        Assert.False(only.TryGetProperty("candidates", out _));
        var whole = Translating.WriteAnswer(Format, new ChatAnswer("i", "m", [], FinishReason.ContentFilter, Usage: null));
        Assert.Equal("SAFETY", whole.GetProperty("promptFeedback").GetProperty("blockReason").GetString());
    }

    /// <summary>Other vendors' sealed thoughts survive a client that keeps parts as they came.</summary>
    [Theory]
    [InlineData("Let me see.", "sig+/=", null, null)]
    [InlineData("", null, "gAAAA-encrypted_", null)]
    [InlineData("", null, null, "redacted==")]
    public void ReadRequest_SealedThoughtsThatWereWritten_ComeBackByteForByte(
        string text, string? signature, string? encrypted, string? redacted)
    {
        var thought = new ReasoningItem(text)
        {
            Id = "rs_1",
            Origin = ModelApi.AnthropicMessages,
            Signature = signature,
            Encrypted = encrypted,
            Redacted = redacted,
            IsSummary = encrypted is not null,
        };
        var call = new ToolCallItem("a", "f", """{"n":1}""") { Signature = "Z29vZ2xl" };
        var answer = new ChatAnswer("i", "m", [thought, call], FinishReason.ToolCalls, Usage: null);

        var content = Translating.WriteAnswer(Format, answer).GetProperty("candidates")[0].GetProperty("content").GetRawText();
        var streamed = Translating.WriteStream(Format,
        [
            new ItemStarted(0, AnswerItemKind.Reasoning, "rs_1"),
            new ItemDelta(0, text),
            new ItemSealed(0, ModelApi.AnthropicMessages, signature, encrypted, redacted),
            new ItemEnded(0),
        ]);
        var parts = streamed.SelectMany(chunk => chunk.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")
            .EnumerateArray()).Where(part => part.TryGetProperty("thought", out _)).Select(part => part.GetRawText());

        Assert.Equal([thought, call], Translating.ReadRequest(Format, $$"""{"contents":[{{content}}]}""").Items);
        Assert.Equal([thought], Translating.ReadRequest(
            Format, $$"""{"contents":[{"role":"model","parts":[{{string.Join(',', parts)}}]}]}""").Items);
    }

    [Fact]
    public void WriteAnswer_Refusal_IsSaidInText()
    {
        var answer = new ChatAnswer(
            null, null, [new MessageItem(ChatRole.Assistant, [new RefusalPart("No.")])], FinishReason.Refusal, Usage: null);

        var candidate = Translating.WriteAnswer(Format, answer).GetProperty("candidates")[0];

        Assert.Equal("No.", candidate.GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString());
        Assert.Equal("SAFETY", candidate.GetProperty("finishReason").GetString());
    }
}
