using AigneHub.Hub.Tests.Support;
using AigneHub.LocalRuntime.Azurite;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>An Azurite that a test stops and starts again: the same folder, the same ports.</summary>
internal sealed class OwnAzurite : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly AzuriteFiles _files;
    private readonly AzuriteOptions _options;
    private readonly AzuriteState _ports;
    private ProcessIdentity? _process;

    private OwnAzurite(AzuriteFiles files, AzuriteOptions options, AzuriteState ports)
    {
        _files = files;
        _options = options;
        _ports = ports;
    }

    public string ConnectionString => new AzuriteLease(_ports, static () => Task.CompletedTask).ConnectionString;

    public static async Task<OwnAzurite> StartAsync(string folder)
    {
        var options = new AzuriteOptions { PackageFolder = Repository.Root, DataFolder = folder };
        var ports = AzuritePorts.Choose(preferDefaults: false);
        var azurite = new OwnAzurite(
            new AzuriteFiles(folder), options, new AzuriteState { BlobPort = ports[0], QueuePort = ports[1], TablePort = ports[2] });
        await azurite.StartAsync();
        return azurite;
    }

    /// <summary>Returns when it answers.</summary>
    public async Task StartAsync()
    {
        var script = await AzuritePackage.EnsureAsync(_options, CancellationToken.None);
        var state = await AzuriteLauncher.StartAsync(_ports, NodeTools.Node(_options), script, _files);
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

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(Longest, CancellationToken.None);
        }
    }
}
