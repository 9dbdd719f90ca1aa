using System.Text;
using AigneHub.Core;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class RequestHeadParserTests
{
    private const string Messages = """ "messages":[{"role":"user","content":"hi"}] """;

    [Fact]
    public void Parse_PlainRequest_FindsModelAndDefaults()
    {
        var head = Parse($$"""{"model":"openai/gpt-4o",{{Messages}}}""");

        Assert.Equal("openai/gpt-4o", head.Model);
        Assert.False(head.Stream);
        Assert.False(head.IncludeUsage);
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("null", 1)]
    [InlineData("\"3\"", 1)]
    [InlineData("1e99", 1)]
    public void Parse_N_IsHowManyAnswersAreAskedFor(string n, int choices)
    {
        var (head, _) = Parse(Encoding.UTF8.GetBytes($$"""{"model":"m","n":{{n}},"messages":[{}]}"""));

        Assert.Equal(choices, head!.Choices);
    }

    [Fact]
    public void Parse_EscapedNames_AreTheSameNames()
    {
        var head = Parse($$"""{"mod\u0065l":"sim\/chat","str\u0065am":true,{{Messages}}}""");

        Assert.Equal("sim/chat", head.Model);
        Assert.True(head.Stream);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("{", null)]
    [InlineData("""{"model":"a","messages":[{}]} x""", null)]
    [InlineData("""{"model":"a","messages":[{}],}""", null)]
    [InlineData("""{"messages":[{}]}""", "model")]
    [InlineData("""{"model":1,"messages":[{}]}""", "model")]
    [InlineData("""{"model":"","messages":[{}]}""", "model")]
    [InlineData("""{"model":"\ud800","messages":[{}]}""", "model")]
    [InlineData("""{"model":"a"}""", "messages")]
    [InlineData("""{"model":"a","messages":{}}""", "messages")]
    [InlineData("""{"model":"a","messages":[ ]}""", "messages")]
    [InlineData("""{"model":"a","messages":[{}],"stream":1}""", "stream")]
    [InlineData("""{"model":"a","messages":[{}],"stream_options":[]}""", "stream_options")]
    [InlineData("""{"model":"a","messages":[{}],"stream_options":{"include_usage":1}}""", "stream_options.include_usage")]
    [InlineData("""{"model":"a","messages":[{}],"stream_options":{"include_usage":true,"include_usage":false}}""", "stream_options.include_usage")]
    [InlineData("""{"model":"a","messages":[{}],"model":"b"}""", "model")]
    [InlineData("""{"model":"a","messages":[{}],"mod\u0065l":"b"}""", "model")]
    [InlineData("""{"model":"a","messages":[{}],"Model":"b"}""", "model")]
    [InlineData("""{"STREAM":true,"model":"a","messages":[{}]}""", "stream")]
    [InlineData("""{"model":"a","messages":[{}],"\u004dodel":"b"}""", "model")]
    [InlineData("""{"x\u0061":1,"model":"a","messages":[{}],"\u0078a":"b"}""", "xa")]
    [InlineData("""{"model":"a","messages":[{}],"x":1,"\u0079":2,"x":3}""", "x")]
    [InlineData("""{"model":"a","messages":[{}],"\ud800":1}""", null)]
    [InlineData("""{"model":"a","messages":[{}],"\ud800":1,"\ud800":2}""", null)]
    [InlineData("""{"model":"a","messages":[{}],"stream_options":{"include_usag\udc00":true}}""", "stream_options")]
    public void Parse_BadRequest_NamesWhatIsWrong(string body, string? param)
    {
        var (head, error) = Parse(Encoding.UTF8.GetBytes(body));

        Assert.Null(head);
        Assert.Equal(400, error!.Status);
        Assert.Equal(param, error.Param);
    }

    [Fact]
    public void Parse_InvalidUtf8_IsRefused()
    {
        byte[] body = [.. "{\"model\":\"a"u8, 0xC3, .. "\",\"messages\":[{}]}"u8];

        Assert.Contains("UTF-8", Parse(body).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Depth_EndsAtTheLimit()
    {
        string Nested(int arrays) => $$"""{"model":"a","messages":[{}],"x":{{new string('[', arrays)}}{{new string(']', arrays)}}}""";

        Assert.Null(Parse(Encoding.UTF8.GetBytes(Nested(RequestHeadParser.DepthMax - 1))).Error);
        Assert.NotNull(Parse(Encoding.UTF8.GetBytes(Nested(RequestHeadParser.DepthMax))).Error);
    }

    [Theory]
    [InlineData(RequestHeadParser.NameBytesMax, true)]
    [InlineData(RequestHeadParser.NameBytesMax + 1, false)]
    public void Parse_LongName_IsRefused(int bytes, bool taken)
    {
        var body = $$"""{"model":"a","messages":[{}],"{{new string('n', bytes)}}":0}""";

        Assert.Equal(taken, Parse(Encoding.UTF8.GetBytes(body)).Error is null);
    }

    [Fact]
    public void Parse_TooManyNames_IsRefused()
    {
        var names = string.Join(',', Enumerable.Range(0, RequestHeadParser.NamesMax).Select(i => $"\"n{i}\":0"));

        var error = Parse(Encoding.UTF8.GetBytes($$"""{"model":"a","messages":[{}],{{names}}}""")).Error;

        Assert.Contains($"{RequestHeadParser.NamesMax}", error!.Message, StringComparison.Ordinal);
    }

    private static RequestHead Parse(string body)
    {
        var (head, error) = Parse(Encoding.UTF8.GetBytes(body));
        Assert.Null(error);
        return head!;
    }

    private static (RequestHead? Head, HubError? Error) Parse(byte[] body) => RequestHeadParser.Parse(body, HeadShape.Chat);
}
