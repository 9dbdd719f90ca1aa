using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.Anthropic;

public sealed class MessagesTests : IDisposable
{
    private static readonly IAnswerReader Reader = AnswerReaders.For(ModelApi.AnthropicMessages);
    private readonly IStreamTap _tap = Reader.NewTap(UsageQuirks.None, 1 << 20)!;

    public void Dispose() => _tap.Dispose();

    [Theory]
    [InlineData("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1}}}\n\n", StreamEventKind.Opening)]
    [InlineData("event: ping\ndata: {\"type\": \"ping\"}\n\n", StreamEventKind.Opening)]
    [InlineData(": comment\n\n", StreamEventKind.Comment)]
    [InlineData("data: {\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"},\"type\":\"content_block_start\"}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"A\"}}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"type\":\"content_block_stop\",\"index\":0}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":{\"output_tokens\":3}}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"type\":\"message_stop\"}\n\n", StreamEventKind.Done)]
    [InlineData("data: {\"type\":\"new_event\",\"x\":1}\n\n", StreamEventKind.Content)]
    [InlineData("data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", StreamEventKind.Error)]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"m\"}}\n\n", StreamEventKind.Error)]
    [InlineData("data: {\"error\":{\"message\":\"m\"}}\n\n", StreamEventKind.Error)]
    [InlineData("data: {}\n\n", StreamEventKind.Malformed)]
    [InlineData("data: {\"type\":7}\n\n", StreamEventKind.Malformed)]
    [InlineData("data: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"cut}\n\n", StreamEventKind.Malformed)]
    [InlineData("data: {\"type\":\"ping\"} {}\n\n", StreamEventKind.Malformed)]
    public void Read_Event_IsTold(string sseEvent, StreamEventKind expected)
    {
        Assert.Equal(expected, _tap.Read(Encoding.UTF8.GetBytes(sseEvent)));
        Assert.Equal(expected == StreamEventKind.Content, _tap.SawContent);
        Assert.Equal(expected == StreamEventKind.Done, _tap.SawDone);
        Assert.False(_tap.SawFinish);
    }

    [Theory]
    [InlineData("overloaded_error", 503, false)]
    [InlineData("rate_limit_error", 429, false)]
    [InlineData("billing_error", 402, true)]
    public void Read_ErrorInTheStream_IsUnderstood(string type, int status, bool unpaid)
    {
        Read($$$"""{"type":"error","error":{"type":"{{{type}}}","message":"m"},"request_id":"req_1"}""");

        Assert.Equal((status, unpaid, ErrorShape.Anthropic), (_tap.Error!.Status, _tap.Error.IsUnpaid, _tap.Error.Shape));
    }

    /// <summary>Input and cache counts stand side by side; the two cache times have prices of their own.</summary>
    [Fact]
    public void Read_CacheWrites_AreSplitByTheirTime()
    {
        Read("""{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_creation_input_tokens":300,"cache_read_input_tokens":1000,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":1}}}""");
        Read("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":10,"cache_creation_input_tokens":300,"cache_read_input_tokens":1000,"output_tokens":50,"server_tool_use":{"web_search_requests":2,"web_fetch_requests":1}}}""");

        var expected = new TokenUsage
        {
            Input = 10,
            CachedInput = 1000,
            CacheWrite5m = 100,
            CacheWrite1h = 200,
            Output = 50,
            Searches = 2,
        };
        Assert.Equal(expected, _tap.Usage);
        var units = expected.ToUnits(reasoningApart: false);
        Assert.Equal(
            (10, 1000, 100, 200, 50, 2),
            (units[UnitKind.Input], units[UnitKind.CachedInput], units[UnitKind.CacheWrite5m], units[UnitKind.CacheWrite1h],
                units[UnitKind.Output], units[UnitKind.Search]));
        Assert.Equal(1310, units.PromptTokens);
    }

    [Theory]
    [InlineData("""{"cache_creation_input_tokens":300}""", 300, null)]
    [InlineData("""{"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":200}}""", 100, 200)]
    [InlineData("""{"cache_creation_input_tokens":100,"cache_creation":{"ephemeral_1h_input_tokens":200}}""", 0, 100)]
    [InlineData("""{"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200}}""", 100, 200)]
    [InlineData("""{"cache_creation":{"ephemeral_1h_input_tokens":200}}""", 0, 200)]
    [InlineData("""{"cache_creation":{"ephemeral_5m_input_tokens":100}}""", 100, null)]
    [InlineData("""{"cache_creation":null,"cache_creation_input_tokens":null}""", null, null)]
    public void Read_CacheCountsInPart_AreNeverCountedTwice(string usage, int? fiveMinutes, int? oneHour)
    {
        var read = Reader.Read(Encoding.UTF8.GetBytes($$"""{"type":"message","usage":{{usage}}}"""), UsageQuirks.None).Usage;

        Assert.Equal((fiveMinutes, oneHour), (read?.CacheWrite5m, read?.CacheWrite1h));
    }

    [Fact]
    public void Read_SeveralDeltas_LastReportWinsPerCount()
    {
        Read("""{"type":"message_start","message":{"usage":{"input_tokens":43,"cache_read_input_tokens":7,"output_tokens":1}}}""");
        Read("""{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":20}}""");
        Read("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":61,"cache_read_input_tokens":null,"output_tokens":30,"output_tokens_details":{"thinking_tokens":12}}}""");

        Assert.Equal(new TokenUsage { Input = 61, CachedInput = 7, Output = 30, Reasoning = 12 }, _tap.Usage);
        Assert.True(_tap.SawFinish);
    }

    [Theory]
    [InlineData("""{"type":"message","content":[],"usage":{"input_tokens":1,"output_tokens":0}}""", true, false)]
    [InlineData("""{"type":"error","error":{"type":"api_error","message":"m"}}""", false, true)]
    [InlineData("""{"error":{"type":"api_error","message":"m"}}""", false, true)]
    [InlineData("""{"type":"completion"}""", false, false)]
    public void Read_Body_IsAMessageOrAnError(string body, bool isAnswer, bool isError)
    {
        var read = Reader.Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);

        Assert.Equal((isAnswer, isError), (read.IsAnswer, read.Error is not null));
    }

    [Fact]
    public void CountDelivered_Message_CountsWhatTheModelSaid()
    {
        var body = """
            {"type":"message","id":"hello world","content":[
              {"type":"thinking","thinking":"hello","signature":"AAAA"},
              {"type":"text","text":" world","citations":[{"cited_text":"not said"}]},
              {"type":"web_search_tool_result","content":[{"title":"not said","text":"not said"}]},
              {"type":"tool_use","id":"t","name":" get","input":{"a":1}}],"stop_reason":"tool_use"}
            """u8;

        Assert.Equal(SharedCounter.Instance.Count("hello world get{\"a\":1}"), Reader.CountDelivered(body, SharedCounter.Instance));
        Assert.Equal(1, Reader.CountDelivered(body[..130], SharedCounter.Instance));
    }

    private void Read(string document) => _tap.Read(Encoding.UTF8.GetBytes($"data: {document}\n\n"));
}
