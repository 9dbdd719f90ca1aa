using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AigneHub.LocalRuntime.Azurite;

/// <summary>The installed Azurite: the version that <c>package-lock.json</c> pins, by <c>npm ci</c>.</summary>
internal static class AzuritePackage
{
    private const string Key = "node_modules/azurite";
    private static readonly TimeSpan InstallMax = TimeSpan.FromMinutes(10);

    /// <summary>The script to run, after an installation where one is needed.</summary>
    /// <exception cref="LocalStartupException">Node.js or npm is missing, or the installation failed.</exception>
    public static async Task<string> EnsureAsync(AzuriteOptions options, CancellationToken cancellationToken)
    {
        if (options.PackageFolder is not { } folder || LockedVersion(Path.Combine(folder, "package-lock.json")) is not { } pinned)
            throw new LocalStartupException(
                "No package-lock.json pins Azurite here, so the local storage emulator can't be started: run from the "
                + $"repository, or set {options.StorageSetting} to the connection string of a storage account.");

        var script = Path.Combine(folder, Key, "dist", "src", "azurite.js");
        if (IsInstalled())
            return script;
        using (await FileLock.TakeAsync(InstallLock(folder), InstallMax, cancellationToken))
        {
            // Another process may have installed it in the meantime.
            if (!IsInstalled())
                await InstallAsync(folder, options, cancellationToken);
        }

        return IsInstalled()
            ? script
            : throw new LocalStartupException($"npm ci in {folder} ended without installing Azurite {pinned}.");

        // npm writes the hidden lock file last: what it names is there whole.
        bool IsInstalled() =>
            LockedVersion(Path.Combine(folder, "node_modules", ".package-lock.json")) == pinned && File.Exists(script);
    }

    private static async Task InstallAsync(string folder, AzuriteOptions options, CancellationToken cancellationToken)
    {
        var npm = NodeTools.Npm(options);
        await options.Progress.WriteLineAsync($"Installing Azurite, the local storage emulator (npm ci in {folder}, once)...");
        var start = Stopwatch.GetTimestamp();
        var run = new ProcessStartInfo(npm)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            run.ArgumentList.Add(argument);
        using var process = Process.Start(run)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
            throw new LocalStartupException(
                $"npm ci in {folder} failed ({process.ExitCode}):{Environment.NewLine}{await output}{await errors}".TrimEnd());
        await options.Progress.WriteLineAsync($"Azurite installed in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s.");
    }

    /// <summary>Outside the folder, because <c>npm ci</c> deletes <c>node_modules</c>.</summary>
    private static string InstallLock(string folder)
    {
        var id = SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(folder)}|{Environment.UserName}"));
        return Path.Combine(Path.GetTempPath(), $"azurite-install-{Convert.ToHexStringLower(id.AsSpan(0, 8))}.lock");
    }

    private static string? LockedVersion(string lockFile)
    {
        if (!File.Exists(lockFile))
            return null;
        using var document = JsonDocument.Parse(File.ReadAllBytes(lockFile));
        return document.RootElement.TryGetProperty("packages", out var packages) && packages.TryGetProperty(Key, out var azurite)
            ? azurite.GetProperty("version").GetString()
            : null;
    }
}
