using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers;

namespace AigneHub.Unit.Tests.Providers;

/// <summary>How often vendors have searched, read from what they answer.</summary>
public sealed class SearchCountTests
{
    private const string Output = """
        [{"type":"web_search_call","status":"completed","action":{"type":"search","query":"a"}},{"type":"web_search_call"},
        {"type":"web_search_call","action":{"type":"open_page","url":"u"}},{"action":{"type":"find_in_page"},"type":"web_search_call"},
        {"type":"message","content":[{"type":"output_text","text":"web_search_call"}]}]
        """;

    [Theory]
    [InlineData("""{"object":"response","output":OUT,"usage":{"input_tokens":1,"output_tokens":2}}""", 2L)]
    [InlineData("""{"object":"response","output":[],"usage":{"input_tokens":1,"output_tokens":2}}""", null)]
    [InlineData("""{"object":"response","output":OUT,"usage":{"input_tokens":1,"output_tokens":2,"num_sources_used":9,"server_side_tool_usage_details":{"web_search_calls":3,"x_search_calls":1,"code_interpreter_calls":5}}}""", 4L)]
    public void Read_AResponse_CountsItsSearches(string body, long? searches) =>
        Assert.Equal(searches, Read(ModelApi.OpenAiResponses, body.Replace("OUT", Output, StringComparison.Ordinal)));

    [Theory]
    [InlineData("gemini-3.6-flash", 2L)]
    [InlineData("gemini-2.5-pro", 1L)]
    public void Read_AGroundedAnswer_CountsQueriesOrPrompts(string model, long searches) => Assert.Equal(searches, Read(
        ModelApi.GeminiGenerateContent,
        $$$"""{"candidates":[{"content":{"parts":[{"text":"a"}]},"groundingMetadata":{"webSearchQueries":["a","","b","a"]}}],"modelVersion":"{{{model}}}","usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}"""));

    [Fact]
    public void Read_AnAnswerWithoutGrounding_HasNone() => Assert.Null(Read(
        ModelApi.GeminiGenerateContent, """{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":1}}"""));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tap_AStream_CountsSearches_EvenWhenItBreaks(bool ends)
    {
        using var tap = AnswerReaders.For(ModelApi.OpenAiResponses).NewTap(UsageQuirks.None, 1_000)!;
        tap.Read("data: {\"type\":\"response.output_item.added\",\"item\":{\"type\":\"web_search_call\"}}\n\n"u8);
        tap.Read("data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"web_search_call\",\"action\":{\"type\":\"search\"}}}\n\n"u8);
        if (ends)
        {
            tap.Read("data: {\"type\":\"response.completed\",\"response\":{\"output\":[{\"type\":\"web_search_call\"}],\"usage\":{\"input_tokens\":5,\"output_tokens\":6}}}\n\n"u8);
        }

        Assert.Equal((1L, ends ? 5L : null), (tap.Usage?.Searches, tap.Usage?.Input));
    }

    private static long? Read(ModelApi api, string body) =>
        AnswerReaders.For(api).Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None).Usage?.Searches;
}
