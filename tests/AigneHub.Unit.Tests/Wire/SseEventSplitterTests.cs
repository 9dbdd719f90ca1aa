using System.Text;
using AigneHub.Wire.Sse;
using CsCheck;

namespace AigneHub.Unit.Tests.Wire;

public class SseEventSplitterTests
{
    private const int EventBytesMax = 1024;

    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", "data: a\n\n", "data: b\n\n")]
    [InlineData("data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\n\r\n", "data: b\r\n\r\n")]
    [InlineData("data: a\r\rdata: b\r\rd", "data: a\r\r", "data: b\r\r", "d")]
    [InlineData("data: a\n\r\ndata: b\r\n\nrest", "data: a\n\r\n", "data: b\r\n\n", "rest")]
    [InlineData("\uFEFFdata: a\n\n: comment\n\n", "\uFEFFdata: a\n\n", ": comment\n\n")]
    [InlineData("\n\ndata: a\ndata: b\nid: 1\n\n", "\n", "\n", "data: a\ndata: b\nid: 1\n\n")]
    [InlineData("data: unfinished\n", "data: unfinished\n")]
    [InlineData("")]
    public void Split_CutAtEveryPosition_GivesTheSameEvents(string stream, params string[] expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(expected, Split([bytes[..first], bytes[first..second], bytes[second..]]));
            }
        }
    }

    [Fact]
    public void Split_RandomStreamsAndChunks_GivesTheSameEventsAndKeepsEveryByte()
    {
        var piece = Gen.OneOf("data: x", "data:", ": c", "event: e", "\n", "\n", "\r\n", "\r\n", "\r", "é", "\uFEFF");
        var stream = piece.Array[0, 40].Select(string.Concat).Select(Encoding.UTF8.GetBytes);
        Gen.Select(stream, Gen.Int[1, 7].Array[1, 20]).Sample((bytes, sizes) =>
        {
            var chunks = new List<byte[]>();
            for (int at = 0, i = 0; at < bytes.Length; i++)
            {
                var size = Math.Min(sizes[i % sizes.Length], bytes.Length - at);
                chunks.Add(bytes[at..(at + size)]);
                at += size;
            }

            var whole = Split([bytes]);
            var pieces = Split(chunks);
            Assert.Equal(whole, pieces);
            Assert.Equal(Encoding.UTF8.GetString(bytes), string.Concat(pieces));
        });
    }

    [Fact]
    public void TryNext_False_LetsTheChunksMemoryBeUsedAgain()
    {
        var buffer = new byte[4];
        using var splitter = new SseEventSplitter(100);
        var events = new List<string>();
        foreach (var piece in "data: hello\n\n".Chunk(buffer.Length))
        {
            Encoding.UTF8.GetBytes(piece, buffer);
            splitter.Feed(buffer.AsMemory(0, piece.Length));
            while (splitter.TryNext(out var sseEvent))
            {
                events.Add(Encoding.UTF8.GetString(sseEvent.Span));
            }

            buffer.AsSpan().Fill((byte)'?');
        }

        Assert.Equal(["data: hello\n\n"], events);
    }

    [Fact]
    public void TryNext_EventWhollyInOneChunk_IsNotCopied()
    {
        using var splitter = new SseEventSplitter(EventBytesMax);
        var chunk = "data: a\n\ndata: b\n\n"u8.ToArray();
        splitter.Feed(chunk);

        Assert.True(splitter.TryNext(out var first));
        chunk[6] = (byte)'z';

        Assert.Equal("data: z\n\n", Encoding.UTF8.GetString(first.Span));
    }

    [Fact]
    public void TryNext_OneByteOverTheLimit_IsTooLong()
    {
        var atLimit = Encoding.UTF8.GetBytes(new string('x', EventBytesMax - 2) + "\n\n");
        byte[] over = [(byte)'x', .. atLimit];
        foreach (var cut in (int[])[0, 1, 500, EventBytesMax, EventBytesMax + 1])
        {
            using var splitter = new SseEventSplitter(EventBytesMax);
            splitter.Feed(over.AsMemory(0, cut));
            Assert.False(splitter.TryNext(out _));
            splitter.Feed(over.AsMemory(cut));

            Assert.False(splitter.TryNext(out _));
            Assert.True(splitter.TooLong);
            splitter.Feed("data: a\n\n"u8.ToArray());
            Assert.False(splitter.TryNext(out _));
        }

        using var allowed = new SseEventSplitter(EventBytesMax);
        allowed.Feed(atLimit);
        Assert.True(allowed.TryNext(out _));
        Assert.False(allowed.TooLong);
    }

    [Fact]
    public void Feed_EventsLeft_Throws()
    {
        using var splitter = new SseEventSplitter(EventBytesMax);
        splitter.Feed("data: a\n\n"u8.ToArray());

        Assert.Throws<InvalidOperationException>(() => splitter.Feed("x"u8.ToArray()));
    }

    [Fact]
    public void TryNext_SteadyStream_AllocatesNothing()
    {
        using var splitter = new SseEventSplitter(EventBytesMax);
        ReadOnlyMemory<byte> head = "data: a\n\ndata: split"u8.ToArray();
        ReadOnlyMemory<byte> tail = " event\n\n"u8.ToArray();
        var events = 0;
        void Round()
        {
            splitter.Feed(head);
            while (splitter.TryNext(out _))
            {
                events++;
            }

            splitter.Feed(tail);
            while (splitter.TryNext(out _))
            {
                events++;
            }
        }

        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2002, events);
    }

    private static List<string> Split(IEnumerable<byte[]> chunks)
    {
        using var splitter = new SseEventSplitter(EventBytesMax);
        var events = new List<string>();
        foreach (var chunk in chunks)
        {
            splitter.Feed(chunk);
            while (splitter.TryNext(out var sseEvent))
            {
                events.Add(Encoding.UTF8.GetString(sseEvent.Span));
            }
        }

        if (!splitter.Rest.IsEmpty)
        {
            events.Add(Encoding.UTF8.GetString(splitter.Rest.Span));
        }

        return events;
    }
}
