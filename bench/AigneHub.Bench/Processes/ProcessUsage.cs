namespace AigneHub.Bench.Processes;

/// <summary>What a process has used since its start, and holds now.</summary>
/// <param name="CpuMicroseconds">User and system time; the kernel counts it in steps of 10 ms.</param>
internal readonly record struct ProcessUsage(
    double CpuMicroseconds, long AllocatedBytes, long HeapBytes, long ResidentBytes, int Handles, int Threads);
