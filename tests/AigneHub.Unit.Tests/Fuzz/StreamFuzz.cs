using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Reading;
using AigneHub.Unit.Tests.Providers.Tokenizers;
using AigneHub.Wire.Sse;

namespace AigneHub.Unit.Tests.Fuzz;

public sealed class StreamFuzz
{
    private const int EventBytesMax = 600;
    private const int TextBytesMax = 4096;

    private static readonly string[] Events =
    [
        """data: {"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""",
        """data: {"choices":[{"delta":{"content":"h\u00e9 \ud83d\ude00"}}]}""",
        """data: {"choices":[{"delta":{"content":[{"type":"text","text":"é"}],"reasoning":"r","reasoning_details":[{"text":"r"}]}}]}""",
        """data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}}]}}]}""",
        """data: {"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":2}}}""",
        """data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":8,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":3}}}""",
        """data: {"error":{"message":"overloaded","type":"server_error","code":429}}""",
        "event: error\ndata: {\"detail\":[{\"msg\":\"\\ud83d\"}],\"message\":\"x\"}",
        "event: error\ndata: {}", ": comment", "data: [DONE]", "data:{\"a\":\ndata: 1}", "id: 1\nretry: 5", "data", "\uFEFFdata: x",
    ];

    private static readonly string[] OtherEvents =
    [
        """data: {"type":"response.created","response":{"object":"response","status":"in_progress","error":null,"usage":null}}""",
        """data: {"type":"response.output_item.added","item":{"type":"function_call","name":"f","arguments":""}}""",
        """data: {"type":"response.output_text.delta","delta":"h\u00e9 \ud83d","sequence_number":4}""",
        """data: {"type":"response.completed","response":{"object":"response","output":[{"content":[{"text":"é"}]}],"usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":3},"output_tokens":8,"output_tokens_details":{"reasoning_tokens":2}}}}""",
        """data: {"object":"response","status":"failed","error":{"code":"server_error","message":"m"},"input":[{"role":"user","content":"x"}]}""",
        """data: {"choices":[{"text":"é","finish_reason":"length","logprobs":{"text":1}}],"prompt":["a",1,[2]]}""",
        """data: {"object":"list","data":[{"embedding":[0.1]}],"results":[],"usage":{"prompt_tokens":8,"total_tokens":8}}""",
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,\"cache_creation\":{\"ephemeral_5m_input_tokens\":1,\"ephemeral_1h_input_tokens\":2}}}}",
        """data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"f","input":{"a":1}}}""",
        """data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}""",
        """data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9,"cache_creation_input_tokens":2,"server_tool_use":{"web_search_requests":1}}}""",
        """data: {"type":"message","content":[{"type":"text","text":"é"}],"system":"x","messages":[{"role":"user","content":[{"type":"image","source":{}}]}],"usage":{"input_tokens":1,"output_tokens":2}}""",
        """data: {"type":"message_stop"}""", """data: {"type":"ping"}""", """data: {"input_tokens":3,"totalTokens":4}""",
        """data: {"type":"error","error":{"type":"overloaded_error","message":"m"}}""",
        """data: {"candidates":[{"content":{"parts":[{"text":"é","thought":true},{"functionCall":{"name":"f","args":{"a":[1]}}}]},"finishReason":"STOP","index":1}]}""",
        """data: {"candidates":[{"index":0}],"usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":5,"thoughtsTokenCount":6,"toolUsePromptTokenCount":7,"totalTokenCount":27,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":2}],"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":3}]}}""",
        """data: {"candidates":[{}],"usageMetadata":{"promptTokenCount":9,"thoughtsTokenCount":3,"totalTokenCount":1}}""",
        """data: {"promptFeedback":{"blockReason":"SAFETY"},"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"A"}}]}],"tools":[{}]}""",
        """data: [{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"34.4s"}]}}]""",
        """data: {"embedding":{"values":[0.1]},"embeddings":[],"usageMetadata":{"promptTokenCount":8},"requests":[{"content":{"parts":[{"text":"a"}]}}]}""",
    ];

