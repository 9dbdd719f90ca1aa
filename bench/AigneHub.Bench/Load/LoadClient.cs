using System.Diagnostics;
using System.Net;
using AigneHub.Bench.Processes;

namespace AigneHub.Bench.Load;

/// <summary>
/// Loads one server with calls. Every unit of concurrency is a thread with 16 connections of its own, used in turn: a
/// server may be busy with a connection for a moment after its answer is complete. Connections stay open between runs.
/// </summary>
internal sealed class LoadClient(IPEndPoint server) : IDisposable
{
    public const int ConnectionsPerThread = 16;
    private readonly List<LoadConnection[]> _threads = [];

    /// <summary>Closed loop, for a time or a number of calls: each thread sends its next call when the last one is answered.</summary>
    public LoadResult Closed(byte[] request, int concurrency, TimeSpan duration, int callsMax)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var calls = 0;
        return Run(concurrency, (connections, samples) =>
        {
            for (var i = 0; ; i++)
            {
                var start = Stopwatch.GetTimestamp();
                if (start >= end || Interlocked.Increment(ref calls) > callsMax)
                {
                    return;
                }

                samples.Add(start, connections[i % ConnectionsPerThread].Call(request));
            }
        });
    }

    /// <summary>Open loop: a call is due every 1 ÷ rate seconds whatever the server does, and late from then on.</summary>
    public LoadResult Open(byte[][] requests, int perSecond, int concurrency, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var calls = (long)(perSecond * duration.TotalSeconds);
        var next = -1L;
        return Run(concurrency, (connections, samples) =>
        {
            for (var i = 0; Interlocked.Increment(ref next) is var call && call < calls; i++)
            {
                var due = start + call * Stopwatch.Frequency / perSecond;
                WaitUntil(due);
                samples.Add(due, connections[i % ConnectionsPerThread].Call(requests[call % requests.Length]));
            }
        });
    }

    public void Dispose()
    {
        foreach (var connection in _threads.SelectMany(t => t))
        {
            connection.Dispose();
        }
    }

    private static void WaitUntil(long due)
    {
        while (Stopwatch.GetTimestamp() is var now && now < due)
        {
            _ = NativeCalls.SleepMicroseconds((uint)Math.Min(500_000, (due - now) * 1_000_000 / Stopwatch.Frequency + 1));
        }
    }

    private LoadResult Run(int concurrency, Action<LoadConnection[], Samples> work)
    {
        while (_threads.Count < concurrency)
        {
            _threads.Add([.. Enumerable.Range(0, ConnectionsPerThread).Select(_ => new LoadConnection(server))]);
        }

        var started = Stopwatch.GetTimestamp();
        var runs = _threads.Take(concurrency).Select(connections =>
        {
            var samples = new Samples();
            var thread = new Thread(() => work(connections, samples)) { IsBackground = true };
            thread.Start();
            return (thread, samples);
        }).ToArray();
        foreach (var (thread, _) in runs)
        {
            thread.Join();
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        return new LoadResult(
            [.. runs.SelectMany(r => r.samples.Latencies).Order()], [.. runs.SelectMany(r => r.samples.FirstBytes).Order()],
            [.. runs.SelectMany(r => r.samples.Failures)], elapsed);
    }

    private sealed class Samples
    {
        public List<long> Latencies { get; } = new(16 * 1024);
        public List<long> FirstBytes { get; } = new(16 * 1024);
        public List<string> Failures { get; } = [];

        public void Add(long start, Answer answer)
        {
            Latencies.Add(answer.End - start);
            FirstBytes.Add(answer.FirstByte - start);
            if (answer.Failure is { } failure)
            {
                Failures.Add(failure);
            }
        }
    }
}
