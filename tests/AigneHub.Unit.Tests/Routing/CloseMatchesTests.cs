using AigneHub.Core.Routing;
using CsCheck;

namespace AigneHub.Unit.Tests.Routing;

public sealed class CloseMatchesTests
{
    private static IReadOnlyList<string> Find(string name, params string[] models) =>
        CloseMatches.Find(models.Select(m => $"p/{m}"), name, null);

    [Theory]
    [InlineData("gpt-5-mni", "p/gpt-5-mini")]
    [InlineData("p/gpt5-mini", "p/gpt-5-mini")]
    [InlineData("GPT-5-MINI", "p/gpt-5-mini")]
    [InlineData("claude-sonet", "p/claude-sonnet")]
    [InlineData("claude", "p/claude-sonnet")]
    [InlineData("q/claude-sonnet", "p/claude-sonnet")]
    public void Find_SlipOfThePen_SuggestsTheModelFirst(string name, string expected) =>
        Assert.Equal(expected, Find(name, "gpt-5-mini", "claude-sonnet", "deepseek-chat")[0]);

    [Theory]
    [InlineData("zzzzzzzz")]
    [InlineData("x")]
    public void Find_NothingNear_SuggestsNothing(string name) => Assert.Empty(Find(name, "gpt-5-mini", "claude-sonnet"));

    [Fact]
    public void Find_ManyNear_SuggestsThree() =>
        Assert.Equal(["p/gpt-4", "p/gpt-5", "p/gpt-6"], Find("gpt-7", "gpt-6", "gpt-5", "gpt-4", "gpt-41"));

    [Fact]
    public void Find_DistanceWithinTheBand_IsLevenshteins()
    {
        // Among candidates of one length the order of the suggestions is the order of their true distances.
        var text = Gen.Char["abc"].Array[12].Select(c => new string(c));
        Gen.Select(text, text.Array[1, 6]).Sample((name, candidates) =>
        {
            var expected = candidates.Distinct().Select(c => (Distance: Levenshtein(name, c), Name: $"p/{c}"))
                .Where(c => c.Distance <= 4 || c.Name[2..6] == name[..4]);
            var close = expected.Where(c => c.Distance <= 4).OrderBy(c => c.Distance).ThenBy(c => c.Name, StringComparer.Ordinal)
                .Take(3).Select(c => c.Name).ToArray();
            var found = Find(name, [.. candidates.Distinct()]);
            Assert.Equal(close, found.Take(close.Length));
        });
    }

    private static int Levenshtein(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                    table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            }
        }

        return table[a.Length, b.Length];
    }
}