    private static readonly ModelApi[] Streaming =
    [
        ModelApi.OpenAiChat, ModelApi.OpenAiResponses, ModelApi.OpenAiCompletions, ModelApi.AnthropicMessages, ModelApi.GeminiGenerateContent,
    ];

    private static readonly string[] Ends = ["\n\n", "\n\n", "\n\n", "\r\n\r\n", "\r\r", "\n\r\n", "\n", ""];

    private static readonly Mutator StreamMutator = new(
        "data: ", "data:", "event: error\n", "\n\n", "\r\n\r\n", "\r\r", "\"delta\":{", "\"delta\":", "\"content\":\"", "\"usage\":{",
        "\"usage\":null", "\"prompt_tokens\":1e3,", "\"completion_tokens\":-1,", "\"error\":", "\"finish_reason\":\"", "[DONE]", "\"\\ud800\":",
        "\"name\":", "\"choices\":[", "\"x_groq\":{\"usage\":");

    private static readonly Mutator AnswerMutator = new(
        "data: ", "event: error\n", "\n\n", "\"type\":\"message_delta\",", "\"type\":\"response.failed\",", "\"response\":", "\"message\":", "\"usage\":{",
        "\"usageMetadata\":{", "\"cache_creation\":{", "\"ephemeral_1h_input_tokens\":1000000000,", "\"candidates\":[", "\"index\":99,",
        "\"thoughtsTokenCount\":1000000000,", "\"totalTokenCount\":0,", "\"promptTokensDetails\":[{\"modality\":\"AUDIO\",\"tokenCount\":9}],",
        "\"content\":{", "\"input\":", "\"args\":", "\"error\":", "\"details\":[{\"retryDelay\":\"1s\"}],", "\"\\ud800\":", "\"delta\":", "null", "[DONE]");

    [Fact]
    public void Split_AnyBytesInAnyChunks_GivesTheSameEventsAndKeepsEveryByte() => FuzzRun.Of(
        "SseEventSplitter and ChatStreamTap", percent: 15, Make, StreamMutator, (stream, random) =>
        {
            var whole = Run(stream, () => int.MaxValue);
            var pieces = Run(stream, () => random.Next(1, 40));
            var bytes = Run(stream, () => 1);

            Assert.Equal(whole, pieces);
            Assert.Equal(whole, bytes);
            Assert.True(whole.TooLong || whole.Together.AsSpan().SequenceEqual(stream));
            return whole.Kinds.Length > 0 && !whole.TooLong;
        });

    [Fact]
    public void TapsAndReaders_AnyEvent_NeverThrow()
    {
        var readers = Enum.GetValues<ModelApi>().Select(AnswerReaders.For).ToArray();
        var taps = readers.Select(reader => reader.NewTap(UsageQuirks.HiddenOutputInTotal, TextBytesMax)).OfType<IStreamTap>().ToArray();
        FuzzRun.Of("taps and readers", percent: 10, MakeOfAny, AnswerMutator, (sseEvent, random) =>
        {
            foreach (var tap in taps)
            {
                tap.Read(sseEvent);
                CheckUsage(tap.Usage);
                tap.IsWholeEvent(sseEvent);
            }

            var body = sseEvent.AsSpan(Math.Min(6, sseEvent.Length));
            foreach (var reader in readers)
            {
                CheckUsage(reader.Read(body, UsageQuirks.None).Usage);
            }

            if (random.Next(50) == 0)
            {
                Assert.All(taps, tap => Assert.InRange(tap.CountDelivered(SharedCounter.Instance), 0, long.MaxValue));
                foreach (var reader in readers)
                {
                    Assert.InRange(reader.CountDelivered(body, SharedCounter.Instance), 0, sseEvent.Length);
                    Assert.InRange(reader.CountPrompt(body, SharedCounter.Instance), 0, 800 * (sseEvent.Length + 1));
                }
            }

            return true;
        });
        Assert.All(taps, tap => tap.Dispose());
    }

