using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AigneHub.Hub.Tests.Support;

/// <summary>Runs the scripts of <c>tests/clients</c>, whose packages it installs on their first use.</summary>
internal static class NodeClients
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "clients");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>The JSON document that the script prints.</summary>
    /// <param name="input">What the script reads.</param>
    public static async Task<JsonNode> RunAsync(string script, IReadOnlyDictionary<string, string> environment, string input = "")
    {
        await Installed.Value;
        return JsonNode.Parse(await RunAsync("node", [script], environment, input))!;
    }

    private static async Task InstallAsync()
    {
        var stamp = Path.Combine(Folder, "node_modules", ".package-lock.json");
        var lockFile = Path.Combine(Folder, "package-lock.json");
        if (!File.Exists(stamp) || File.GetLastWriteTimeUtc(stamp) < File.GetLastWriteTimeUtc(lockFile))
        {
            await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-fund", "--no-audit"], new Dictionary<string, string>());
        }
    }

    private static async Task<string> RunAsync(string file, string[] arguments, IReadOnlyDictionary<string, string> environment, string input = "")
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)}: {await errors}");
        return output;
    }
}
