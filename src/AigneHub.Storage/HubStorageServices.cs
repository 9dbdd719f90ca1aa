using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Archive;
using AigneHub.Core.Audit;
using AigneHub.Core.Configuration;
using AigneHub.Core.Idempotency;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Limits;
using AigneHub.Core.Notices;
using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;
using AigneHub.Core.Responses;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Secrets;
using AigneHub.Core.Usage;
using AigneHub.Storage.Accounts;
using AigneHub.Storage.Archive;
using AigneHub.Storage.Audit;
using AigneHub.Storage.Configuration;
using AigneHub.Storage.Idempotency;
using AigneHub.Storage.Jobs;
using AigneHub.Storage.Keys;
using AigneHub.Storage.Ledger;
using AigneHub.Storage.Limits;
using AigneHub.Storage.Members;
using AigneHub.Storage.Notices;
using AigneHub.Storage.Payments;
using AigneHub.Storage.Pricing;
using AigneHub.Storage.Responses;
using AigneHub.Storage.Routing;
using AigneHub.Storage.Schema;
using AigneHub.Storage.Usage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AigneHub.Storage;

/// <summary>Registers Azure Storage behind the domain's ports.</summary>
public static class HubStorageServices
{
    /// <summary>
    /// Registers <see cref="HubStorage"/> and every port as singletons. An <see cref="IUsageQueue"/> registered before
    /// (Service Bus) stays. Nothing is connected before its first use.
    /// </summary>
    /// <param name="providers">Ids of the settings' providers: they need no row for their credentials and models.</param>
    public static IServiceCollection AddHubStorage(
        this IServiceCollection services, StorageOptions options, params IEnumerable<string> providers)
    {
        var settings = providers.ToHashSet(StringComparer.Ordinal);
        var clients = new StorageClients(options);
        services.AddSingleton(new HubStorage(clients));
        services.AddSingleton<ILedgerStore>(new TableLedgerStore(clients));
        services.AddSingleton<IPurseRegistry>(new TablePurseRegistry(clients));
        services.AddSingleton<IPoisonStore>(new TablePoisonStore(clients));
        services.AddSingleton<IKeyStore>(new TableKeyStore(clients));
        services.AddSingleton<IKeyUses>(new TableKeyUses(clients));
        services.AddSingleton<IOwnerStore>(new TableOwnerStore(clients));
        services.AddSingleton<IMemberStore>(new TableMemberStore(clients));
        services.AddSingleton<ILimitStore>(new TableLimitStore(clients));
        services.AddSingleton<INoticeStore>(new TableNoticeStore(clients));
        services.AddSingleton<IAuditStore>(new TableAuditStore(clients));
        services.AddSingleton<IRateCardStore>(new TableRateCardStore(clients));
        services.AddSingleton<IStoredResponses>(new TableStoredResponses(clients));
        services.AddSingleton<IIdempotentCalls>(new TableIdempotentCalls(clients));
        services.AddSingleton<IVideoJobs>(new TableVideoJobs(clients));
        services.AddSingleton<IOrderStore>(new TableOrderStore(clients));
        services.AddSingleton<IPayerStore>(new TablePayerStore(clients));
        services.AddSingleton<IPaymentIncidentStore>(new TablePaymentIncidentStore(clients));
        services.AddSingleton<IHealthNotices>(new TableHealthNotices(clients));
        services.AddSingleton(_ => new ConfigurationTable(clients, settings));
        services.AddSingleton<IConfigurationStore>(
            provider => new TableConfigurationStore(provider.GetRequiredService<ConfigurationTable>()));
        services.AddSingleton<IDataKeyStore>(
            provider => new TableDataKeyStore(provider.GetRequiredService<ConfigurationTable>()));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HubIds>();
        services.AddSingleton(provider => new SchemaMigrator(
            clients, SchemaMigrations.All, provider.GetRequiredService<HubIds>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SchemaMigrator>>()));
        services.AddSingleton<IArchive>(provider => options is { ConnectionString: null, BlobServiceUri: null }
            ? new NoArchive()
            : new BlobArchive(clients, provider.GetRequiredService<HubIds>()));
        services.TryAddSingleton<IUsageQueue>(new StorageUsageQueue(clients));
        return services;
    }
}
