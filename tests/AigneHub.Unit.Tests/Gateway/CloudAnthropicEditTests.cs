using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class CloudAnthropicEditTests
{
    private const string Messages = """ "messages": [{"role":"user","content":"model, \"stream\""}]""";

    [Theory]
    [InlineData("""{"model":"m",M}""", """{"anthropic_version":"bedrock-2023-05-31",M}""")]
    [InlineData("""{"model":"m","stream":true,M}""", """{"anthropic_version":"bedrock-2023-05-31",M}""")]
    [InlineData("""{M,"model":"m","stream":true}""", """{"anthropic_version":"bedrock-2023-05-31",M}""")]
    [InlineData("""{"stream":true,M,"model":"m"}""", """{"anthropic_version":"bedrock-2023-05-31",M}""")]
    [InlineData("""{M , "stream" : false , "x":{"model":1},"model":"m", "y":[1]}""", """{"anthropic_version":"bedrock-2023-05-31",M, "x":{"model":1}, "y":[1]}""")]
    [InlineData("""{"anthropic_version":"x","model":"m",M,"stream":true}""", """{"anthropic_version":"bedrock-2023-05-31",M}""")]
    [InlineData("""{"anthropic_beta":["mine"],"model":"m",M}""", """{"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["mine"],M}""")]
    public void Apply_ForBedrock_TakesOutWhatThePathSays(string body, string expected) =>
        Assert.Equal(Squeezed(Filled(expected)), Squeezed(Apply(Filled(body), Dialect.BedrockAnthropic, "")));

    [Theory]
    [InlineData("""{"model":"m",M}""")]
    [InlineData("""{"model":"m","anthropic_beta":["mine"],M}""")]
    public void Apply_ForBedrockWithBetas_HasThemInTheBody(string body) => Assert.Equal(
        Squeezed(Filled("""{"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["context-1m-2025-08-07","a\u0022b"],M}""")),
        Squeezed(Apply(Filled(body), Dialect.BedrockAnthropic, "context-1m-2025-08-07, a\"b,")));

    [Fact]
    public void Apply_ForVertex_KeepsStreamAndLeavesBetasToTheHeader() => Assert.Equal(
        Squeezed(Filled("""{"anthropic_version":"vertex-2023-10-16","stream":true,M}""")),
        Squeezed(Apply(Filled("""{"model":"m","stream":true,M}"""), Dialect.VertexAnthropic, "b")));

    [Fact]
    public void Apply_VertexTokenCount_NamesTheModelInTheBody() => Assert.Equal(
        Filled("""{"model":"claude-up",M}"""),
        Apply(Filled("""{"model":"m",M}"""), Dialect.VertexAnthropic, "", HeadShape.CountTokens));

    [Theory]
    [InlineData("gemini-2.5-pro", "google/gemini-2.5-pro")]
    [InlineData("meta/llama-4-maas", "meta/llama-4-maas")]
    public void Apply_VertexByOpenAisApi_NamesThePublisher(string model, string named)
    {
        var edited = Apply(Filled("""{"model":"m",M}"""), Dialect.VertexOpenAi, "", HeadShape.Chat, model);

        Assert.Equal(named, JsonNode.Parse(edited)!["model"]!.ToString());
    }

    [Theory]
    [InlineData(Dialect.Anthropic, "anthropic-version: 2023-06-01|anthropic-beta: b1,b2")]
    [InlineData(Dialect.VertexAnthropic, "anthropic-beta: b1,b2")]
    [InlineData(Dialect.BedrockAnthropic, "")]
    [InlineData(Dialect.OpenAi, "")]
    public void ForwardedHeaders_OfDialect_AreThoseItReads(Dialect dialect, string expected)
    {
        var headers = new HeaderDictionary { ["anthropic-beta"] = "b1,b2", ["x-api-key"] = "hub" };

        Assert.Equal(expected, string.Join('|', ForwardedHeaders.For(dialect, headers).Select(h => $"{h.Key}: {h.Value}")));
        Assert.Equal("b1,b2", ForwardedHeaders.Betas(headers));
        Assert.Empty(ForwardedHeaders.Betas(new HeaderDictionary { ["anthropic-beta"] = "b\n" }));
    }

    private static string Filled(string body) => body.Replace("M", Messages, StringComparison.Ordinal);

    private static string Squeezed(string json) => JsonNode.Parse(json)!.ToJsonString();

    private static string Apply(string body, Dialect dialect, string betas, HeadShape? shape = null, string model = "claude-up")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var (head, _) = RequestHeadParser.Parse(bytes, shape ?? HeadShape.Messages, null);
        return string.Concat(RequestEdit.Apply(bytes, head!, shape ?? HeadShape.Messages, dialect, model, false, betas)
            .Select(piece => Encoding.UTF8.GetString(piece.Span)));
    }
}
