using System.Text;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.OpenAi;

public class ChatReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{\"usage\":null}")]
    [InlineData("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}")]
    public void Read_NoneOrNoJson_HasNoUsage(string body) =>
        Assert.Null(ChatReader.Instance.Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None).Usage);

    [Fact]
    public void CountDelivered_ContentAndTools_AreCounted()
    {
        var body = """
            {"choices":[
              {"message":{"role":"assistant","content":"hello world","reasoning_content":" so"}},
              {"message":{"content":null,"tool_calls":[{"id":"c","function":{"name":" get","arguments":"{\"a\":1}"}}]}}]}
            """u8;

        Assert.Equal(
            SharedCounter.Instance.Count("hello world so get{\"a\":1}"),
            ChatReader.Instance.CountDelivered(body, SharedCounter.Instance));
    }

    [Fact]
    public void CountDelivered_CutBody_CountsWhatCame() =>
        Assert.Equal(0, ChatReader.Instance.CountDelivered("{\"choices\":[{\"message\":{\"content\":\"hel"u8, SharedCounter.Instance));
}
