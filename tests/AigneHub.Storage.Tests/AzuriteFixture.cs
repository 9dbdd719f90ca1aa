using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Storage.Tests;

/// <summary>One Azurite process for the whole run, on free ports and in a folder of its own.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static int _hubs;
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-azurite-").FullName;
    private Process? _process;

    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var ports = FreePorts(3);
        var start = new ProcessStartInfo("node") { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(RepositoryRoot(), "node_modules", "azurite", "dist", "src", "azurite.js"), "--silent", "--skipApiVersionCheck",
            "--disableTelemetry", "--location", _folder, "--blobPort", ports[0], "--queuePort", ports[1], "--tablePort", ports[2],
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        const string Account = "devstoreaccount1";
        ConnectionString = string.Create(
            CultureInfo.InvariantCulture,
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;QueueEndpoint=http://127.0.0.1:{ports[1]}/{Account};TableEndpoint=http://127.0.0.1:{ports[2]}/{Account};");
        await ListeningAsync(int.Parse(ports[1], CultureInfo.InvariantCulture));
        await ListeningAsync(int.Parse(ports[2], CultureInfo.InvariantCulture));
    }

    public async Task DisposeAsync()
    {
        _process?.Kill(entireProcessTree: true);
        await (_process?.WaitForExitAsync() ?? Task.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Tables and queues that no other test has.</summary>
    internal StorageOptions NewOptions()
    {
        var number = Interlocked.Increment(ref _hubs);
        return new StorageOptions
        {
            ConnectionString = ConnectionString,
            TablePrefix = string.Create(CultureInfo.InvariantCulture, $"t{number}"),
            UsageQueueName = string.Create(CultureInfo.InvariantCulture, $"usage-{number}"),
        };
    }

    internal async Task<ServiceProvider> NewHubAsync(StorageOptions? options = null)
    {
        var services = new ServiceCollection().AddHubStorage(options ?? NewOptions()).BuildServiceProvider();
        await services.GetRequiredService<HubStorage>().EnsureCreatedAsync(default);
        return services;
    }

    private async Task ListeningAsync(int port)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (waited.Elapsed < StartMax && !_process!.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    private static string[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)).ToArray();
        listeners.ForEach(listener => listener.Stop());
        return ports;
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AigneHub.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not below the repository.");
        }

        return folder.FullName;
    }
}

[CollectionDefinition(Name)]
#pragma warning disable CA1711 // xunit's word.
public sealed class AzuriteCollection : ICollectionFixture<AzuriteFixture>
#pragma warning restore CA1711
{
    public const string Name = "azurite";
}
