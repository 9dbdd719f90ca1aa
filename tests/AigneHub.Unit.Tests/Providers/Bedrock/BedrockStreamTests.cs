using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Providers.Bedrock;
using AigneHub.Providers.Upstream;
using AigneHub.Unit.Tests.Wire;

namespace AigneHub.Unit.Tests.Providers.Bedrock;

public sealed class BedrockStreamTests
{
    private const int BytesMax = 4096;
    private const string Start = """{"type":"message_start","message":{"id":"msg_bdrk_1","usage":{"input_tokens":12,"output_tokens":1}}}""";
    private const string Delta = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüß\n\"Gott\" 👋"}}""";

    private const string Stop =
        """{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":12,"outputTokenCount":29,"invocationLatency":800,"firstByteLatency":400}}""";

    private const string Expected =
        $"event: message_start\ndata: {Start}\n\nevent: content_block_delta\ndata: {Delta}\n\nevent: message_stop\n"
        + "data: {\"type\":\"message_stop\"}\n\n";

    private static readonly byte[] Frames =
        [.. EventStreamFrame.Chunk(Start), .. EventStreamFrame.Chunk(Delta), .. EventStreamFrame.Chunk(Stop)];

    [Fact]
    public async Task Read_FramesCutAnywhere_AreTheEventsOfAnthropic()
    {
        for (var cut = 1; cut < Frames.Length; cut++)
        {
            Assert.Equal(Expected, await ReadAsync(Frames, cut));
        }

        Assert.Equal(Expected, await ReadAsync(Frames, 1, everywhere: true));
        Assert.Equal(Expected, await ReadAsync(Frames, Frames.Length, bufferBytes: 3));
    }

    [Theory]
    [InlineData("throttlingException", """{"message":"Too many tokens"}""", "rate_limit_error", "Too many tokens")]
    [InlineData("validationException", """{"message":"max_tokens: required"}""", "invalid_request_error", "max_tokens: required")]
    [InlineData("serviceUnavailableException", """{"message":"Try later"}""", "overloaded_error", "Try later")]
    [InlineData("modelTimeoutException", """{"message":"Too slow"}""", "timeout_error", "Too slow")]
    [InlineData("modelStreamErrorException", """{"message":"Broke","originalStatusCode":500,"originalMessage":"x"}""", "api_error", "Broke")]
    [InlineData("internalServerException", "", "api_error", "internalServerException")]
    [InlineData("newException", "no json", "api_error", "newException")]
    public async Task Read_Exception_IsAnthropicsErrorEvent(string exception, string payload, string type, string message)
    {
        var read = await ReadAsync([.. EventStreamFrame.Chunk(Start), .. EventStreamFrame.Exception(exception, payload)], 7);

        var lines = read.Split("\n\n")[1].Split('\n');
        Assert.Equal("event: error", lines[0]);
        var error = JsonNode.Parse(lines[1]["data: ".Length..])!;
        Assert.Equal("error", error["type"]!.ToString());
        Assert.Equal((type, message), (error["error"]!["type"]!.ToString(), error["error"]!["message"]!.ToString()));
    }

    [Fact]
    public async Task Read_UnmodelledError_IsAnthropicsErrorEvent() => Assert.Equal(
        """
        event: error
        data: {"type":"error","error":{"type":"api_error","message":"It broke"}}


        """.ReplaceLineEndings("\n"),
        await ReadAsync(
            EventStreamFrame.Of([(":message-type", "error"), (":error-code", "InternalError"), (":error-message", "It broke")], ""), 100));

    [Fact]
    public async Task Read_OtherEvents_AreSkipped() => Assert.Equal(
        Expected,
        await ReadAsync([.. EventStreamFrame.Of([(":message-type", "event"), (":event-type", "initial-response")], "{}"), .. Frames], 9));

    [Fact]
    public async Task Read_EventOfSeveralLines_BecomesOneLine() => Assert.Equal(
        "event: ping\ndata: {\"type\":\"ping\",\"a\":[1,2]}\n\n",
        await ReadAsync(EventStreamFrame.Chunk("{\n  \"type\": \"ping\",\r\n  \"a\": [1, 2]\n}"), 1000));

    [Theory]
    [InlineData("""{"bytes":"!"}""")]
    [InlineData("""{"bytes":7}""")]
    [InlineData("""{"p":"abc"}""")]
    [InlineData("")]
    [InlineData("[]")]
    public async Task Read_PayloadThatIsNone_IsInvalid(string payload) => await FailsAsync(
        UpstreamFailureKind.InvalidResponse,
        EventStreamFrame.Of([(":message-type", "event"), (":event-type", "chunk")], payload));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":"a\nevent: b"}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("{\"type\":\"ping\"")]
    [InlineData("text")]
    public async Task Read_EventThatIsNone_IsInvalid(string json) =>
        await FailsAsync(UpstreamFailureKind.InvalidResponse, EventStreamFrame.Chunk(json));

    [Fact]
    public async Task Read_BrokenFrames_FailAsWhatTheyAre()
    {
        var flipped = Frames.ToArray();
        flipped[40] ^= 1;
        await FailsAsync(UpstreamFailureKind.InvalidResponse, flipped);
        await FailsAsync(UpstreamFailureKind.InvalidResponse, Encoding.UTF8.GetBytes("event: message_start\ndata: {}\n\n"));
        await FailsAsync(UpstreamFailureKind.InvalidResponse, EventStreamFrame.Of([], "{}"));
        await FailsAsync(UpstreamFailureKind.TooLarge, EventStreamFrame.Chunk($$"""{"type":"{{new string('x', BytesMax)}}"}"""));
        await FailsAsync(UpstreamFailureKind.ConnectionReset, Frames[..^1]);
    }

    private static async Task FailsAsync(UpstreamFailureKind kind, byte[] frames)
    {
        using var body = new UpstreamBody(
            new BedrockStream(new MemoryStream(frames), BytesMax), TimeSpan.FromSeconds(30), new CancellationTokenSource());
        using var content = await body.ReadAllAsync(1_000_000, CancellationToken.None);

        Assert.Equal(kind, content.Failure);
    }

    private static async Task<string> ReadAsync(byte[] frames, int cut, bool everywhere = false, int bufferBytes = 4096)
    {
        using var stream = new BedrockStream(new CutStream(frames, cut, everywhere), BytesMax);
        using var text = new MemoryStream();
        var buffer = new byte[bufferBytes];
        for (int length; (length = await stream.ReadAsync(buffer)) > 0;)
        {
            text.Write(buffer, 0, length);
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Hands out its bytes in two pieces, or in many of the same length.</summary>
    private sealed class CutStream(byte[] bytes, int cut, bool everywhere) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var length = everywhere || Position < cut ? (int)(cut - (everywhere ? 0 : Position)) : buffer.Length;
            return Read(buffer.Span[..Math.Min(buffer.Length, length)]);
        }
    }
}
