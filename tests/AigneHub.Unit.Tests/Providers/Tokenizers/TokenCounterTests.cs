using System.Diagnostics;
using System.Text;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Providers.Tokenizers;

public class TokenCounterTests
{
    private static readonly TokenCounter Counter = SharedCounter.Instance;

    // Counts by OpenAI's tiktoken with o200k_base.
    [Theory]
    [InlineData("", 0)]
    [InlineData("hello world", 2)]
    [InlineData("antidisestablishmentarianism", 6)]
    [InlineData("2 + 2 = 4", 7)]
    [InlineData("お誕生日おめでとう", 8)]
    public void Count_KnownTexts_IsTiktokensCount(string text, int tokens)
    {
        Assert.Equal(tokens, Counter.Count(text));
        Assert.Equal(tokens, Counter.Count(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task Count_ManyThreadsAtOnce_AgreeOnOneVocabulary()
    {
        var fresh = new TokenCounter();
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await fresh.WarmUpAsync(CancellationToken.None);
            return fresh.Count("hello world");
        }));

        Assert.All(counts, count => Assert.Equal(2, count));
        Assert.True(fresh.WarmUpAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public void Count_AboveTheExactLimit_IsWithinAPercent()
    {
        const string sentence = " The quick brown fox jumps over the lazy dog, while 12 tokens stream slowly.";
        var repeats = 4 * TokenCounter.ExactCharsMax / sentence.Length;
        var text = string.Concat(Enumerable.Repeat(sentence, repeats));
        var exact = Counter.Count(sentence) * repeats;

        Assert.InRange(Counter.Count(text), exact * 0.99, exact * 1.01);
    }

    // Uncut, such runs cost the square of their length: 64 Ki letters took 2 s, 64 Ki random ideographs 12 s.
    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('!')]
    [InlineData('7')]
    [InlineData('漢')]
    public void Count_EndlessRun_IsBounded(char c)
    {
        var watch = Stopwatch.StartNew();
        var tokens = Counter.Count(new string(c, TokenCounter.ExactCharsMax));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.InRange(tokens, 1, TokenCounter.ExactCharsMax);
    }
}
