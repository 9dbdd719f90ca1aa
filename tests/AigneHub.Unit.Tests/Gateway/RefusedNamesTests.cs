using System.Text;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class RefusedNamesTests
{
    [Theory]
    [InlineData("models", """["anthropic/claude-opus-4-6"]""")]
    [InlineData("preset", "\"pro-search\"")]
    [InlineData("fallbacks", """[{"model":"claude-opus-4-8"}]""")]
    [InlineData("route", "\"fallback\"")]
    public void Parse_AMemberThatNamesAnotherModel_IsRefused(string name, string value)
    {
        foreach (var written in (string[])[name, name.ToUpperInvariant(), $"\\u00{(int)name[0]:x2}{name[1..]}"])
        {
            var body = Encoding.UTF8.GetBytes($$"""{"model":"perplexity/sonar","{{written}}":{{value}},"input":"x","messages":[1]}""");
            foreach (var shape in (HeadShape[])[HeadShape.Responses, HeadShape.Chat, HeadShape.Messages, HeadShape.AigneCompletions])
            {
                var (_, error) = RequestHeadParser.Parse(body, shape);
                Assert.Equal((400, "unsupported_parameter", name), (error!.Status, error.Code, error.Param));
            }
        }
    }

    [Fact]
    public void Parse_TheSameNamesDeeperDown_AreTheVendors()
    {
        var (head, error) = RequestHeadParser.Parse(
            """{"model":"m","messages":[{"models":1}],"metadata":{"route":"a","preset":"b"}}"""u8, HeadShape.Chat);
        Assert.Null(error);
        Assert.Equal("m", head!.Model);
    }
}
