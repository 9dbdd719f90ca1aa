using System.Text;
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

    private static readonly string[] Ends = ["\n\n", "\n\n", "\n\n", "\r\n\r\n", "\r\r", "\n\r\n", "\n", ""];

    private static readonly Mutator StreamMutator = new(
        "data: ", "data:", "event: error\n", "\n\n", "\r\n\r\n", "\r\r", "\"delta\":{", "\"delta\":", "\"content\":\"", "\"usage\":{",
        "\"usage\":null", "\"prompt_tokens\":1e3,", "\"completion_tokens\":-1,", "\"error\":", "\"finish_reason\":\"", "[DONE]", "\"\\ud800\":",
        "\"name\":", "\"choices\":[", "\"x_groq\":{\"usage\":");

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
    public void Tap_AnyEvent_NeverThrows()
    {
        using var tap = new ChatStreamTap(UsageQuirks.HiddenOutputInTotal, TextBytesMax);
        FuzzRun.Of("ChatStreamTap and ChatReader", percent: 10, Make, StreamMutator, (sseEvent, random) =>
        {
            tap.Read(sseEvent);
            CheckUsage(tap.Usage);
            tap.IsWholeEvent(sseEvent);
            CheckUsage(ChatReader.Instance.Read(sseEvent.AsSpan(Math.Min(6, sseEvent.Length)), UsageQuirks.None).Usage);
            if (random.Next(50) == 0)
            {
                Assert.InRange(tap.CountDelivered(SharedCounter.Instance), 0, long.MaxValue);
                Assert.InRange(ChatReader.Instance.CountDelivered(sseEvent, SharedCounter.Instance), 0, sseEvent.Length);
            }

            return true;
        });
    }

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

    private static byte[] Make(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            text.Append(Events[random.Next(Events.Length)]).Append(Ends[random.Next(Ends.Length)]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void CheckUsage(TokenUsage? usage)
    {
        if (usage is { } known)
        {
            Assert.All(
                [known.Input, known.CachedInput, known.CacheWrite5m, known.CacheWrite1h, known.ImageOutput, known.Searches, known.AudioInput, known.Output, known.Reasoning, known.AudioOutput],
                count => Assert.InRange(count ?? 0, 0, 3 * VendorCount.Max));
        }
    }

    private static Outcome Run(byte[] stream, Func<int> chunkBytes)
    {
        using var splitter = new SseEventSplitter(EventBytesMax);
        using var tap = new ChatStreamTap(UsageQuirks.None, TextBytesMax);
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
