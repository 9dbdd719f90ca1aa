using System.Text.Json;
using AigneHub.Gateway.Fronts;

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
}
