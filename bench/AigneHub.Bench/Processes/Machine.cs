using System.Globalization;
using System.Runtime.InteropServices;

namespace AigneHub.Bench.Processes;

/// <summary>The machine, in one line for the head of a table.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = Field("/proc/cpuinfo", "model name");
        var memory = long.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0 / 1024;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model}, {Environment.ProcessorCount} cores, {memory:0} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; load average at the start {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
    }

    private static string Field(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();
}
