using System.Diagnostics;
using System.Globalization;

namespace AigneHub.LocalRuntime.Azurite;

/// <summary>
/// Starts Azurite in a process group of its own, so that Ctrl-C in the terminal reaches the app only. .NET can't do that
/// without a shell; a few lines of Node.js can, on every system.
/// </summary>
internal static class AzuriteLauncher
{
    // Writes the number of the new process (and on Linux its start, see ProcessIdentity) into the state file itself: the
    // app may be killed at any time.
    private const string Script =
        """
        const fs = require('fs'), [state, log, ...args] = process.argv.slice(1);
        const fail = why => { console.error(why); process.exit(1); };
        if (parseInt(process.versions.node) < 20) fail('Node.js ' + process.versions.node + ' is too old.');
        const out = fs.openSync(log, 'w');
        const options = { detached: true, windowsHide: true, stdio: ['ignore', out, out] };
        const child = require('child_process').spawn(process.execPath, args, options);
        if (!child.pid) fail('Node.js could not be started.');
        const json = JSON.parse(fs.readFileSync(state, 'utf8'));
        json.pid = child.pid;
        try { json.started = fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').pop().split(' ')[19]; } catch { }
        fs.writeFileSync(state + '.new', JSON.stringify(json, null, 2));
        fs.renameSync(state + '.new', state);
        process.exit(0);
        """;

    /// <summary>
    /// The state file as it is after the start; Azurite's ports don't answer yet. Takes a fraction of a second and can't be
    /// cancelled: between the start and the caller's knowing of it, Azurite would be left behind.
    /// </summary>
    public static async Task<AzuriteState> StartAsync(
        AzuriteState state, string node, string azuriteScript, AzuriteFiles files, bool inMemory)
    {
        state.Write(files.State);
        string[] arguments =
        [
            "-e", Script, "--", files.State, files.Log, azuriteScript,
            "--skipApiVersionCheck", "--disableTelemetry", "--silent",
            "--blobHost", "127.0.0.1", "--blobPort", Text(state.BlobPort),
            "--queueHost", "127.0.0.1", "--queuePort", Text(state.QueuePort),
            "--tableHost", "127.0.0.1", "--tablePort", Text(state.TablePort),
            .. inMemory ? (string[])["--inMemoryPersistence"] : ["--location", files.Data],
        ];
        var run = new ProcessStartInfo(node)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments)
            run.ArgumentList.Add(argument);
        using var launcher = Process.Start(run)!;
        var errors = await launcher.StandardError.ReadToEndAsync();
        await launcher.WaitForExitAsync();
        if (launcher.ExitCode != 0 || AzuriteState.Read(files.State) is not { Pid: > 0 } started)
            throw new LocalStartupException(
                $"Azurite could not be started: {errors.Trim()} (Node.js 20 or later is needed; {files.Log} may say more.)");

        if (started.Started.Length == 0)
        {
            started = started with { Started = ProcessIdentity.Find(started.Pid)?.Started ?? "" };
            started.Write(files.State);
        }

        return started;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The files of a data folder.</summary>
internal sealed record AzuriteFiles(string Folder)
{
    public string State { get; } = Path.Combine(Folder, "azurite.json");

    public string Lock { get; } = Path.Combine(Folder, "azurite.lock");

    public string Log { get; } = Path.Combine(Folder, "azurite.log");

    public string Data { get; } = Path.Combine(Folder, "azurite");
}
