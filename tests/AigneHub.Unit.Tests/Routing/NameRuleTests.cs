using AigneHub.Core.Routing;

namespace AigneHub.Unit.Tests.Routing;

public sealed class NameRuleTests
{
    [Theory]
    [InlineData("=gpt-4o", "GPT-4o", true)]
    [InlineData("=gpt-4o", "gpt-4o-mini", false)]
    [InlineData("^gpt-4o", "gpt-4o-mini", true)]
    [InlineData("^gpt-4o", "my-gpt-4o", false)]
    [InlineData("$-tts", "gemini-TTS", true)]
    [InlineData("$-tts", "gemini-tts-1", false)]
    [InlineData("*claude-3", "us.anthropic.claude-3-haiku", true)]
    [InlineData("*claude-3", "claude", false)]
    [InlineData("#gpt-6-####-##-##", "GPT-6-2026-08-01", true)]
    [InlineData("#gpt-6-####-##-##", "gpt-6-2026-08-0x", false)]
    [InlineData("#gpt-6-####-##-##", "gpt-6-2026-08-011", false)]
    [InlineData("#gemini-3.5-flash-#*", "gemini-3.5-flash-001-x", true)]
    [InlineData("#gemini-3.5-flash-#*", "gemini-3.5-flash-lite", false)]
    [InlineData("#gemini-3.5-flash-#*", "gemini-3.5-flash-", false)]
    [InlineData("!*-tts-", "gemini-pro", true)]
    [InlineData("!*-tts-", "gemini-tts-pro", false)]
    public void Matches_Term_AsTheCatalogueMeansIt(string term, string name, bool expected)
    {
        Assert.Equal(expected, NameRule.Parse(term).Matches(name));
        Assert.Equal(term, NameTerm.Parse(term).ToString());
    }

    [Theory]
    [InlineData("gemini-2.5-pro-001", true)]
    [InlineData("gemini-2.5-pro-tts", false)]
    [InlineData("gemini-2.5-pro-tts-1", false)]
    [InlineData("gemini-2.5-flash", false)]
    public void Matches_SeveralTerms_NeedsAll(string name, bool expected) =>
        Assert.Equal(expected, NameRule.Parse("^gemini-2.5-pro", "!$-tts", "!*-tts-").Matches(name));

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("!")]
    [InlineData("gpt-4o")]
    public void Parse_UnknownForm_Throws(string term) => Assert.Throws<FormatException>(() => NameTerm.Parse(term));
}
