using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AigneHub.Bench.Micro;

/// <summary>The pieces of a call's way, one by one.</summary>
internal static class MicroBenchmarks
{
    /// <summary>Takes BenchmarkDotNet's own arguments, such as <c>--filter *Tap*</c>.</summary>
    public static int Run(string[] args)
    {
        // In this process: the same build, and no project to generate. A short job: the machine's noise is larger anyway.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(8));
        var all = new BenchmarkSwitcher(typeof(MicroBenchmarks).Assembly);
        var summaries = args.Length == 0 ? all.RunAllJoined(config) is { } joined ? [joined] : [] : all.Run(args, config);
        return summaries.All(s => !s.HasCriticalValidationErrors) ? 0 : 1;
    }
}
