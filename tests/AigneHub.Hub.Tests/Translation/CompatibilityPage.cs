using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Translation;

/// <summary>The page <c>docs/compatibility.md</c>, of whose parts each is made by a test.</summary>
internal static class CompatibilityPage
{
    private const string UpdateVariable = "AIGNEHUB_UPDATE_DOCS";

    /// <summary>Compares a part with what a run has shown, or writes it anew.</summary>
    /// <param name="part">What its first line is, after <c>## </c>.</param>
    /// <param name="text">All of it but that line.</param>
    public static async Task CompareAsync(string part, string text)
    {
        var path = Path.Combine(Repository.Root, "docs", "compatibility.md");
        var page = await File.ReadAllTextAsync(path);
        var heading = $"## {part}\n";
        var start = page.IndexOf(heading, StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/compatibility.md has no part '{part}'.");
        start += heading.Length;
        var end = page.IndexOf("\n## ", start, StringComparison.Ordinal) is var next and >= 0 ? next + 1 : page.Length;
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 })
        {
            page = $"{page[..start]}{text}{page[end..]}";
            end = start + text.Length;
            await File.WriteAllTextAsync(path, page);
        }

        Assert.True(page[start..end] == text, $"docs/compatibility.md differs. If it should, run the tests with {UpdateVariable}=1.");
    }
}
