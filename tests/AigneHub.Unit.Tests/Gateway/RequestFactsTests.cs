using System.Text;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Fronts;
using AigneHub.Unit.Tests.Providers.Tokenizers;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class RequestFactsTests
{
    private static readonly string[] All = ["image", "audio", "file", "tools"];

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"image_url"}],"tools":[]}""", "")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"data:"}}]}]}""", "image")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_image"},{"type":"input_file"}]}],"tools":[{"type":"function"}]}""", "image file tools")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "audio")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"document"}]},{"role":"user","content":[{"type":"tool_result","content":[{"type":"image"}]}]}]}""", "image file")]
    [InlineData("""{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png"}},{"fileData":{"mimeType":"audio/mp3"}}]}]}""", "image audio")]
    [InlineData("""{"contents":[{"parts":[{"inline_data":{"mime_type":"image/png"}},{"inline_data":{"mime_type":"application/pdf"}}]}]}""", "image file")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"url","url":"x"},{"type":"file","data":"AAAA","mimeType":"application/pdf"}]}]}""", "image file")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"file","data":"AAAA","mimeType":"audio/wav"}]}]}""", "audio")]
    [InlineData("""{"metadata":{"type":"image"}}""", "")]
    public void Modalities_OfEachApi_AreFound(string request, string expected)
    {
        using var json = JsonDocument.Parse(request);
        var found = Modalities.Of(json.RootElement);
        Assert.Equal(expected, string.Join(' ', All.Where(found.Holds)));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"system","content":"S"},{"role":"user","content":"A"}]}""", """{"messages":[{"role":"system","content":"S"},{"role":"user","content":"A"},{"role":"assistant","content":"B"}]}""", true)]
    [InlineData("""{"messages":[{"role":"system","content":"S"},{"role":"user","content":"A"}]}""", """{"messages":[{"role":"system","content":"S"},{"role":"user","content":"C"}]}""", false)]
    [InlineData("""{"messages":[{"role":"user","content":"A"}],"system":"S"}""", """{"messages":[{"role":"user","content":"A"}],"system":"T"}""", false)]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"A"}]}]}""", """{"contents":[{"role":"user","parts":[{"text":"A"}]},{"role":"model"}]}""", true)]
    [InlineData("""{"input":"A"}""", """{"input":"B"}""", false)]
    [InlineData("""{"input":"A","prompt_cache_key":"k"}""", """{"input":"B","prompt_cache_key":"k"}""", true)]
    [InlineData("""{"input":"A","prompt_cache_key":"k"}""", """{"input":"A","prompt_cache_key":"l"}""", false)]
    [InlineData("""{"input":"\uD800"}""", """{"input":"A"}""", false)]
    public void ConversationKey_LaterCallsOfAConversation_HaveTheSame(string first, string second, bool same)
    {
        using var one = JsonDocument.Parse(first);
        using var two = JsonDocument.Parse(second);
        Assert.Equal(same, Conversation.KeyOf("key", one.RootElement) == Conversation.KeyOf("key", two.RootElement));
        Assert.NotEqual(Conversation.KeyOf("key", one.RootElement), Conversation.KeyOf("other", one.RootElement));
    }

    /// <summary>What can't be read as a document shows that it isn't read as one.</summary>
    [Fact]
    public async Task For_NoFactOfTheBodyAsked_DoesNotParseIt()
    {
        using var facts = await OfAsync("no document");

        Assert.Equal("1", facts.Header("x-tier"));
        Assert.ThrowsAny<JsonException>(() => facts.OutputTokens);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(RequestFacts.BodyBytesMax, false)]
    public async Task Facts_OfALargeBody_AreUnknownButForThePromptAndTheHeaders(int padding, bool known)
    {
        using var facts = await OfAsync(
            $$$"""{"model":"best","max_tokens":7,"metadata":{"a":"b"},"tools":[{}],"messages":[{"role":"user","content":"Hi there"}]{{{new string(' ', padding)}}}}""");

        Assert.Equal(known ? 7 : 500, facts.OutputTokens);
        Assert.Equal(known ? "b" : null, facts.Metadata("a"));
        Assert.Equal(known, facts.Holds("tools"));
        Assert.Equal(known, facts.ConversationKey() is not null);
        Assert.InRange(facts.InputTokens, 1, 100);
        Assert.Equal("1", facts.Header("x-tier"));
    }

    [Fact]
    public async Task Facts_OfAignesChat_AreInItsInput()
    {
        using var facts = await OfAsync(
            """{"input":{"messages":[{"role":"user","content":[{"type":"url","url":"https://x/y"}]}],"tools":[{}],"modelOptions":{"maxTokens":7}}}""",
            ModelFront.AigneChat);

        Assert.Equal(7, facts.OutputTokens);
        Assert.True(facts.Holds("image") && facts.Holds("tools") && !facts.Holds("file"));
        using var input = JsonDocument.Parse("""{"messages":[{"role":"user","content":[{"type":"url","url":"https://x/y"}]}]}""");
        Assert.Equal(Conversation.KeyOf(RoutingSamples.Key().Id, input.RootElement), facts.ConversationKey());
    }

    private static async Task<RequestFacts> OfAsync(string body, ModelFront? front = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["x-tier"] = "1";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var exchange = new Exchange(front ?? ModelFront.OpenAiChat, http, Guid.NewGuid(), TimeProvider.System)
        {
            Caller = RoutingSamples.Caller(),
            Head = new RequestHead { Model = "best", StartBrace = 0, EndBrace = 0 },
            Body = (await RequestBody.ReadAsync(http.Request, new BodyMemory(16 << 20), 8 << 20, default)).Body!,
        };
        var snapshot = new HubSnapshot(HubMode.Enterprise, [], [], null, [new ModelAlias { Name = "best", Targets = [] }]);
        return RequestFacts.For(snapshot, exchange, SharedCounter.Instance)!;
    }
}
