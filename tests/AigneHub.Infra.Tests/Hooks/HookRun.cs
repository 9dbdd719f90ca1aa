using System.Diagnostics;

namespace AigneHub.Infra.Tests.Hooks;

/// <summary>
/// Runs a hook with stand-ins of <c>az</c>, <c>azd</c> and, where asked for, <c>curl</c> first on the PATH. Each call of a
/// stand-in is a line of <see cref="Calls"/>: its name, its arguments and, after <c>&lt;</c>, its standard input.
/// </summary>
internal sealed class HookRun : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-hook").FullName;

    public HookRun()
    {
        StandIn("az");
        StandIn("azd");
    }

    public Dictionary<string, string> Environment { get; } = new()
    {
        ["AZURE_SUBSCRIPTION_ID"] = "sub",
        ["AZURE_RESOURCE_GROUP"] = "rg-demo",
        ["AIGNEHUB_VAULT"] = "kv-demo",
        ["AIGNEHUB_SITE"] = "func-demo",
        ["AIGNEHUB_HOOK_PAUSE"] = "0.1",
    };

    public int ExitCode { get; private set; }

    /// <summary>What it said, on either stream.</summary>
    public string Output { get; private set; } = "";

    public IReadOnlyList<string> Calls => File.Exists(LogPath) ? File.ReadAllLines(LogPath) : [];

    private string LogPath => Path.Combine(_folder, "calls");

    /// <param name="answers">Lines <c>PATTERN) COMMANDS ;;</c> of a shell's <c>case</c> over the arguments.</param>
    public void StandIn(string tool, string answers = "")
    {
        var input = tool == "curl" ? "" : "case \"$*\" in *'--body @-'*) input=\" < $(cat)\" ;; esac";
        var path = Path.Combine(_folder, tool);
        File.WriteAllText(path, $"""
            #!/bin/sh
            input=''
            {input}
            printf '%s\n' "{tool} $*$input" >>'{LogPath}'
            case "$*" in
            {answers}
            *) ;;
            esac

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public async Task<HookRun> RunAsync(string hook)
    {
        var start = new ProcessStartInfo("sh", [Repository.PathOf($"infra/hooks/{hook}.sh")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        // Nothing of this process's own environment but where tools are: it may hold vendors' keys.
        start.Environment.Clear();
        start.Environment["PATH"] = $"{_folder}:{System.Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["TMPDIR"] = _folder;
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(Timeout);
        using var kill = late.Token.Register(() => process.Kill(entireProcessTree: true));
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        ExitCode = process.ExitCode;
        Output = string.Concat(said);
        return this;
    }

    /// <summary>No file that a script made is left.</summary>
    public bool LeftNothing() => Directory.EnumerateDirectories(_folder).FirstOrDefault() is null;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
