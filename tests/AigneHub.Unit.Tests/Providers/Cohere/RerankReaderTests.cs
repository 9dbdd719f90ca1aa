using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.Cohere;

public sealed class RerankReaderTests
{
    private static readonly IAnswerReader Reader = AnswerReaders.For(ModelApi.CohereRerank);

    [RecordingsTheory]
    [InlineData("cohere/cohere-reranking.1.json", 1L)]
    public void Read_RecordedAnswer_TellsItsSearches(string recording, long searches) => Assert.Equal(
        new TokenUsage { Input = 0, Output = 0, Searches = searches }, Read(File.ReadAllText(Path.Combine(Recordings.Folder, recording))).Usage);

    [Theory]
    [InlineData("""{"results":[],"meta":{"billed_units":{"search_units":3}}}""", 3L, null)]
    [InlineData("""{"model":"jina","results":[{"index":0}],"usage":{"total_tokens":38}}""", null, 38L)]
    [InlineData("""{"results":[],"usage":{"total_tokens":38},"meta":{"billed_units":{"search_units":2}}}""", 2L, null)]
    [InlineData("""{"results":[{"index":0,"relevance_score":0.5}]}""", null, null)]
    [InlineData("""{"results":[],"meta":{"billed_units":{"search_units":-1}}}""", null, null)]
    public void Read_Answer_TellsWhatIsBilled(string body, long? searches, long? tokens)
    {
        var read = Read(body);

        Assert.True(read.IsAnswer);
        Assert.Equal(
            searches is null && tokens is null ? null : new TokenUsage { Input = tokens ?? 0, Output = 0, Searches = searches }, read.Usage);
    }

    [Theory]
    [InlineData("""{"message":"no such model","id":"1"}""", "no such model")]
    [InlineData("""{"results":{}}""", null)]
    [InlineData("""{"results":[]""", null)]
    [InlineData("[]", null)]
    public void Read_NoAnswer_IsNone(string body, string? message)
    {
        var read = Read(body);

        Assert.False(read.IsAnswer);
        Assert.Equal(message, read.Error?.Message);
    }

    [Theory]
    [InlineData(1, 10, 1)]
    [InlineData(100, 10, 1)]
    [InlineData(101, 10, 2)]
    [InlineData(100, 2100, 2)]
    [InlineData(1000, 4100, 30)]
    public void Estimate_ByTheSearch_CountsDocumentsAndLongOnesSeveralTimes(int documents, int bytes, long searches)
    {
        var request = $$"""{"query":"q","documents":[{{string.Join(',', Enumerable.Repeat($"\"{new string('a', bytes)}\"", documents))}}],"model":"m"}""";

        Assert.Equal(new TokenUsage { Input = 0, Output = 0, Searches = searches }, Estimate(request, null));
        Assert.Equal(new TokenUsage { Input = 0, Output = 0, Searches = searches }, Estimate(request, UnitKind.Search));
    }

    [Theory]
    [InlineData("""{"query":"QUERY","documents":[DOCUMENTS]}""")]
    [InlineData("""{"documents":[DOCUMENTS],"query":"QUERY"}""")]
    public void Estimate_DocumentWithItsQuery_IsMeasuredAsOne(string request) => Assert.Equal(2, Estimate(
        request.Replace("QUERY", new string('q', 1000), StringComparison.Ordinal)
            .Replace("DOCUMENTS", string.Join(',', Enumerable.Repeat($"\"{new string('d', 1100)}\"", 100)), StringComparison.Ordinal),
        UnitKind.Search).Searches);

    [Theory]
    [InlineData(3L, UnitKind.Search, true)]
    [InlineData(3L, UnitKind.Input, false)]
    [InlineData(null, UnitKind.Search, false)]
    [InlineData(null, UnitKind.Input, true)]
    public void Fits_UsageInOtherUnitsThanThePrice_DoesNot(long? searches, UnitKind priced, bool fits) => Assert.Equal(
        fits, Reader.Fits(
            new TokenUsage { Input = 1, Output = 0, Searches = searches },
            new ModelRates(new Dictionary<UnitKind, Rate> { [priced] = Rate.Flat(1) })));

    [Fact]
    public void Estimate_ByTokens_CountsQueryAndDocuments() => Assert.Equal(
        new TokenUsage { Input = 4, Output = 0 },
        Estimate("""{"query":"Hello","documents":["Hello",{"text":"Hello there"}],"model":"Hello Hello"}""", UnitKind.Input));

    private static AnswerReading Read(string body) => Reader.Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);

    private static TokenUsage Estimate(string request, UnitKind? priced) => Reader.Estimate(
        new UnreportedCall
        {
            Request = Encoding.UTF8.GetBytes(request),
            Rates = priced is { } kind ? new ModelRates(new Dictionary<UnitKind, Rate> { [kind] = Rate.Flat(1) }) : null,
        },
        SharedCounter.Instance);
}
