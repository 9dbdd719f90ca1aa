using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers;

/// <summary>Recorded answers of the APIs beside chat. The figures were worked out by hand from the recordings.</summary>
public class RecordedAnswerTests
{
    [RecordingsTheory]
    [InlineData(ModelApi.OpenAiResponses, "openai/openai-custom-tool.1.json", 50, 0, 20, 0)]
    [InlineData(ModelApi.OpenAiResponses, "openai/openai-phase.1.json", 7243 - 3072, 3072, 423, 58)]
    [InlineData(ModelApi.OpenAiResponses, "azure/azure-text.1.json", 11, 0, 11, 0)]
    [InlineData(ModelApi.OpenAiResponses, "azure/azure-tool-call.1.json", 45, 0, 24, 0)]
    [InlineData(ModelApi.OpenAiCompletions, "openai/openai-completion-text.json", 14, null, 16, null)]
    [InlineData(ModelApi.OpenAiEmbeddings, "openai/openai-embedding.json", 12, null, 0, null)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-claude-opus-5-reasoning-high.1.json", 51, 0, 1699, 139)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-clear-thinking.1.json", 69, 0, 33, null)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-json-tool.1.json", 1151, 0, 87, null)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-refusal-no-details.json", 18, 0, 5, null)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-refusal.json", 18, 0, 5, null)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-text.json", 12, 0, 29, null)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-tool-no-args.json", 602, 0, 93, null)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-reasoning.json", 9, null, 29 + 282, 282)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-text.json", 9, null, 28 + 244, 244)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-tool-call-gemini3.json", 29, null, 15 + 1801, 1801)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-tool-call.json", 29, null, 15 + 893, 893)]
    [InlineData(ModelApi.BedrockConverse, "amazon-bedrock/amazon-bedrock-json-tool.1.json", 15, null, 42, null)]
    [InlineData(ModelApi.BedrockConverse, "amazon-bedrock/amazon-bedrock-reasoning.json", 51, 0, 78, null)]
    [InlineData(ModelApi.BedrockConverse, "amazon-bedrock/amazon-bedrock-text.json", 22, 0, 57, null)]
    [InlineData(ModelApi.BedrockConverse, "amazon-bedrock/amazon-bedrock-tool-call.1.json", 10, null, 20, null)]
    [InlineData(ModelApi.BedrockConverse, "amazon-bedrock/amazon-bedrock-tool-no-args.json", 100, null, 25, null)]
    [InlineData(ModelApi.CohereChat, "cohere/cohere-text.json", 12, null, 7, null)]
    [InlineData(ModelApi.CohereChat, "cohere/cohere-tool-call.json", 119, null, 52, null)]
    public void Read_RecordedAnswer_IsOneWithTheVendorsUsage(
        ModelApi api, string path, int input, int? cached, int output, int? reasoning)
    {
        var read = AnswerReaders.For(api).Read(Recordings.Read(path), UsageQuirks.None);

        Assert.True(read.IsAnswer);
        Assert.Null(read.Error);
        AssertUsage(input, cached, output, reasoning, read.Usage);
    }

    /// <param name="contentAt">The first event that is content; 1 is the first.</param>
    /// <param name="finishBefore">How many events follow the one with the finish.</param>
    [RecordingsTheory]
    [InlineData(ModelApi.OpenAiResponses, "openai/openai-custom-tool.1.chunks.txt", 50, 0, 20, 0, 3, 0, StreamEventKind.Done)]
    [InlineData(ModelApi.OpenAiResponses, "openai/openai-phase.1.chunks.txt", 7112 - 3072, 3072, 463, 64, 3, 0, StreamEventKind.Done)]
    [InlineData(ModelApi.OpenAiResponses, "azure/azure-text.1.chunks.txt", 11, 0, 11, 0, 3, 0, StreamEventKind.Done)]
    [InlineData(ModelApi.OpenAiResponses, "azure/azure-tool-call.1.chunks.txt", 45, 0, 24, 0, 3, 0, StreamEventKind.Done)]
    [InlineData(ModelApi.OpenAiCompletions, "openai/openai-completion-text.chunks.txt", 14, null, 16, null, 1, 1, StreamEventKind.Usage)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-clear-thinking.1.chunks.txt", 69, 0, 53, null, 2, 1, StreamEventKind.Done)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-json-tool.1.chunks.txt", 849, 0, 47, null, 2, 1, StreamEventKind.Done)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-message-delta-input-tokens.chunks.txt", 61, null, 2, null, 2, 1, StreamEventKind.Done)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-refusal.chunks.txt", 18, 0, 5, null, 3, 1, StreamEventKind.Done)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-text.chunks.txt", 12, 0, 30, null, 2, 1, StreamEventKind.Done)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/anthropic-tool-no-args.chunks.txt", 565, 0, 48, null, 2, 1, StreamEventKind.Done)]
    [InlineData(ModelApi.AnthropicMessages, "anthropic/duplicate-message-start.chunks.txt", 17, null, 227, null, 3, 1, StreamEventKind.Done)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-reasoning.chunks.txt", 9, null, 29 + 256, 256, 1, 0, StreamEventKind.Content)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-text.chunks.txt", 9, null, 23 + 185, 185, 1, 0, StreamEventKind.Content)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-tool-call-gemini3.chunks.txt", 29, null, 15 + 804, 804, 1, 0, StreamEventKind.Content)]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-tool-call.chunks.txt", 29, null, 15 + 45, 45, 1, 0, StreamEventKind.Content)]
    [InlineData(ModelApi.CohereChat, "cohere/cohere-text.chunks.txt", 12, null, 7, null, 2, 0, StreamEventKind.Done)]
    [InlineData(ModelApi.CohereChat, "cohere/cohere-tool-call.chunks.txt", 119, null, 44, null, 2, 0, StreamEventKind.Done)]
    public void Read_RecordedStream_CutAfterAnyEvent_IsKnownForWhatItIs(
        ModelApi api, string path, int input, int? cached, int output, int? reasoning, int contentAt, int finishBefore,
        StreamEventKind last)
    {
        using var tap = AnswerReaders.For(api).NewTap(UsageQuirks.None, 1 << 20)!;
        var events = Recordings.ReadEvents(path).ToArray();
        var delivered = 0L;
        for (var i = 1; i <= events.Length; i++)
        {
            var kind = tap.Read(Encoding.UTF8.GetBytes(events[i - 1]));

            Assert.Equal(i >= contentAt, tap.SawContent);
            Assert.Equal(i >= events.Length - finishBefore, tap.SawFinish);
            Assert.Equal(i == events.Length && last == StreamEventKind.Done, tap.SawDone);
            Assert.Equal(i < contentAt ? StreamEventKind.Opening : i == events.Length ? last : kind, kind);
            Assert.InRange(tap.Usage?.Output ?? 0, 0, output);
            Assert.InRange(tap.Usage?.Input ?? 0, 0, input);
            var count = tap.CountDelivered(SharedCounter.Instance);
            Assert.InRange(count, delivered, long.MaxValue);
            delivered = count;
        }

        Assert.Null(tap.Error);
        AssertUsage(input, cached, output, reasoning, tap.Usage);
    }

    [RecordingsTheory]
    [InlineData(ModelApi.OpenAiResponses, "openai/openai-custom-tool.1", "write_sqlSELECT * FROM users WHERE age > 25")]
    [InlineData(ModelApi.OpenAiResponses, "azure/azure-tool-call.1", "weather{\"location\":\"San Francisco\"}")]
    [InlineData(ModelApi.GeminiGenerateContent, "google/google-tool-call", "weather{\"location\":\"San Francisco\"}")]
    public void CountDelivered_RecordedToolCall_IsTheSameStreamedAndWhole(ModelApi api, string path, string said)
    {
        var reader = AnswerReaders.For(api);
        using var tap = reader.NewTap(UsageQuirks.None, 1 << 20)!;
        foreach (var sseEvent in Recordings.ReadEvents(path + ".chunks.txt"))
        {
            tap.Read(Encoding.UTF8.GetBytes(sseEvent));
        }

        // The whole answers are written over several lines.
        var expected = SharedCounter.Instance.Count(said);
        Assert.Equal(expected, tap.CountDelivered(SharedCounter.Instance));
        Assert.InRange(reader.CountDelivered(Recordings.Read(path + ".json"), SharedCounter.Instance), expected, expected + 5);
    }

    [RecordingsTheory]
    [InlineData("anthropic-text.chunks.txt", "Hello! I'm doing well, thank you for asking. How are you doing today? Is there anything I can help you with?")]
    [InlineData("anthropic-tool-no-args.chunks.txt", "I'll update the issue list for you.updateIssueList")]
    [InlineData("anthropic-clear-thinking.1.chunks.txt", "The previous result was 925. Now I need to divide that by 5.\n\n925 ÷ 5 = 185925 ÷ 5 = 185")]
    public void CountDelivered_RecordedMessage_CountsTextThinkingAndNames(string path, string said)
    {
        using var tap = AnswerReaders.For(ModelApi.AnthropicMessages).NewTap(UsageQuirks.None, 1 << 20)!;
        foreach (var sseEvent in Recordings.ReadEvents("anthropic/" + path))
        {
            tap.Read(Encoding.UTF8.GetBytes(sseEvent));
        }

        Assert.Equal(SharedCounter.Instance.Count(said), tap.CountDelivered(SharedCounter.Instance));
    }

    [RecordingsTheory]
    [InlineData("openai/openai-error.1.chunks.txt")]
    public void Read_RecordedErrorBehindTheAnnouncement_IsAnErrorBeforeAnyContent(string path)
    {
        using var tap = AnswerReaders.For(ModelApi.OpenAiResponses).NewTap(UsageQuirks.None, 1 << 20)!;
        var kinds = Recordings.ReadEvents(path).Select(e => tap.Read(Encoding.UTF8.GetBytes(e))).ToArray();

        Assert.Equal([StreamEventKind.Opening, StreamEventKind.Opening, StreamEventKind.Error, StreamEventKind.Error], kinds);
        Assert.False(tap.SawContent || tap.SawFinish || tap.SawDone);
        Assert.True(tap.Error!.IsUnpaid);
        Assert.StartsWith("You exceeded your current quota", tap.Error.Message, StringComparison.Ordinal);
    }

    [RecordingsTheory]
    [InlineData("google/google-429-retry-info.json", 429, false, 34.4, ErrorShape.Gemini)]
    [InlineData("openai/openai-error.1.json", 429, true, null, ErrorShape.OpenAi)]
    public void Read_RecordedError_IsNoAnswer(string path, int status, bool unpaid, double? retryAfter, ErrorShape shape)
    {
        foreach (var api in Enum.GetValues<ModelApi>())
        {
            var read = AnswerReaders.For(api).Read(Recordings.Read(path), UsageQuirks.None);

            Assert.False(read.IsAnswer);
            Assert.Equal((status, unpaid, shape), (read.Error!.Status, read.Error.IsUnpaid, read.Error.Shape));
            Assert.Equal(retryAfter, read.Error.RetryAfter?.TotalSeconds);
        }
    }

    private static void AssertUsage(int input, int? cached, int output, int? reasoning, TokenUsage? usage)
    {
        // Nothing was written to a cache, heard, drawn or searched for in any of the recordings.
        var none = usage!.Value;
        Assert.Equal(0, (none.CacheWrite5m ?? 0) + (none.CacheWrite1h ?? 0) + (none.AudioInput ?? 0) + (none.AudioOutput ?? 0)
            + (none.ImageOutput ?? 0) + (none.Searches ?? 0));
        Assert.Equal((input, cached, output, reasoning), (none.Input, none.CachedInput, none.Output, none.Reasoning));
    }
}
