using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.OpenAi;

public sealed class ResponsesTests : IDisposable
{
    private static readonly IAnswerReader Reader = AnswerReaders.For(ModelApi.OpenAiResponses);
    private readonly IStreamTap _tap = Reader.NewTap(UsageQuirks.None, 1 << 20)!;

    public void Dispose() => _tap.Dispose();

    [Theory]
    [InlineData("""{"type":"response.created","response":{"error":null,"usage":null}}""", StreamEventKind.Opening)]
    [InlineData("""{"type":"response.in_progress","response":{}}""", StreamEventKind.Opening)]
    [InlineData("""{"type":"response.queued","response":{}}""", StreamEventKind.Opening)]
    [InlineData("""{"type":"keepalive","sequence_number":466}""", StreamEventKind.Opening)]
    [InlineData("""{"type":"response.output_item.added","item":{"type":"message","content":[]}}""", StreamEventKind.Content)]
    [InlineData("""{"delta":"hi","type":"response.output_text.delta"}""", StreamEventKind.Content)]
    [InlineData("""{"type":"response.web_search_call.searching"}""", StreamEventKind.Content)]
    [InlineData("""{"type":"response.new_thing"}""", StreamEventKind.Content)]
    [InlineData("""{"type":"error","code":"server_error","message":"m","param":null,"sequence_number":1}""", StreamEventKind.Error)]
    [InlineData("""{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"m"}}}""", StreamEventKind.Error)]
    [InlineData("""{"type":"response.failed"}""", StreamEventKind.Error)]
    [InlineData("""{"error":{"message":"m","type":"t"}}""", StreamEventKind.Error)]
    [InlineData("""[DONE]""", StreamEventKind.Done)]
    [InlineData("""{"id":1}""", StreamEventKind.Malformed)]
    [InlineData("""{"type":"response.output_text.delta","delta":"cut}""", StreamEventKind.Malformed)]
    [InlineData("""{"type":"response.created"} {}""", StreamEventKind.Malformed)]
    public void Read_Event_IsTold(string document, StreamEventKind expected)
    {
        Assert.Equal(expected, Read(document));
        Assert.Equal(expected == StreamEventKind.Content, _tap.SawContent);
        Assert.Equal(expected == StreamEventKind.Error, _tap.Error is not null);
        Assert.False(_tap.SawFinish);
    }

    [Theory]
    [InlineData("response.completed")]
    [InlineData("response.incomplete")]
    public void Read_LastEvent_HasTheUsageAndTheWholeAnswer(string type)
    {
        Assert.Equal(StreamEventKind.Done, Read(
            $$$$"""{"type":"{{{{type}}}}","response":{"object":"response","usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60},"output_tokens":30,"output_tokens_details":{"reasoning_tokens":20},"total_tokens":130,"prompt_tokens":0,"completion_tokens":0}}}"""));

        Assert.True(_tap.SawContent && _tap.SawFinish && _tap.SawDone);
        Assert.Equal(new TokenUsage { Input = 40, CachedInput = 60, Output = 30, Reasoning = 20 }, _tap.Usage);
    }

    [Fact]
    public void Read_FailedEvent_IsTheErrorWithinAndNoDocumentForClients()
    {
        Read("""{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"m"}}}""");

        Assert.Equal((429, "m", ErrorShape.None), (_tap.Error!.Status, _tap.Error.Message, _tap.Error.Shape));
        Assert.Null(_tap.Error.Document);
    }

    [Fact]
    public void CountDelivered_Deltas_AreCountedOnce()
    {
        Read("""{"type":"response.reasoning_summary_text.delta","delta":"hello"}""");
        Read("""{"type":"response.output_text.delta","delta":" w\u006frld"}""");
        Read("""{"type":"response.output_text.done","text":" world"}""");
        Read("""{"type":"response.refusal.delta","delta":" no"}""");
        Read("""{"type":"response.output_item.added","item":{"type":"function_call","id":"fc_1","name":" get","arguments":""}}""");
        Read("""{"type":"response.function_call_arguments.delta","delta":"{\"a\":1}"}""");
        Read("""{"type":"response.output_audio.delta","delta":"AAAAAAAA"}""");
        Read("""{"type":"response.output_item.done","item":{"type":"function_call","name":" get","arguments":"{\"a\":1}"}}""");

        Assert.Equal(SharedCounter.Instance.Count("hello world no get{\"a\":1}"), _tap.CountDelivered(SharedCounter.Instance));
    }

    [Fact]
    public void CountDelivered_WholeAnswer_CountsItsOutput()
    {
        var body = """
            {"object":"response","instructions":"not said","output":[
              {"type":"reasoning","summary":[{"type":"summary_text","text":"hello"}],"encrypted_content":"AAAA"},
              {"type":"message","content":[{"type":"output_text","text":" world","annotations":[{"text":"not said"}]}]},
              {"type":"function_call","name":" get","arguments":"{\"a\":1}"}],"tools":[{"name":"not said"}]}
            """u8;

        Assert.Equal(SharedCounter.Instance.Count("hello world get{\"a\":1}"), Reader.CountDelivered(body, SharedCounter.Instance));
    }

    [Theory]
    [InlineData("""{"object":"response","status":"completed","error":null,"output":[]}""", true, null)]
    [InlineData("""{"object":"response","status":"incomplete","output":[]}""", true, null)]
    [InlineData("""{"object":"response","status":"failed","error":{"code":"server_error","message":"m"}}""", false, 500)]
    [InlineData("""{"object":"response","status":"failed"}""", false, 500)]
    [InlineData("""{"object":"response","error":{"code":"rate_limit_exceeded","message":"m"}}""", false, 429)]
    [InlineData("""{"error":{"message":"m","type":"invalid_request_error"}}""", false, 400)]
    [InlineData("""{"object":"chat.completion","choices":[{}]}""", false, null)]
    public void Read_Body_IsAResponseOrAnError(string body, bool isAnswer, int? status)
    {
        var read = Reader.Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);

        Assert.Equal((isAnswer, status), (read.IsAnswer, read.Error?.Status));
    }

    private StreamEventKind Read(string document) => _tap.Read(Encoding.UTF8.GetBytes($"event: x\ndata: {document}\n\n"));
}
