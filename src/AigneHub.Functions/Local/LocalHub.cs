using AigneHub.Core.Keys;
using AigneHub.Core.Secrets;
using AigneHub.Gateway;
using AigneHub.LocalRuntime;
using AigneHub.LocalRuntime.Azurite;
using AigneHub.Providers.Simulation;
using AigneHub.Providers.Tokenizers;
using AigneHub.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AigneHub.Functions.Local;

/// <summary>
/// A hub on this machine: settings that need nothing configured, Azurite when the storage is the development storage, an
/// administrator's key.
/// </summary>
internal sealed class LocalHub : IAsyncDisposable
{
    /// <summary>The setting that names another data folder than <c>.aignehub</c> in the repository.</summary>
    public const string DataFolderSetting = "AIGNEHUB_DATA";

    private const string DevelopmentStorage = "UseDevelopmentStorage=true";
    private const string RootMarker = "AigneHub.sln";
    private const string DataFolderName = ".aignehub";

    private readonly LocalFunctionsApp _app;
    private readonly AzuriteLease? _azurite;
    private readonly string? _keyFile;
    private Task _warmUp = Task.CompletedTask;

    private LocalHub(LocalFunctionsApp app, AzuriteLease? azurite, string administratorKey, string? keyFile)
    {
        _app = app;
        _azurite = azurite;
        _keyFile = keyFile;
        Key = administratorKey;
    }

    public IServiceProvider Services => _app.Services;

    public Uri Address => _app.Addresses[0];

    /// <summary>The administrator's key.</summary>
    public string Key { get; }

    /// <exception cref="LocalStartupException">A port is taken, Azurite can't be had, a command-line argument is unknown.</exception>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static async Task<LocalHub> StartAsync(LocalHubOptions options, CancellationToken cancellationToken)
    {
        var root = ContentRoot.Find(RootMarker);
        var builder = LocalFunctionsApp.CreateBuilder(new LocalFunctionsOptions
        {
            Args = options.Args,
            Functions = typeof(LocalHub).Assembly,
            Arguments = [new LocalArgument("--mode", "AigneHub:Mode", "Enterprise|Provider")],
            ContentRoot = root,
        });
        var configuration = builder.Configuration;
        configuration.AddInMemoryCollection(options.Settings);
        var data = Path.GetFullPath(
            options.DataFolder ?? DataFolder(configuration) ?? Path.Combine(root ?? Directory.GetCurrentDirectory(), DataFolderName));

        var azurite = Acquire(configuration, root, data, cancellationToken);
        LocalFunctionsApp? app = null;
        try
        {
            var (key, keyFile) = AdministratorKeyFile.Ensure(configuration[AdministratorKey.Setting], data);
            configuration.AddInMemoryCollection(
            [
                new(AdministratorKey.Setting, key),
                new("AigneHub:SimulatedProvider", configuration["AigneHub:SimulatedProvider"] ?? "true"),
            ]);
            if (azurite is not null)
            {
                configuration[StorageSettings.Connection] = (await azurite).ConnectionString;
            }

            builder.Services.AddHub(configuration).AddServerSpans();
            AddMasterKey(builder.Services, data);
            options.Services(builder.Services);
            app = builder.Build();
            var hub = new LocalHub(app, azurite is null ? null : await azurite, key, keyFile);
            await hub.RunAsync(cancellationToken);
            return hub;
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync();
            }

            if (azurite is not null)
            {
                await (await azurite).DisposeAsync();
            }

            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <summary>What a person needs to make the first call.</summary>
    public string Banner() =>
        StartupBanner.For(Services.GetRequiredService<IHubSnapshots>().Current, _app.Functions, Address, Key, _keyFile);

    public async ValueTask DisposeAsync()
    {
        await _warmUp;
        await _app.DisposeAsync();
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }

    private static Task<AzuriteLease>? Acquire(IConfiguration configuration, string? root, string data, CancellationToken cancellationToken)
    {
        var storage = configuration[StorageSettings.Connection];
        return StorageSettings.IsSet(configuration) && storage != DevelopmentStorage
            ? null
            : AzuriteInstance.AcquireAsync(
                new AzuriteOptions { PackageFolder = root, DataFolder = data, StorageSetting = StorageSettings.Connection },
                cancellationToken);
    }

    /// <summary>The data folder's file, unless the settings name another master key.</summary>
    private static void AddMasterKey(IServiceCollection services, string data)
    {
        if (services.All(service => service.ServiceType != typeof(IMasterKey)))
        {
            var (key, problem) = LocalMasterKey.Open(data);
            services.AddSingleton<IMasterKey>(key ?? throw new SettingsException(problem!));
        }
    }

    private static string? DataFolder(IConfiguration configuration) =>
        configuration[DataFolderSetting] is { Length: > 0 } folder ? folder : null;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        var started = Services.GetRequiredService<HubStartup>().Completed;
        var stopping = Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        await Task.WhenAny(started, Task.Delay(Timeout.Infinite, waiting.Token));
        cancellationToken.ThrowIfCancellationRequested();
        if (!started.IsCompleted)
        {
            // Asked to end while storage was out of reach: whoever waits for the shutdown sees to it.
            return;
        }

        await started;
        if (Services.GetService<SimulatedProvider>() is not null)
        {
            // Simulated models count real tokens: without this the first call would wait for the tokenizer's tables.
            _warmUp = Services.GetRequiredService<TokenCounter>().WarmUpAsync(CancellationToken.None);
        }
    }
}
