using System.Text.Json;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>Sizes and places of files.</summary>
public sealed class SourceTests
{
    private const int FileLinesMax = 400;
    private const int LineColumnsMax = 140;
    private const int AzureLinesMax = 400;

    /// <summary>File → lines that may be longer: each a message to people, which reads better unbroken. Only ever fewer.</summary>
    private static readonly Dictionary<string, int> LongLines = new()
    {
        ["src/AigneHub.Gateway/Attempts/UpstreamErrors.cs"] = 13,
        ["src/AigneHub.Gateway/Fronts/RequestHeadParser.cs"] = 3,
        ["src/AigneHub.Gateway/GatewayHandler.cs"] = 1,
        ["src/AigneHub.Gateway/Relay/WholeRelay.cs"] = 1,
    };

    [Fact]
    public void SourceFiles_Lines_AreFew() => Assert.All(
        Repository.Files("src", "*.cs"), path => Assert.InRange(Lines(path).Length, 0, FileLinesMax));

    [Fact]
    public void SourceLines_Columns_AreFew() => Assert.All(
        Repository.Files("src", "*.cs"),
        path => Assert.True(
            Lines(path).Count(line => line.Length > LineColumnsMax) <= LongLines.GetValueOrDefault(path),
            $"{path} has more lines of over {LineColumnsMax} columns than the {LongLines.GetValueOrDefault(path)} it may have."));

    [Fact]
    public void AzureForm_OwnCode_IsSmall() =>
        Assert.InRange(Repository.Files("src/AigneHub.Functions/Azure", "*.cs").Sum(path => Lines(path).Length), 1, AzureLinesMax);

    [Fact]
    public void Folders_Names_SayWhatIsInThem() => Assert.All(
        Repository.Folders("src").Concat(Repository.Folders("tests")).Concat(Repository.Folders("eng")),
        folder => Assert.DoesNotContain(
            Path.GetFileName(folder), ["Common", "Shared", "Helpers", "Utils"], StringComparer.OrdinalIgnoreCase));

    /// <summary>A host in a lock file would make every installation ask that host, whatever registry is configured.</summary>
    [Fact]
    public void NpmLockFiles_Packages_NameNoRegistry()
    {
        var paths = Repository.Files(".", "package-lock.json").ToArray();
        Assert.NotEmpty(paths);
        Assert.All(paths, path =>
        {
            using var document = JsonDocument.Parse(Repository.Read(path));
            Assert.All(
                document.RootElement.GetProperty("packages").EnumerateObject(),
                package => Assert.False(package.Value.TryGetProperty("resolved", out _), $"{path}: {package.Name} has 'resolved'."));
        });
    }

    private static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Repository.Root, path));
}
