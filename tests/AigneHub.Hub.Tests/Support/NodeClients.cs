using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace AigneHub.Hub.Tests.Support;

/// <summary>Runs the scripts of <c>tests/clients</c> and <c>tests/aigne-client</c>, whose packages it installs on their first use.</summary>
internal static class NodeClients
{
    /// <summary>The official clients of the vendors.</summary>
    private const string Vendors = "clients";

    /// <summary>AIGNE Hub's client, whose packages are many.</summary>
    public const string Aigne = "aigne-client";

    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installed = new();

    /// <summary>The JSON document that the script prints.</summary>
    /// <param name="input">What the script reads.</param>
    public static async Task<JsonNode> RunAsync(
        string script, IReadOnlyDictionary<string, string> environment, string input = "", string packages = Vendors)
    {
        var folder = Path.Combine(Repository.Root, "tests", packages);
        await Installed.GetOrAdd(folder, name => new Lazy<Task>(() => InstallAsync(name))).Value;
        return JsonNode.Parse(await RunAsync(folder, "node", [script], environment, input))!;
    }

    private static async Task InstallAsync(string folder)
    {
        var stamp = Path.Combine(folder, "node_modules", ".package-lock.json");
        var lockFile = Path.Combine(folder, "package-lock.json");
        if (!File.Exists(stamp) || File.GetLastWriteTimeUtc(stamp) < File.GetLastWriteTimeUtc(lockFile))
        {
            await RunAsync(
                folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-fund", "--no-audit"], new Dictionary<string, string>());
        }
    }

    private static async Task<string> RunAsync(
        string folder, string file, string[] arguments, IReadOnlyDictionary<string, string> environment, string input = "")
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
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
