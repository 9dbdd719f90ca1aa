using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.OpenAi;

public sealed class CompletionsTests : IDisposable
{
    private static readonly IAnswerReader Reader = AnswerReaders.For(ModelApi.OpenAiCompletions);
    private readonly IStreamTap _tap = Reader.NewTap(UsageQuirks.None, 1 << 20)!;

    public void Dispose() => _tap.Dispose();

    [Theory]
    [InlineData("""{"choices":[{"text":"hi","finish_reason":null}],"usage":null}""", StreamEventKind.Content)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""", StreamEventKind.Usage)]
    [InlineData("""[DONE]""", StreamEventKind.Done)]
    [InlineData("""{"error":{"message":"m"}}""", StreamEventKind.Error)]
    [InlineData("""{"choices":[{"text":"cut}""", StreamEventKind.Malformed)]
    public void Read_Event_IsTold(string document, StreamEventKind expected) => Assert.Equal(expected, Read(document));

    /// <summary>Words of the answer can be names in the probabilities beside it.</summary>
    [Fact]
    public void CountDelivered_Text_IsCountedOnce()
    {
        const string document = """{"choices":[{"text":"hello","logprobs":{"tokens":["hello"],"top_logprobs":[{"text":-0.1}]},"finish_reason":"stop"},{"text":" w\u006frld"}]}""";
        Read(document);

        Assert.True(_tap.SawFinish);
        Assert.Equal(2, _tap.CountDelivered(SharedCounter.Instance));
        Assert.Equal(2, Reader.CountDelivered(Encoding.UTF8.GetBytes(document), SharedCounter.Instance));
        Assert.True(Reader.Read(Encoding.UTF8.GetBytes(document), UsageQuirks.None).IsAnswer);
    }

    private StreamEventKind Read(string document) => _tap.Read(Encoding.UTF8.GetBytes($"data: {document}\n\n"));
}
