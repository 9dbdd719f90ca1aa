using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.Gemini;

public sealed class GenerateContentTests : IDisposable
{
    private static readonly IAnswerReader Reader = AnswerReaders.For(ModelApi.GeminiGenerateContent);
    private readonly IStreamTap _tap = Reader.NewTap(UsageQuirks.None, 1 << 20)!;

    public void Dispose() => _tap.Dispose();

    [Theory]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"hi"}]}}]}""", StreamEventKind.Content, false)]
    [InlineData("""{"candidates":[{"finishReason":"SAFETY"}]}""", StreamEventKind.Content, true)]
    [InlineData("""{"promptFeedback":{"blockReason":"SAFETY"}}""", StreamEventKind.Content, true)]
    [InlineData("""{"promptFeedback":{"safetyRatings":[]},"usageMetadata":{"promptTokenCount":3}}""", StreamEventKind.Opening, false)]
    [InlineData("""{"candidates":[]}""", StreamEventKind.Opening, false)]
    [InlineData("""{}""", StreamEventKind.Opening, false)]
    [InlineData("""{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}""", StreamEventKind.Error, false)]
    [InlineData("""[{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}]""", StreamEventKind.Error, false)]
    [InlineData("""[1]""", StreamEventKind.Malformed, false)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"cut}""", StreamEventKind.Malformed, false)]
    public void Read_Event_IsTold(string document, StreamEventKind expected, bool finished)
    {
        Assert.Equal(expected, Read(document));
        Assert.Equal((finished, false, expected == StreamEventKind.Content), (_tap.SawFinish, _tap.SawDone, _tap.SawContent));
        Assert.Equal(expected == StreamEventKind.Error ? 503 : null, _tap.Error?.Status);
    }

    [Fact]
    public void Read_SeveralCandidates_AreWholeWhenEachIsFinished()
    {
        Read("""{"candidates":[{"content":{"parts":[{"text":"a"}]}},{"content":{"parts":[{"text":"b"}]},"index":1}]}""");
        Read("""{"candidates":[{"finishReason":"STOP","index":1}]}""");
        Assert.False(_tap.SawFinish);

        Read("""{"candidates":[{"finishReason":"STOP"}]}""");
        Assert.True(_tap.SawFinish);
    }

    [Theory]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15}""", 10, null, 5, null)]
    [InlineData("""{"promptTokenCount":10,"cachedContentTokenCount":4,"candidatesTokenCount":5}""", 6, 4, 5, null)]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":150,"thoughtsTokenCount":8000,"totalTokenCount":8160}""", 10, null, 8150, 8000)]
    [InlineData("""{"promptTokenCount":10,"toolUsePromptTokenCount":18329,"candidatesTokenCount":5,"totalTokenCount":18344}""", 18339, null, 5, null)]
    [InlineData("""{"promptTokenCount":10,"totalTokenCount":10}""", 10, null, 0, null)]
    [InlineData("""{"promptTokenCount":10,"thoughtsTokenCount":7,"totalTokenCount":17}""", 10, null, 7, 7)]
    [InlineData("""{"promptTokenCount":10,"thoughtsTokenCount":7}""", 10, null, null, 7)]
    [InlineData("""{"promptTokenCount":10}""", 10, null, null, null)]
    [InlineData("""{"promptTokenCount":10,"cachedContentTokenCount":40,"candidatesTokenCount":5}""", 10, 40, 5, null)]
    [InlineData("""{"promptTokenCount":-1,"candidatesTokenCount":"5"}""", null, null, null, null)]
    [InlineData("""{"promptTokenCount":10,"candidatesTokenCount":5,"promptTokensDetails":[{"modality":"TEXT","tokenCount":4},{"modality":"IMAGE","tokenCount":6},7]}""", 10, null, 5, null)]
    public void Read_Usage_IsDisjoint(string usage, int? input, int? cached, int? output, int? reasoning)
    {
        var expected = new TokenUsage { Input = input, CachedInput = cached, Output = output, Reasoning = reasoning };
        Read($$"""{"candidates":[{"index":0}],"usageMetadata":{{usage}}}""");

        Assert.Equal(expected, _tap.Usage ?? default);
        Assert.Equal(_tap.Usage, Reader.Read(
            Encoding.UTF8.GetBytes($$"""{"candidates":[{"index":0}],"usageMetadata":{{usage}}}"""), UsageQuirks.None).Usage);
    }

    [Fact]
    public void Read_AudioAndImages_AreTakenOutOfTheirSides()
    {
        Read("""
            {"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":1500,"toolUsePromptTokenCount":9,
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":30},{"modality":"AUDIO","tokenCount":70}],
            "cacheTokensDetails":[{"tokenCount":25,"modality":"AUDIO"},{"modality":"TEXT","tokenCount":15}],
            "toolUsePromptTokensDetails":[{"modality":"TEXT","tokenCount":9}],
            "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290},{"modality":"AUDIO","tokenCount":200}]}}
            """.ReplaceLineEndings(""));

        var usage = new TokenUsage
        {
            Input = 15 + 9,
            CachedInput = 40,
            AudioInput = 45,
            Output = 10,
            AudioOutput = 200,
            ImageOutput = 1290,
        };
        Assert.Equal(usage, _tap.Usage);
        var units = usage.ToUnits(reasoningApart: true);
        Assert.Equal(1609, Enum.GetValues<UnitKind>().Sum(kind => units[kind]));
        Assert.Equal((1290, 0), (units[UnitKind.ImageOutput], units[UnitKind.ImageInput]));
    }

    [Fact]
    public void Read_UsageInEveryEvent_LastReportWinsPerCount()
    {
        Read("""{"candidates":[{}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":5,"thoughtsTokenCount":185,"toolUsePromptTokenCount":3}}""");
        Read("""{"candidates":[{}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":23}}""");
        Read("""{"candidates":[{}]}""");

        Assert.Equal(new TokenUsage { Input = 12, Output = 208, Reasoning = 185 }, _tap.Usage);
    }

    [Theory]
    [InlineData("""{"candidates":[{"content":{}}]}""", true, false)]
    [InlineData("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":3}}""", true, false)]
    [InlineData("""{"usageMetadata":{"promptTokenCount":3}}""", false, false)]
    [InlineData("""[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]""", false, true)]
    public void Read_Body_IsAnAnswerOrAnError(string body, bool isAnswer, bool isError)
    {
        var read = Reader.Read(Encoding.UTF8.GetBytes(body), UsageQuirks.None);

        Assert.Equal((isAnswer, isError), (read.IsAnswer, read.Error is not null));
    }

    [Fact]
    public void CountDelivered_Parts_CountsWhatTheModelSaid()
    {
        const string document = """{"candidates":[{"content":{"role":"model","parts":[{"text":"hello","thought":true,"thoughtSignature":"AAAA"},{"text":" world"},{"executableCode":{"language":"PYTHON","code":" print"}},{"codeExecutionResult":{"output":"not said"}},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"functionCall":{"name":" get","args":{"a":1}}}]},"groundingMetadata":{"text":"not said"}}]}""";
        Read(document);

        var expected = SharedCounter.Instance.Count("hello world print get{\"a\":1}");
        Assert.Equal(expected, _tap.CountDelivered(SharedCounter.Instance));
        Assert.Equal(expected, Reader.CountDelivered(Encoding.UTF8.GetBytes(document), SharedCounter.Instance));
    }

    private StreamEventKind Read(string document) => _tap.Read(Encoding.UTF8.GetBytes($"data: {document}\r\n\r\n"));
}
