using System.Runtime.InteropServices;

namespace AigneHub.Bench.Processes;

internal static partial class NativeCalls
{
    public const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Signal(int process, int signal);

    /// <summary>Finer than <see cref="Thread.Sleep(int)"/>, which rounds to milliseconds.</summary>
    [LibraryImport("libc", EntryPoint = "usleep")]
    public static partial int SleepMicroseconds(uint microseconds);
}
