using AigneHub.LocalRuntime;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>The repository's files, without what is generated or installed.</summary>
internal static class Repository
{
    private static readonly string[] Left =
        ["bin", "obj", "node_modules", ".git", ".aignehub", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } =
        ContentRoot.Find("AigneHub.sln") ?? throw new InvalidOperationException("The tests run outside the repository.");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Files below a folder, relative to the root, with <c>/</c>.</summary>
    /// <param name="pattern">E.g. <c>*.cs</c>.</param>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        new[] { new DirectoryInfo(Path.Combine(Root, folder)) }.SelectMany(All)
            .SelectMany(directory => directory.EnumerateFiles(pattern))
            .Select(file => Relative(file.FullName))
            .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Folders(string folder) =>
        All(new DirectoryInfo(Path.Combine(Root, folder))).Select(directory => Relative(directory.FullName));

    private static IEnumerable<DirectoryInfo> All(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(child => !Left.Contains(child.Name)).SelectMany(All).Prepend(folder);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
