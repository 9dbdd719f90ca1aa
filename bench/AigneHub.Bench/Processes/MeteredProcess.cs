using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace AigneHub.Bench.Processes;

/// <summary>A process that listens on a port of its choice and says so on its standard output.</summary>
internal sealed partial class MeteredProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<int, Process> Running = new();
    private static int _count;

    private readonly Process _process;
    private readonly string _meter;
    private readonly TaskCompletionSource<Uri?> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _output = new();

    static MeteredProcess() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (var process in Running.Values)
        {
            process.Kill(entireProcessTree: true);
        }
    };

    private MeteredProcess(Process process, string meter)
    {
        _process = process;
        _meter = meter;
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>From the start of the process to its word that it listens.</summary>
    public TimeSpan StartTime { get; private set; }

    public IPEndPoint EndPoint => IPEndPoint.Parse(Address.Authority);

    /// <summary>Starts <c>dotnet</c> with these arguments and waits until it listens.</summary>
    public static async Task<MeteredProcess> StartAsync(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, bool metered = true)
    {
        var meter = Path.Combine(Path.GetTempPath(), $"aignehub-bench-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}.sock");
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (metered)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            start.Environment[StartupHook.SocketVariable] = meter;
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = Stopwatch.GetTimestamp();
        var process = new MeteredProcess(Process.Start(start)!, meter);
        Running[process._process.Id] = process._process;
        process.ReadOutput();
        await Task.WhenAny(process._listening.Task, Task.Delay(StartMax));
        if (!process._listening.Task.IsCompleted || await process._listening.Task is not { } address)
        {
            throw new InvalidOperationException($"{string.Join(' ', arguments)} did not start:\n{process._output}");
        }

        process.StartTime = Stopwatch.GetElapsedTime(started);
        process.Address = address;
        return process;
    }

    public ProcessUsage Read()
    {
        _process.Refresh();
        var own = Meter();
        return new ProcessUsage(
            _process.TotalProcessorTime.TotalMicroseconds, own[0], own[1], _process.WorkingSet64,
            Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length, _process.Threads.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _ = NativeCalls.Signal(_process.Id, NativeCalls.Terminate);
        using var limit = new CancellationTokenSource(StopMax);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        Running.TryRemove(_process.Id, out _);
        _process.Dispose();
        File.Delete(_meter);
    }

    private void ReadOutput()
    {
        _process.EnableRaisingEvents = true;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _listening.TrySetResult(null);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    private long[] Meter()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(_meter));
        var line = new byte[256];
        var length = socket.Receive(line);
        return [.. Encoding.ASCII.GetString(line, 0, length).Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"listens on (http://\S+)")]
    private static partial Regex Listening();
}
