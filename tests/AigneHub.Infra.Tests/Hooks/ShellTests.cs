using System.Diagnostics;

namespace AigneHub.Infra.Tests.Hooks;

/// <summary>The scripts are POSIX shell, and clean.</summary>
public sealed class ShellTests
{
    public static TheoryData<string> Scripts { get; } = [.. Repository.Files("infra/hooks", "*.sh")];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_Shape_IsSafe(string path)
    {
        var text = Repository.Read(path);
        Assert.StartsWith("#!/bin/sh\n", text, StringComparison.Ordinal);
        Assert.Contains("\nset -eu\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("set -x", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
        Assert.True(
            OperatingSystem.IsWindows() || File.GetUnixFileMode(Repository.PathOf(path)).HasFlag(UnixFileMode.UserExecute),
            $"{path} is not executable.");
        Assert.Equal((0, ""), Run("sh", "-n", Repository.PathOf(path)));
    }

    [ToolFact("shellcheck")]
    public void Scripts_AreClean() => Assert.Equal(
        (0, ""), Run("shellcheck", ["--shell=sh", .. Repository.Files("infra/hooks", "*.sh").Select(Repository.PathOf)]));

    private static (int Code, string Said) Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
