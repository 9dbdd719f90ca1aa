using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AigneHub.LocalRuntime.Azurite;

/// <summary>A process as a number and its start, so that a number used again is not mistaken for it.</summary>
/// <param name="Started">
/// On Linux the clock ticks since boot, which no change of the clock moves; elsewhere the start time. Compared as text.
/// </param>
internal sealed partial record ProcessIdentity(int Pid, string Started)
{
    private const int Terminate = 15;

    public static ProcessIdentity Current { get; } = Find(Environment.ProcessId)!;

    /// <summary>Null when no such process lives (one that only waits to be reaped does not).</summary>
    public static ProcessIdentity? Find(int pid)
    {
        if (pid <= 0)
            return null;
        if (OperatingSystem.IsLinux())
            return StartTicks(pid) is { } ticks ? new ProcessIdentity(pid, ticks) : null;
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited
                ? null
                : new ProcessIdentity(pid, process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    public bool IsAlive() => Find(Pid) is { } found && (Started.Length == 0 || found.Started == Started);

    /// <summary>Asks the process to end: SIGTERM. On Windows, which has no such signal, false.</summary>
    public bool AskToEnd() => !OperatingSystem.IsWindows() && SendSignal(Pid, Terminate) == 0;

    public void Kill()
    {
        try
        {
            using var process = Process.GetProcessById(Pid);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended by itself.
        }
    }

    public async Task<bool> WaitForExitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (IsAlive())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                return false;
            await Task.Delay(25, cancellationToken);
        }

        return true;
    }

    // proc(5): state is the first and starttime the 20th field after the command's name, which stands in parentheses.
    private static string? StartTicks(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
