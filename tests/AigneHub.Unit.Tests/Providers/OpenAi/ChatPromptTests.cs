using System.Text;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Tokenizers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.OpenAi;

public class ChatPromptTests
{
    // 3 to begin the answer; 3 a message; 1 for the role; the text ("hello world" 2, "hi" 1).
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hello world"}]}""", 9)]
    [InlineData("""{"messages":[{"role":"system","content":"hi"},{"role":"user","content":"hello world"}],"model":"hello"}""", 14)]
    [InlineData("""{"messages":[{"role":"user","name":"hi","content":"hello world"}]}""", 11)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"hello world"}]}]}""", 9)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}""", 772)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x","detail":"low"}},{"type":"text","text":"hi"}]}]}""", 93)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","text":"hi"}}]}]}""", 7)]
    [InlineData("""{"messages":[]}""", 3)]
    [InlineData("""{"messages":"hi"}""", 7)]
    [InlineData("""{"messages":[{"role":"user","content":"hello world"}""", 9)]
    [InlineData("""{"\ud800":1,"messages":[{"\udc00":"x","role":"user","conten\u0074":"hello world"}]}""", 9)]
    [InlineData("[]", 0)]
    [InlineData("", 0)]
    public void Count_Request_IsTheCookbooksCount(string request, int tokens) =>
        Assert.Equal(tokens, ChatPrompt.Count(Encoding.UTF8.GetBytes(request), SharedCounter.Instance));

    [Fact]
    public void Count_Tools_CountAsTheirJson()
    {
        const string tools = """[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}]""";
        var request = $$"""{"tools":{{tools}},"messages":[{"role":"user","content":"hello world"}]}""";

        Assert.Equal(
            9 + SharedCounter.Instance.Count(tools), ChatPrompt.Count(Encoding.UTF8.GetBytes(request), SharedCounter.Instance));
    }

    [Fact]
    public void Count_BeyondTheExactLimit_IsInProportion()
    {
        const string words = "hello world hello world hello world hello world hello world ";
        var content = string.Concat(Enumerable.Repeat(words, TokenCounter.ExactCharsMax / words.Length / 2));
        string Request(int messages) =>
            $$"""{"messages":[{{string.Join(',', Enumerable.Repeat($$"""{"role":"user","content":"{{content}}"}""", messages))}}]}""";
        var one = ChatPrompt.Count(Encoding.UTF8.GetBytes(Request(1)), SharedCounter.Instance);
        var twelve = ChatPrompt.Count(Encoding.UTF8.GetBytes(Request(12)), SharedCounter.Instance);

        Assert.InRange(twelve, 11.9 * one, 12.1 * one);
    }
}
