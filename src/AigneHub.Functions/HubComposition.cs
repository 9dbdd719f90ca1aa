using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Archive;
using AigneHub.Core.Audit;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Secrets;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Configuration;
using AigneHub.Gateway.Health;
using AigneHub.Gateway.Identity;
using AigneHub.Providers.Configuration;
using AigneHub.Providers.Simulation;
using AigneHub.Providers.Tokenizers;
using AigneHub.Providers.Upstream;
using AigneHub.Storage;
using AigneHub.Storage.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AigneHub.Functions;

/// <summary>The composition root of both runtimes.</summary>
public static class HubComposition
{
    /// <exception cref="SettingsException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddHub(this IServiceCollection services, IConfiguration configuration)
    {
        var options = Bind<HubOptions>(configuration, "AigneHub");
        if (configuration[AdministratorKey.Setting] is { Length: > 0 } secret && !AdministratorKey.IsUnresolved(secret)
            && AdministratorKey.WhatIsWrong(secret) is { } wrong)
        {
            throw new SettingsException(wrong);
        }

        var gateway = Bind<GatewayOptions>(configuration, "AigneHub:Gateway");
        if (gateway.WhatIsWrong() is { } outOfRange)
        {
            throw new SettingsException(outOfRange);
        }

        var identity = Bind<IdentityOptions>(configuration, "AigneHub:Identity");
        if (identity.WhatIsWrong() is { } wrongIdentity)
        {
            throw new SettingsException(wrongIdentity);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<HubIds>();
        services.AddSingleton(options);
        var providers = ProviderConfiguration.Of(options, configuration);
        var archive = Bind<ArchiveOptions>(configuration, "AigneHub:Archive");
        if (archive.WhatIsWrong() is { } wrongArchive)
        {
            throw new SettingsException(wrongArchive);
        }

        var audit = Bind<AuditOptions>(configuration, "AigneHub:Audit");
        if (audit.WhatIsWrong() is { } wrongAudit)
        {
            throw new SettingsException(wrongAudit);
        }

        var storage = StorageSettings.Read(configuration);
        storage.ArchiveContainer = archive.Container;
        services.AddSingleton(archive);
        services.AddSingleton(audit);
        return services
            .AddHubStorage(storage, providers.Providers.Select(provider => provider.Id))
            .AddUsage(options, configuration)
            .AddUpstream(options, configuration)
            .AddStoredConfiguration(providers, MasterKeySettings.Read(configuration), storage)
            .AddSingleton(s => new HealthExchange(
                s.GetRequiredService<IHealthNotices>(), s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<HubIds>().New().ToString("N")))
            .AddHostedService<HealthExchangeService>()
            .AddPayments(options, configuration)
            .AddHostedService<RateLimiterService>()
            .AddHostedService<KeyUsesService>()
            .AddNotifications(
                Bind<NotificationOptions>(configuration, "AigneHub:Notifications"),
                Bind<UpstreamOptions>(configuration, "AigneHub:Upstream"))
            .AddGateway(gateway)
            .AddIdentity(identity, configuration[AdministratorKey.Setting] is { Length: > 0 })
            .AddServerLimits(gateway)
            .AddTelemetry(options.Mode, configuration)
            .AddWithoutRequestLines()
            .AddSingleton<HubStartup>()
            .AddHostedService(s => s.GetRequiredService<HubStartup>());
    }

    internal static T Bind<T>(IConfiguration configuration, string section)
        where T : new()
    {
        try
        {
            return configuration.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException e)
        {
            // The binder's message names the key, and only the inner one quotes the value.
            throw new SettingsException(e.Message);
        }
    }

    private static IServiceCollection AddUsage(this IServiceCollection services, HubOptions options, IConfiguration configuration)
    {
        var unit = options.Mode == HubMode.Provider ? LedgerUnit.NanoCredit : LedgerUnit.NanoUsd;
        return services
            .AddSingleton(s => new ReadinessProbe("storage", s.GetRequiredService<HubStorage>().IsReadyAsync))
            .AddSingleton(s => new ReadinessProbe(
                "start", _ => Task.FromResult(s.GetRequiredService<HubStartup>().Completed.IsCompletedSuccessfully)))
            .AddSingleton(s => new PurseRegistrar(
                s.GetRequiredService<IPurseRegistry>(), unit, s.GetRequiredService<IIncidents>(), s.GetRequiredService<TimeProvider>()))
            .AddSingleton(Bind<UsageFlusherOptions>(configuration, "AigneHub:Usage"))
            .AddSingleton<IIncidents, LoggedIncidents>()
            .AddSingleton<UsageFlusher>()
            .AddSingleton<IUsageSink>(s => s.GetRequiredService<UsageFlusher>())
            .AddSingleton<IUsageBacklog>(s => s.GetRequiredService<UsageFlusher>())
            .AddHostedService<UsageFlusherService>()
            .AddSingleton<PurseFolder>()
            .AddHostedService<PurseFolderService>()
            .AddSingleton(LeaseTimesOf(configuration))
            .AddSingleton<PurseSync>()
            .AddSingleton<OwnedPurses>()
            .AddSingleton<PurseReader>()
            .AddSingleton(s => new LeaseKeeper(
                CountedLeases.Counted(s.GetRequiredService<PurseSync>().SyncAsync, s.GetRequiredService<HubMetrics>()),
                s.GetRequiredService<IUsageBacklog>(), s.GetRequiredService<HubIds>(),
                s.GetRequiredService<LeaseTimes>(), s.GetRequiredService<IIncidents>(), s.GetRequiredService<Random>(),
                s.GetRequiredService<TimeProvider>()))
            // After the flusher: it is stopped before it, and its last usage can still be sent.
            .AddHostedService<LeaseKeeperService>()
            .AddSingleton<VideoRefunds>()
            .AddSingleton<PurseWalker>()
            .AddSingleton<PoisonBox>()
            .AddSingleton<UsageSettler>()
            .AddSingleton(s => new UsageMessageProcessor(
                s.GetRequiredService<UsageSettler>(), s.GetRequiredService<PurseFolder>(), s.GetRequiredService<PoisonBox>(),
                s.GetRequiredService<HubMetrics>(), s.GetRequiredService<TimeProvider>(),
                options.UsageQueue == UsageQueueKind.ServiceBus ? UsageQueues.ServiceBusSystem : UsageQueues.StorageSystem))
            .AddSingleton<UsageQueueWatch>()
            .AddHostedService<UsageQueueWatchService>()
            .AddSingleton<UsageReader>()
            .AddSingleton<LedgerReader>()
            .AddSingleton<EventHistory>()
            .AddSingleton<StatementReader>()
            .AddSingleton<LedgerArchiver>()
            .AddSingleton<ArchiveRestorer>()
            .AddSingleton<LedgerAuditor>();
    }

    private static LeaseTimes LeaseTimesOf(IConfiguration configuration)
    {
        var leases = Bind<LeaseOptions>(configuration, "AigneHub:Leases");
        return leases.WhatIsWrong() is { } wrong ? throw new SettingsException(wrong) : leases.ToTimes();
    }

    /// <param name="masterKey">Null: the one that is registered otherwise, or none.</param>
    private static IServiceCollection AddStoredConfiguration(
        this IServiceCollection services, SettingsConfiguration providers, Uri? masterKey, StorageOptions storage)
    {
        if (masterKey is not null)
        {
            services.AddSingleton<IMasterKey>(new KeyVaultMasterKey(masterKey, storage.ManagedIdentityClientId));
        }

        return services
            .AddSingleton(s => new SecretProtector(
                s.GetService<IMasterKey>(), s.GetRequiredService<IDataKeyStore>(), s.GetRequiredService<HubIds>(),
                s.GetRequiredService<TimeProvider>()))
            .AddSingleton<CredentialOpener>()
            .AddSingleton<CredentialResealer>()
            .AddSingleton(s => new SnapshotBuilder(providers, s.GetRequiredService<UpstreamOptions>().PrivateNetworks))
            .AddSingleton<HubSnapshots>()
            .AddSingleton<IHubSnapshots>(s => s.GetRequiredService<HubSnapshots>())
            .AddHostedService<SnapshotService>()
            .AddHostedService<SecretUpkeepService>();
    }

    private static IServiceCollection AddUpstream(this IServiceCollection services, HubOptions options, IConfiguration configuration)
    {
        if (options.SimulatedProvider)
        {
            services.AddSingleton<SimulatedProvider>();
        }

        return services
            .AddSingleton(Bind<UpstreamOptions>(configuration, "AigneHub:Upstream"))
            .AddSingleton<TokenCounter>()
            .AddSingleton(s => new UpstreamClient(
                s.GetRequiredService<UpstreamOptions>(), s.GetRequiredService<TimeProvider>(), s.GetService<SimulatedProvider>()));
    }
}
