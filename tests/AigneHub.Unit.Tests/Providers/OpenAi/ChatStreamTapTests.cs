using System.Text;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.OpenAi;

public sealed class ChatStreamTapTests : IDisposable
{
    private const int TextBytesMax = 1 << 20;
    private readonly ChatStreamTap _tap = new(UsageQuirks.None, TextBytesMax);

    public void Dispose() => _tap.Dispose();

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}],\"usage\":null}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n", StreamEventKind.Usage)]
    [InlineData("data: {\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2},\"choices\":[ ]}\r\n\r\n", StreamEventKind.Usage)]
    [InlineData("data: {\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"choices\":[],\"usage\":{}}\n\n", StreamEventKind.Content)]
    [InlineData("data: [DONE]\n\n", StreamEventKind.Done)]
    [InlineData("\uFEFFdata:[DONE]\n\n", StreamEventKind.Done)]
    [InlineData("data: {\"error\":{\"message\":\"overloaded\"}}\n\n", StreamEventKind.Error)]
    [InlineData("data: {\"error\":\"overloaded\",\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n", StreamEventKind.Error)]
    [InlineData("data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n", StreamEventKind.Content)]
    [InlineData("event: error\ndata: {\"message\":\"overloaded\"}\n\n", StreamEventKind.Error)]
    [InlineData(": OPENROUTER PROCESSING\n\n", StreamEventKind.Comment)]
    [InlineData("\n", StreamEventKind.Comment)]
    [InlineData("data: {\"usage\":{\"prompt_tokens\":1 not json\n\n", StreamEventKind.Malformed)]
    [InlineData("data: \n\n", StreamEventKind.Comment)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":9}, \\\"error\\\":1\"}}]}\n\n", StreamEventKind.Content)]
    public void Read_Event_IsTold(string sseEvent, StreamEventKind expected) =>
        Assert.Equal(expected, _tap.Read(Encoding.UTF8.GetBytes(sseEvent)));

    [Theory]
    [InlineData("data: hello\n\n")]
    [InlineData("data: <html>\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"hel\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"hel}\n\n")]
    [InlineData("data: [1]\n\n")]
    public void Read_WhatNoClientCouldParse_IsMalformedAndFinishesNothing(string sseEvent)
    {
        Assert.Equal(StreamEventKind.Malformed, _tap.Read(Encoding.UTF8.GetBytes(sseEvent)));
        Assert.False(_tap.SawContent || _tap.SawFinish || _tap.SawDone);
    }

    [Theory]
    [InlineData("data: [DONE]", true)]
    [InlineData("data: {\"choices\":[]}", true)]
    [InlineData("data: {\"choices\":[]}\r\n", true)]
    [InlineData("event: x\ndata:{}", true)]
    [InlineData("data: [DON", false)]
    [InlineData("data: {\"choices\":[{}", false)]
    [InlineData("data: {} {", false)]
    [InlineData("data:", false)]
    [InlineData("data", false)]
    [InlineData(": comment", false)]
    [InlineData("", false)]
    public void IsWholeEvent_EndOfAStream_TellsAnEventFromItsBeginning(string rest, bool whole)
    {
        using var tap = new ChatStreamTap(UsageQuirks.None, textBytesMax: 0);
        Assert.Equal(whole, tap.IsWholeEvent(Encoding.UTF8.GetBytes(rest)));
    }

    [Fact]
    public void Read_UsageOverSeveralDataLines_IsFound()
    {
        Assert.Equal(StreamEventKind.Usage, Read(
            "data: {\"choices\":[],\ndata: \"usage\":\ndata: {\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n"));

        Assert.Equal(new TokenUsage { Input = 3, Output = 4 }, _tap.Usage);
    }

    [Fact]
    public void Read_UsageInEveryChunk_LastOneWins()
    {
        for (var i = 1; i <= 3; i++)
        {
            Read($$$"""data: {"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":10,"completion_tokens":{{{i}}}}}""" + "\n\n");
        }

        Read("data: {\"choices\":[{\"delta\":{}}],\"usage\":null}\n\n");

        Assert.Equal(new TokenUsage { Input = 10, Output = 3 }, _tap.Usage);
    }

    [Fact]
    public void Read_GroqsOwnPlace_IsReadWhenThereIsNoOther()
    {
        Read("""data: {"choices":[{"delta":{}}],"x_groq":{"id":"r","usage":{"prompt_tokens":7,"completion_tokens":8}}}""" + "\n\n");

        Assert.Equal(new TokenUsage { Input = 7, Output = 8 }, _tap.Usage);
    }

    /// <summary>Well-formed JSON at whose names the reader's own comparison throws.</summary>
    [Fact]
    public void Read_NamesWithHalfASurrogatePair_AreNamesLikeOthers()
    {
        Read("""data: {"\ud800":1,"choices":[{"delta":{"cont\udc00":"x","content":"hi"}}],"usage":{"\ud800":1,"prompt_tokens":7,"completion_tok\u0065ns":8,"prompt_tokens_details":{"\udfff":1}}}""" + "\n\n");

        Assert.Equal(new TokenUsage { Input = 7, Output = 8 }, _tap.Usage);
        Assert.Equal(SharedCounter.Instance.Count("hi"), _tap.CountDelivered(SharedCounter.Instance));
    }

    [Fact]
    public void Read_UsageSomewhereElse_IsNotTheCalls()
    {
        Read("""data: {"choices":[{"delta":{"content":"x","usage":{"prompt_tokens":7,"completion_tokens":8}}}]}""" + "\n\n");

        Assert.Null(_tap.Usage);
    }

    [Fact]
    public void Read_WholeStream_RemembersFinishAndDone()
    {
        Read("data: {\"choices\":[{\"delta\":{\"content\":\"finish_reason\"},\"finish_reason\":null}]}\n\n");
        Assert.False(_tap.SawFinish);
        Read("data: {\"choices\":[{\"delta\":{},\"finish_reason\" : \"stop\"}]}\n\n");
        Assert.True(_tap.SawFinish);
        Assert.False(_tap.SawDone);
        Read("data: [DONE]\n\n");
        Assert.True(_tap.SawDone);
    }

    [Fact]
    public void CountDelivered_Everything_IsCountedOnceAndUnescaped()
    {
        Read("""data: {"choices":[{"delta":{"role":"assistant","content":""}}]}""" + "\n\n");
        Read("""data: {"choices":[{"delta":{"reasoning":"Hmm \ud83d","reasoning_details":[{"text":"Hmm"}],"reasoning_content":"Hmm"}}]}""" + "\n\n");
        Read("""data: {"choices":[{"delta":{"content":"\ude00 a\n\"b\""}},{"delta":{"content":" second"}}]}""" + "\n\n");
        Read("""data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":" deep"}]}]}}]}""" + "\n\n");
        Read("""data: {"choices":[{"delta":{"tool_calls":[{"id":"c","function":{"name":" get","arguments":"{\"a\":1}"}}]}}]}""" + "\n\n");

        Assert.Equal(
            SharedCounter.Instance.Count("Hmm 😀 a\n\"b\" second deep get{\"a\":1}"),
            _tap.CountDelivered(SharedCounter.Instance));
    }

    [Fact]
    public void CountDelivered_MoreThanTheBound_IsInProportion()
    {
        using var bounded = new ChatStreamTap(UsageQuirks.None, 1000);
        for (var i = 0; i < 1000; i++)
        {
            bounded.Read("data: {\"choices\":[{\"delta\":{\"content\":\" word\"}}]}\n\n"u8);
        }

        Assert.InRange(bounded.CountDelivered(SharedCounter.Instance), 990, 1010);
    }

    [Fact]
    public void Read_PassedThroughEvents_AllocateNothing()
    {
        byte[][] events =
        [
            "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi \\n\"},\"finish_reason\":null}],\"usage\":null}\n\n"u8.ToArray(),
            "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"u8.ToArray(),
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"u8.ToArray(),
            ": comment\n\n"u8.ToArray(),
        ];

        // Warm up until the text buffer has its size for the measured events too.
        for (var i = 0; i < 2000; i++)
        {
            _tap.Read(events[i % events.Length]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 400; i++)
        {
            _tap.Read(events[i % events.Length]);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private StreamEventKind Read(string sseEvent) => _tap.Read(Encoding.UTF8.GetBytes(sseEvent));
}
