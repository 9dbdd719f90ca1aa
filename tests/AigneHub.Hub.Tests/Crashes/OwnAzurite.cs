using System.Runtime.InteropServices;
using AigneHub.Hub.Tests.Support;
using AigneHub.LocalRuntime.Azurite;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>An Azurite that a test stops and starts again: the same folder, the same ports.</summary>
internal sealed partial class OwnAzurite : IAsyncDisposable
{
    // Their numbers on Linux; macOS has others.
    private static readonly int Sigstop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly int Sigcont = OperatingSystem.IsMacOS() ? 19 : 18;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly AzuriteFiles _files;
    private readonly AzuriteOptions _options;
    private readonly AzuriteState _ports;
    private ProcessIdentity? _process;

    public OwnAzurite(string folder)
    {
        _files = new AzuriteFiles(folder);
        _options = new AzuriteOptions { PackageFolder = Repository.Root, DataFolder = folder };
        var ports = AzuritePorts.Choose(preferDefaults: false);
        _ports = new AzuriteState { BlobPort = ports[0], QueuePort = ports[1], TablePort = ports[2] };
    }

    public string ConnectionString => new AzuriteLease(_ports, static () => Task.CompletedTask).ConnectionString;

    /// <summary>Returns when it answers.</summary>
    public async Task StartAsync()
    {
        var script = await AzuritePackage.EnsureAsync(_options, CancellationToken.None);
        var state = await AzuriteLauncher.StartAsync(_ports, NodeTools.Node(_options), script, _files, inMemory: false);
        _process = new ProcessIdentity(state.Pid, state.Started);
        await Until.TrueAsync(() => AzuritePorts.AnswerAsync(_ports, CancellationToken.None), "Azurite answers");
    }

    /// <summary>Asks it to end, on which it saves everything, and returns when it has ended.</summary>
    public async Task StopAsync()
    {
        Assert.True(_process!.AskToEnd());
        Assert.True(await _process.WaitForExitAsync(Longest, CancellationToken.None), "Azurite ends on SIGTERM.");
        _process = null;
    }

    /// <summary>It hangs: connections are taken, and nothing is answered until <see cref="Resume"/>.</summary>
    public void Suspend() => Assert.Equal(0, Kill(_process!.Pid, Sigstop));

    public void Resume() => Assert.Equal(0, Kill(_process!.Pid, Sigcont));

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(Longest, CancellationToken.None);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
