using System.Text;
using AigneHub.Wire.EventStreams;

namespace AigneHub.Unit.Tests.Wire;

/// <summary>The frames are test data that AWS's own clients (botocore, aws-c-event-stream) share.</summary>
public sealed class EventStreamSplitterTests
{
    private const int BytesMax = 1024;
    private const string Empty = "00000010 00000000 05c248eb 7d98c8ff";

    private const string OneHeader =
        "0000003d 00000020 07fd8396 0c636f6e74656e742d74797065 07 0010 6170706c69636174696f6e2f6a736f6e 7b27666f6f273a27626172277d 8d9c08b1";

    private const string AllHeaderTypes =
        "00000062 00000052 03b5cb9c 013000 013101 01320202 0133030003 01340400000004 0135050000000000000005 "
        + "01360600056279746573 01370700047574 6638 0138080000000000000008 01390930313233343536373839616263646566 63353671";

    private const string Error =
        "00000052 00000042 bf23637e 0d3a6d6573736167652d74797065 07 0005 6572726f72 0b3a6572726f722d636f6465 07 0004 636f6465 "
        + "0e3a6572726f722d6d657373616765 07 0007 6d657373616765 6b6cea3d";

    private static readonly byte[] All = [.. Bytes(Empty), .. Bytes(OneHeader), .. Bytes(AllHeaderTypes), .. Bytes(Error)];

    [Fact]
    public void TryNext_FramesCutAnywhere_AreTheSame()
    {
        var whole = Read(All, All.Length);
        Assert.Equal(
            [
                ("", null, null, null), ("{'foo':'bar'}", "application/json", null, null),
                ("", null, "utf8", null), ("", null, null, "error"),
            ],
            whole);

        for (var first = 1; first < All.Length; first++)
        {
            Assert.Equal(whole, Read(All, first));
        }

        Assert.Equal(whole, Read(All, 1, everywhere: true));
    }

    [Fact]
    public void Header_OfAnotherType_IsNone()
    {
        var splitter = new EventStreamSplitter(BytesMax);
        splitter.Feed(Bytes(AllHeaderTypes));

        Assert.True(splitter.TryNext(out var message));
        Assert.Null(message.Header("6"u8));
        Assert.Null(message.Header("77"u8));
        Assert.Equal("utf8", message.Header("7"u8));
    }

    [Fact]
    public void TryNext_AnyBitFlipped_IsCorruptOrNeverWhole()
    {
        var frame = Bytes(OneHeader);
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            var flipped = frame.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var splitter = new EventStreamSplitter(BytesMax);
            splitter.Feed(flipped);

            Assert.False(splitter.TryNext(out _), $"bit {bit}");
            Assert.Equal(EventStreamFault.Corrupt, splitter.Fault);
            Assert.False(splitter.TryNext(out _));
        }
    }

    [Theory]
    [InlineData("0000003d ff000102 07fd8396 0c636f6e74656e742d74797065")] // lengths that contradict each other
    [InlineData("0000000f 00000000 00000000 00000000")] // shorter than a frame can be
    public void TryNext_WrongFrame_IsCorrupt(string frame)
    {
        var splitter = new EventStreamSplitter(BytesMax);
        splitter.Feed(Bytes(frame));

        Assert.False(splitter.TryNext(out _));
        Assert.Equal(EventStreamFault.Corrupt, splitter.Fault);
    }

    [Theory]
    [InlineData("04746573740a")] // an unknown type
    [InlineData("00070000")] // no name
    [InlineData("0474657374")] // no type
    [InlineData("047465737404000000")] // an integer of three bytes
    [InlineData("047465737407000261")] // a text that is shorter than it says
    [InlineData("0474657374070002616200")] // something behind the last
    public void TryNext_WrongHeaders_AreCorrupt(string headers)
    {
        var splitter = new EventStreamSplitter(BytesMax);
        splitter.Feed(EventStreamFrame.Of(Bytes(headers), [1, 2, 3]));

        Assert.False(splitter.TryNext(out _));
        Assert.Equal(EventStreamFault.Corrupt, splitter.Fault);
    }

    [Fact]
    public void TryNext_FrameOfTheTestsOwnMaking_IsWhatWentIn()
    {
        var splitter = new EventStreamSplitter(BytesMax);
        splitter.Feed(EventStreamFrame.Of([("content-type", "application/json")], "{'foo':'bar'}"));

        Assert.Equal(Bytes(OneHeader), EventStreamFrame.Of([("content-type", "application/json")], "{'foo':'bar'}"));
        Assert.True(splitter.TryNext(out var message));
        Assert.Equal("{'foo':'bar'}", Encoding.UTF8.GetString(message.Payload.Span));
    }

    [Theory]
    [InlineData(0x3d, EventStreamFault.None)]
    [InlineData(0x3c, EventStreamFault.TooLong)]
    public void TryNext_LongFrame_IsRefusedBeforeItCame(int bytesMax, EventStreamFault fault)
    {
        var splitter = new EventStreamSplitter(bytesMax);
        splitter.Feed(Bytes(OneHeader).AsSpan(0, 12));

        Assert.False(splitter.TryNext(out _));
        Assert.Equal(fault, splitter.Fault);
    }

    [Fact]
    public void HasRest_FrameCut_SaysSo()
    {
        var splitter = new EventStreamSplitter(BytesMax);
        Assert.False(splitter.HasRest);

        splitter.Feed(Bytes(Empty).AsSpan(0, 15));
        Assert.False(splitter.TryNext(out _));
        Assert.True(splitter.HasRest);

        splitter.Feed(Bytes(Empty).AsSpan(15));
        Assert.True(splitter.TryNext(out _));
        Assert.False(splitter.HasRest);
    }

    private static List<(string Payload, string? ContentType, string? Seven, string? MessageType)> Read(
        byte[] bytes, int first, bool everywhere = false)
    {
        var splitter = new EventStreamSplitter(BytesMax);
        var read = new List<(string, string?, string?, string?)>();
        for (var position = 0; position < bytes.Length;)
        {
            var length = everywhere || position == 0 ? first : bytes.Length - position;
            splitter.Feed(bytes.AsSpan(position, length));
            position += length;
            while (splitter.TryNext(out var message))
            {
                read.Add((
                    Encoding.UTF8.GetString(message.Payload.Span), message.Header("content-type"u8), message.Header("7"u8),
                    message.Header(":message-type"u8)));
            }
        }

        Assert.Equal(EventStreamFault.None, splitter.Fault);
        Assert.False(splitter.HasRest);
        return read;
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
