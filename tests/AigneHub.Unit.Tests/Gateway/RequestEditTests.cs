using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using CsCheck;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class RequestEditTests
{
    [Theory]
    [InlineData(
        """{ "model" : "openai/gpt-4o", "messages":[{}], "unknown":{"b":1,"a":[1.50,1e3]} }""",
        """{ "model" : "gpt-4o", "messages":[{}], "unknown":{"b":1,"a":[1.50,1e3]} }""")]
    [InlineData(
        """{"model":"openai/gpt-4o","messages":[{}],"stream":true}""",
        """{"model":"gpt-4o","messages":[{}],"stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData(
        """{"stream_options":{},"stream":true,"messages":[{}],"model":"openai/gpt-4o"}""",
        """{"stream_options":{"include_usage":true},"stream":true,"messages":[{}],"model":"gpt-4o"}""")]
    [InlineData(
        """{"stream_options":{"x":1},"stream":true,"messages":[{}],"model":"openai/gpt-4o"}""",
        """{"stream_options":{"include_usage":true,"x":1},"stream":true,"messages":[{}],"model":"gpt-4o"}""")]
    [InlineData(
        """{"stream_options":{"include_usage" : false},"stream":true,"messages":[{}],"model":"openai/gpt-4o"}""",
        """{"stream_options":{"include_usage" : true},"stream":true,"messages":[{}],"model":"gpt-4o"}""")]
    [InlineData(
        """{"stream_options":null,"stream":true,"messages":[{}],"model":"openai/gpt-4o"}""",
        """{"stream_options":{"include_usage":true},"stream":true,"messages":[{}],"model":"gpt-4o"}""")]
    [InlineData(
        """{"stream_options":{"include_usage":true},"stream":true,"messages":[{}],"model":"gpt-4o"}""",
        """{"stream_options":{"include_usage":true},"stream":true,"messages":[{}],"model":"gpt-4o"}""")]
    [InlineData(
        """{"model":"openai/gpt-4o","messages":[{}],"stream":false}""",
        """{"model":"gpt-4o","messages":[{}],"stream":false}""")]
    public void Apply_ChangesOnlyWhatIsNeeded(string request, string expected) =>
        Assert.Equal(expected, Apply(request, "gpt-4o", takesStreamOptions: true));

    [Theory]
    [InlineData("""{"model":"m","messages":[{}],"stream":true}""", """{"model":"m","messages":[{}],"stream":true}""")]
    [InlineData("""{"stream_options":{"include_usage":true} , "model":"m","messages":[{}]}""", """{ "model":"m","messages":[{}]}""")]
    [InlineData("""{"model":"m", "stream_options" : {} ,"messages":[{}]}""", """{"model":"m", "messages":[{}]}""")]
    [InlineData("""{"model":"m","messages":[{}] , "stream_options":null }""", """{"model":"m","messages":[{}]  }""")]
    public void Apply_VendorThatTakesNoStreamOptions_GetsNone(string request, string expected) =>
        Assert.Equal(expected, Apply(request, "m", takesStreamOptions: false));

    [Fact]
    public void Apply_NameThatNeedsEscaping_StaysValidJson()
    {
        var edited = Apply("""{"model":"a","messages":[{}]}""", "we\"ird\\näme", takesStreamOptions: true);

        Assert.Equal("we\"ird\\näme", JsonNode.Parse(edited)!["model"]!.GetValue<string>());
    }

    [Fact]
    public void Apply_AnyRequest_KeepsEveryOtherByte()
    {
        string[] all =
        [
            "\"temperature\":0.70", "\"x\":{\"stream\":true,\"model\":\"no\"}", "\"tools\":[ {\"a\" : \"ü\"} ]", "\"n\":1",
            "\"metadata\":{\"k\":\"\\\"model\\\":\"}", "\"stop\":[\"}\",\"]\"]", "\"user\":\"\\u0061\"",
        ];
        Gen.Select(Gen.Int[0, all.Length - 1].Array[0, 4], Gen.Bool, Gen.Int[0, 4]).Sample((members, stream, position) =>
        {
            var distinct = members.Distinct().Select(i => all[i]).ToList();
            distinct.Insert(Math.Min(position, distinct.Count), "\"model\":\"openai/gpt-4o\"");
            distinct.Add("\"messages\":[{\"role\":\"user\",\"content\":\"hé\"}]");
            distinct.Add(stream ? "\"stream\":true" : "\"stream\":false");
            var request = "{" + string.Join(" , ", distinct) + "\n}";

            var edited = Apply(request, "gpt-4o", takesStreamOptions: true);

            var expected = request.Replace("\"model\":\"openai/gpt-4o\"", "\"model\":\"gpt-4o\"", StringComparison.Ordinal);
            expected = stream ? expected[..^1] + ",\"stream_options\":{\"include_usage\":true}}" : expected;
            Assert.Equal(expected, edited);
        });
    }

    [Theory]
    [InlineData(
        """{"model":"bedrock/cohere.rerank-v3-5:0","query":"q","documents":["a"]}""", "cohere.rerank-v3-5:0",
        """{"api_version":2,"query":"q","documents":["a"]}""")]
    [InlineData("""{"query":"\"","documents":["a"], "model" : "x"}""", "cohere.rerank-v3-5:0", """{"query":"\"","documents":["a"], "api_version":2}""")]
    [InlineData("""{"query":"q","documents":["a"],"mod\u0065l":"x","top_n":1}""", "amazon.rerank-v1:0", """{"query":"q","documents":["a"],"top_n":1}""")]
    [InlineData("""{"documents":["a"],"model":"x"}""", "amazon.rerank-v1:0", """{"documents":["a"]}""")]
    public void Apply_ForBedrocksReranking_LeavesTheModelToThePath(string request, string model, string expected)
    {
        var body = Encoding.UTF8.GetBytes(request);
        var (head, _) = RequestHeadParser.Parse(body, HeadShape.Rerank);

        Assert.Equal(expected, string.Concat(
            RequestEdit.Apply(body, head!, HeadShape.Rerank, Dialect.BedrockRerank, model, takesStreamOptions: true).Select(s => Encoding.UTF8.GetString(s.Span))));
    }

    private static string Apply(string request, string model, bool takesStreamOptions)
    {
        var body = Encoding.UTF8.GetBytes(request);
        var (head, error) = RequestHeadParser.Parse(body, HeadShape.Chat);
        Assert.Null(error);
        return string.Concat(RequestEdit.Apply(body, head!, HeadShape.Chat, Dialect.OpenAi, model, takesStreamOptions).Select(s => Encoding.UTF8.GetString(s.Span)));
    }
}
