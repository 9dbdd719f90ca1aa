using System.Globalization;
using System.Text.RegularExpressions;
using AigneHub.Providers;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>What is written for people agrees with the code.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md").Select(path => Path.GetFileName(path)!),
        .. Repository.Files("docs", "*.md"),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_ToFilesAndHeadings_Resolve(string path)
    {
        foreach (Match link in Link().Matches(Repository.Read(path)))
        {
            var target = link.Groups[1].Value;
            if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
            {
                continue;
            }

            var hash = target.IndexOf('#', StringComparison.Ordinal);
            var file = hash < 0 ? target : target[..hash];
            var full = Path.GetFullPath(Path.Combine(
                Repository.Root, file.Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, file)));
            Assert.True(File.Exists(full) || Directory.Exists(full), $"{path} links to '{target}', which does not exist.");
            if (hash >= 0)
            {
                Assert.True(
                    File.ReadLines(full).Where(line => line.StartsWith('#')).Select(Anchor).Contains(target[(hash + 1)..]),
                    $"{path} links to '{target}', and there is no such heading.");
            }
        }
    }

    [Fact]
    public void Calls_InTheReadmesTable_AreTheFunctions() =>
        Assert.Equal(FunctionTable.Calls.Order(StringComparer.Ordinal), CallRow().Matches(Repository.Read("README.md"))
            .Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").Order(StringComparer.Ordinal));

    [Fact]
    public void Vendors_InTheReadmesTable_AreTheProviderTable()
    {
        var readme = Repository.Read("README.md");
        var rows = ProviderTable.Rows.Select(row =>
            $"| {row.DisplayName} | `{row.Id}/…` | `{row.KeySetting}` | `{row.BaseUrlSetting}` | `{row.DefaultBaseUrl}` |");
        Assert.All(rows, row => Assert.Contains(row, readme, StringComparison.Ordinal));
    }

    [Fact]
    public void ErrorCodes_OfTheHub_AreInTheReadme()
    {
        var readme = Repository.Read("README.md");
        var codes = Repository.Files("src/AigneHub.Core", "*.cs").Concat(Repository.Files("src/AigneHub.Gateway", "*.cs"))
            .SelectMany(path => ErrorCode().Matches(Repository.Read(path))).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.Contains("model_not_found", codes);
        Assert.All(codes, code => Assert.Contains($"`{code}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Functions_ThatSettleAndWalk_AreNamedInTheReadme()
    {
        var readme = Repository.Read("README.md");
        Assert.All(
            FunctionTable.Local.Where(function => function.Http is null).Select(function => function.Name).Concat(FunctionTable.AzureOnly),
            name => Assert.Contains(name, readme, StringComparison.Ordinal));
    }

    /// <summary>Every defect has its row: a test that exists, or the word that none is needed yet.</summary>
    [Fact]
    public void Aigne_Rows_NameTestsThatExist()
    {
        var page = Repository.Read("docs/aigne-compatibility.md");
        AssertTestsExist(page);
        var defects = DefectRow().Matches(page);
        Assert.Equal(Enumerable.Range(1, 32), defects.Select(row => int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture)));
        Assert.All(defects, row => Assert.True(
            NamedTest().IsMatch(row.Value) || row.Value.Contains("| open", StringComparison.Ordinal)
            || row.Value.Contains("no CSV is served", StringComparison.Ordinal), row.Value));
    }

    [Fact]
    public void Attacks_Rows_NameTestsThatExistAndAreCounted()
    {
        var page = Repository.Read("docs/attacks.md");
        AssertTestsExist(page);
        var attacks = page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToArray();
        Assert.All(attacks, row => Assert.True(
            NamedTest().IsMatch(row) || row.Contains("locked mode", StringComparison.Ordinal), row));
        var tests = NamedTest().Matches(page).Select(match => match.Value).Distinct().Count();
        Assert.Contains($"{attacks.Length} attacks, tried by {tests} tests ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Money_Complaints_NameTestsThatExist()
    {
        var page = Repository.Read("docs/money.md");
        var complaints = page[page.IndexOf("## Complaints", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal));
        Assert.All(complaints.Skip(1), row => Assert.Matches(NamedTest(), row));
        AssertTestsExist(page);
    }

    private static void AssertTestsExist(string page)
    {
        var tests = Repository.Files("tests", "*.cs").Select(Repository.Read).ToArray();
        Assert.All(NamedTest().Matches(page).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)), test =>
            Assert.Contains(tests, source =>
                source.Contains($"class {test.Class}", StringComparison.Ordinal) && source.Contains($" {test.Method}(", StringComparison.Ordinal)));
    }

    /// <summary>As GitHub makes it of a heading.</summary>
    private static string Anchor(string heading) =>
        NotInAnchor().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| `([A-Z]+) (/[^`]*)` \|", RegexOptions.Multiline)]
    private static partial Regex CallRow();

    [GeneratedRegex(@"\b[45]\d\d,\s*""([a-z]+(?:_[a-z]+)+)""")]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"^\| (\d+) \|.*$", RegexOptions.Multiline)]
    private static partial Regex DefectRow();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
