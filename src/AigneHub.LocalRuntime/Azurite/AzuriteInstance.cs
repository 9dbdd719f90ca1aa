using System.Diagnostics;

namespace AigneHub.LocalRuntime.Azurite;

/// <summary>
/// The Azurite of a data folder, shared by all processes that use the folder: the first one starts it, later ones join
/// it, the last one out stops it and waits until it has saved its data. One left over by killed processes is taken over.
/// </summary>
/// <seealso href="https://learn.microsoft.com/azure/storage/common/storage-use-azurite"/>
public static class AzuriteInstance
{
    private const int StartTries = 3;
    private static readonly TimeSpan WindowsSave = TimeSpan.FromSeconds(6);
    private static int _lastLease;

    /// <summary>Returns when blobs, queues and tables answer. Installs Azurite first where needed.</summary>
    /// <exception cref="LocalStartupException">It can't be installed or started; the message says what to do.</exception>
    public static async Task<AzuriteLease> AcquireAsync(AzuriteOptions options, CancellationToken cancellationToken)
    {
        // The caller has something else to do meanwhile.
        await Task.Yield();
        var files = new AzuriteFiles(Path.GetFullPath(options.DataFolder));
        Directory.CreateDirectory(files.Folder);
        var self = ProcessIdentity.Current;
        var user = new AzuriteUser(self.Pid, self.Started, Interlocked.Increment(ref _lastLease));
        using (await FileLock.TakeAsync(files.Lock, TimeSpan.FromSeconds(options.LockSeconds), cancellationToken))
        {
            var state = await FindLivingAsync(files, options, cancellationToken)
                ?? await StartAsync(files, options, user, cancellationToken);
            state = state with { Users = [.. Living(state.Users).Where(u => u != user), user] };
            state.Write(files.State);
            return new AzuriteLease(state, () => ReleaseAsync(files, options, user));
        }
    }

    private static async Task<AzuriteState?> FindLivingAsync(
        AzuriteFiles files, AzuriteOptions options, CancellationToken cancellationToken)
    {
        if (AzuriteState.Read(files.State) is not { } state)
            return null;
        var process = new ProcessIdentity(state.Pid, state.Started);
        if (!process.IsAlive())
            return null;
        // A process that was killed while it started Azurite leaves one whose ports are not open yet.
        if (await AnswersInTimeAsync(state, process, TimeSpan.FromSeconds(options.AnswerSeconds), cancellationToken))
            return state;
        // Without a recorded start the number may by now be that of a process that is none of ours.
        if (state.Started.Length > 0)
            await EndAsync(process, TimeSpan.FromSeconds(options.StopSeconds));
        return null;
    }

    private static async Task<AzuriteState> StartAsync(
        AzuriteFiles files, AzuriteOptions options, AzuriteUser user, CancellationToken cancellationToken)
    {
        var node = NodeTools.Node(options);
        var script = await AzuritePackage.EnsureAsync(options, cancellationToken);
        for (var attempt = 1; attempt <= StartTries; attempt++)
        {
            // Two that start at once, each for a folder of its own, would both find the usual ports free, and the slower one
            // would take the other's answers for its own.
            using var claim = options.PreferDefaultPorts && attempt == 1 ? AzuritePorts.ClaimDefaults() : null;
            var ports = AzuritePorts.Choose(claim is not null);
            var draft = new AzuriteState { BlobPort = ports[0], QueuePort = ports[1], TablePort = ports[2], Users = [user] };
            var state = await AzuriteLauncher.StartAsync(draft, node, script, files, options.InMemory);
            var process = new ProcessIdentity(state.Pid, state.Started);
            var answers = false;
            try
            {
                answers = await AnswersInTimeAsync(state, process, TimeSpan.FromSeconds(options.StartSeconds), cancellationToken);
            }
            finally
            {
                // Cancelled, or, most likely, somebody else was faster at one of the ports.
                if (!answers)
                    await EndAsync(process, TimeSpan.FromSeconds(options.StopSeconds));
            }

            if (answers)
                return state;
        }

        throw new LocalStartupException($"Azurite does not start; {files.Log} may say why. {LastLines(files.Log)}".TrimEnd());
    }

    private static async Task ReleaseAsync(AzuriteFiles files, AzuriteOptions options, AzuriteUser user)
    {
        using var held = await FileLock.TakeAsync(files.Lock, TimeSpan.FromSeconds(options.LockSeconds), CancellationToken.None);
        if (AzuriteState.Read(files.State) is not { } state)
            return;
        AzuriteUser[] others = [.. Living(state.Users).Where(u => u != user)];
        if (others.Length > 0)
        {
            (state with { Users = others }).Write(files.State);
            return;
        }

        await EndAsync(new ProcessIdentity(state.Pid, state.Started), TimeSpan.FromSeconds(options.StopSeconds));
        File.Delete(files.State);
    }

    private static IEnumerable<AzuriteUser> Living(IEnumerable<AzuriteUser> users) =>
        users.Where(user => new ProcessIdentity(user.Pid, user.Started).IsAlive());

    private static async Task<bool> AnswersInTimeAsync(
        AzuriteState state, ProcessIdentity process, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (process.IsAlive() && Stopwatch.GetElapsedTime(start) < limit)
        {
            if (await AzuritePorts.AnswerAsync(state, cancellationToken))
                return true;
            await Task.Delay(25, cancellationToken);
        }

        return false;
    }

    private static async Task EndAsync(ProcessIdentity process, TimeSpan limit)
    {
        if (!process.IsAlive())
            return;
        // Azurite saves what it holds on SIGTERM, and without one every 5 s.
        if (!process.AskToEnd())
            await Task.Delay(WindowsSave);
        else if (await process.WaitForExitAsync(limit, CancellationToken.None))
            return;
        if (process.IsAlive())
            process.Kill();
        await process.WaitForExitAsync(limit, CancellationToken.None);
    }

    private static string LastLines(string log) =>
        File.Exists(log) ? string.Join(' ', File.ReadLines(log).TakeLast(3).Select(line => line.Trim())) : "";
}