    [Fact]
    public void Taps_AnyBytesInAnyChunks_ReadTheSame() => FuzzRun.Of(
        "taps", percent: 5, MakeOfAny, AnswerMutator, (stream, random) =>
        {
            var reader = AnswerReaders.For(Streaming[random.Next(Streaming.Length)]);
            Assert.Equal(Run(stream, () => int.MaxValue, reader), Run(stream, () => random.Next(1, 40), reader));
            return true;
        });

    [Fact]
    public void SplitAndTap_LongStream_MemoryStaysFlat()
    {
        const int Rounds = 20_000;
        var plain = Encoding.UTF8.GetBytes(Events[0] + "\n\n" + Events[1] + "\n\n" + Events[9] + "\n\n");
        using var tap = new ChatStreamTap(UsageQuirks.None, TextBytesMax);
        using var splitter = new SseEventSplitter(EventBytesMax);
        Feed(1000);
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        Feed(Rounds);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        // Other tests run beside this one: what is sought is a leak of each event, 60,000 of them here.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - heap, long.MinValue, 64L * 1024 * 1024);

        void Feed(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                // Cut in the middle of an event, so that one is carried over.
                var cut = i % plain.Length;
                Pass(plain.AsMemory(0, cut));
                Pass(plain.AsMemory(cut));
            }
        }

        void Pass(ReadOnlyMemory<byte> chunk)
        {
            splitter.Feed(chunk);
            while (splitter.TryNext(out var sseEvent))
            {
                tap.Read(sseEvent.Span);
            }
        }
    }

    private static byte[] Make(Random random) => Make(random, Events);

    private static byte[] MakeOfAny(Random random) => Make(random, random.Next(5) == 0 ? Events : OtherEvents);

    private static byte[] Make(Random random, string[] events)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            text.Append(events[random.Next(events.Length)]).Append(Ends[random.Next(Ends.Length)]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void CheckUsage(TokenUsage? usage)
    {
        if (usage is { } known)
        {
            Assert.All(
                [
                    known.Input, known.CachedInput, known.CacheWrite5m, known.CacheWrite1h, known.AudioInput, known.Output,
                    known.Reasoning, known.AudioOutput, known.ImageOutput, known.Searches,
                ],
                count => Assert.InRange(count ?? 0, 0, 3 * VendorCount.Max));
        }
    }

    private static Outcome Run(byte[] stream, Func<int> chunkBytes, IAnswerReader? reader = null)
    {
        using var splitter = new SseEventSplitter(EventBytesMax);
        using var tap = (reader ?? ChatReader.Instance).NewTap(UsageQuirks.None, TextBytesMax)!;
        var together = new List<byte>(stream.Length);
        var kinds = new StringBuilder();
        var lengths = new StringBuilder();
        for (var at = 0; at < stream.Length && !splitter.TooLong;)
        {
            var length = Math.Min(chunkBytes(), stream.Length - at);
            splitter.Feed(stream.AsMemory(at, length));
            while (splitter.TryNext(out var sseEvent))
            {
                together.AddRange(sseEvent.Span);
                lengths.Append(sseEvent.Length).Append(' ');
                kinds.Append((int)tap.Read(sseEvent.Span));
                CheckUsage(tap.Usage);
            }

            at += length;
        }

        if (!splitter.TooLong)
        {
            together.AddRange(splitter.Rest.Span);
        }

        return new Outcome([.. together], kinds.ToString(), lengths.ToString(), splitter.TooLong, tap.Usage, tap.SawDone, tap.SawFinish);
    }

    private sealed record Outcome(
        byte[] Together, string Kinds, string Lengths, bool TooLong, TokenUsage? Usage, bool Done, bool Finish)
    {
        public bool Equals(Outcome? other) =>
            other is not null && Together.AsSpan().SequenceEqual(other.Together)
            && (Kinds, Lengths, TooLong, Usage, Done, Finish)
                == (other.Kinds, other.Lengths, other.TooLong, other.Usage, other.Done, other.Finish);

        public override int GetHashCode() => HashCode.Combine(Kinds, Lengths);
    }
}
