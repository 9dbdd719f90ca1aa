using System.Diagnostics.Metrics;
using AigneHub.Core;
using AigneHub.Core.Limits;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Aigne;
using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Browsers;
using AigneHub.Gateway.Credit;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Fronts.Aigne;
using AigneHub.Gateway.Fronts.Models;
using AigneHub.Gateway.Health;
using AigneHub.Gateway.Idempotency;
using AigneHub.Gateway.Management;
using AigneHub.Gateway.Management.Audit;
using AigneHub.Gateway.Management.Config;
using AigneHub.Gateway.Management.Rates;
using AigneHub.Gateway.OpenApi;
using AigneHub.Gateway.Payments;
using AigneHub.Gateway.Relay;
using AigneHub.Gateway.Responses;
using AigneHub.Gateway.Telemetry;
using AigneHub.Gateway.Videos;
using AigneHub.Providers.Tokenizers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Gateway;

/// <summary>The client side's services.</summary>
public static class GatewayServices
{
    /// <summary>
    /// Needs beside it: <see cref="Identity.IdentityServices"/>, <see cref="IHubSnapshots"/> and
    /// <see cref="Configuration.HubSnapshots"/>, the ports of Core, the secret protector, the upstream client, <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options) => services
        .AddMetrics()
        .AddSingleton(options)
        .AddSingleton<UnexpectedErrors>()
        .AddSingleton(s => new HubMetrics(s.GetRequiredService<IMeterFactory>().Create(TelemetryNames.Source)))
        .AddSingleton<CallTelemetry>()
        .AddSingleton<ClientAddress>()
        .AddSingleton<KeyUses>()
        .AddSingleton<CallerGate>()
        .AddCors()
        .AddSingleton<IStartupFilter, BrowserHeaders>()
        .AddSingleton<FailureThrottle>()
        .AddSingleton<RateLimiter>()
        .AddSingleton<CallLimits>()
        .AddSingleton(new BodyMemory(options.BodyBytesInFlightMax))
        .AddSingleton(new SpoolSpace(options.SpoolBytesInFlightMax))
        .AddSingleton<RequestBodies>()
        .AddSingleton<StreamRelay>()
        .AddSingleton(new HealthOptions())
        .AddSingleton(s => new HealthBoard(
            s.GetRequiredService<HealthOptions>(), s.GetRequiredService<TimeProvider>(), events: s.GetRequiredService<HealthExchange>()))
        .AddSingleton<CreditAdmission>()
        .AddSingleton<AttemptLoop>()
        .AddSingleton<ResponseKeeper>()
        .AddSingleton<IdempotencyKeys>()
        .AddSingleton<RecordingMemory>()
        .AddSingleton(s => new Resends(
            s.GetRequiredService<RecordingMemory>(), s.GetRequiredService<TimeProvider>(), Resends.WindowDefault))
        .AddSingleton<KeptCalls>()
        .AddSingleton<ResponseEndpoints>()
        .AddSingleton<VideoKeeper>()
        .AddSingleton<VideoFollower>()
        .AddSingleton<VideoDownload>()
        .AddSingleton<VideoEndpoints>()
        .AddSingleton<VideoAnswer>()
        .AddSingleton(s => new GatewayHandler(
            s.GetRequiredService<CallerGate>(), s.GetRequiredService<IHubSnapshots>(), s.GetRequiredService<CallLimits>(),
            s.GetRequiredService<IUsageSink>(), s.GetRequiredService<CreditAdmission>(), s.GetRequiredService<AttemptLoop>(),
            s.GetRequiredService<HealthBoard>(), s.GetRequiredService<ResponseKeeper>(),
            s.GetRequiredService<VideoAnswer>(), s.GetRequiredService<IdempotencyKeys>(), s.GetRequiredService<Resends>(),
            s.GetRequiredService<TokenCounter>(), s.GetRequiredService<RequestBodies>(), s.GetRequiredService<HubIds>(),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<UnexpectedErrors>(), s.GetRequiredService<CallTelemetry>()))
        .AddSingleton<GeminiEndpoints>()
        .AddSingleton<AzureEndpoints>()
        .AddSingleton<AigneEndpoints>()
        .AddSingleton<AigneHandler>()
        .AddSingleton<AigneSiteEndpoints>()
        .AddSingleton<AigneModelEndpoints>()
        .AddSingleton<AigneUserEndpoints>()
        .AddSingleton<AigneCallEndpoints>()
        .AddSingleton<AigneUsageEndpoints>()
        .AddSingleton<ModelEndpoints>()
        .AddSingleton<FallbackEndpoints>()
        .AddSingleton<HealthEndpoints>()
        .AddSingleton<MetricsEndpoint>()
        .AddSingleton<AuditTrail>()
        .AddSingleton<OpenApiEndpoints>()
        .AddSingleton<ManagementHandler>()
        .AddSingleton<KeyAccess>()
        .AddSingleton<KeyCalls>()
        .AddSingleton<AuditEndpoints>()
        .AddSingleton<KeyEndpoints>()
        .AddSingleton<OwnKeyEndpoints>()
        .AddSingleton<OwnerEndpoints>()
        .AddSingleton<BalanceEndpoints>()
        .AddSingleton<MovementEndpoints>()
        .AddSingleton<UsageEndpoints>()
        .AddSingleton<LedgerEndpoints>()
        .AddSingleton<StatementEndpoints>()
        .AddSingleton<ArchiveEndpoints>()
        .AddSingleton<PoisonEndpoints>()
        .AddSingleton<NoticeEndpoints>()
        .AddSingleton<ProviderHealthEndpoints>()
        .AddSingleton<ConfigurationCalls>()
        .AddSingleton<ConnectionTester>()
        .AddSingleton<ProviderEndpoints>()
        .AddSingleton<CredentialEndpoints>()
        .AddSingleton<StoredModelEndpoints>()
        .AddSingleton<AliasEndpoints>()
        .AddSingleton<RotationEndpoints>()
        .AddSingleton<SecretReferences>()
        .AddSingleton<RoutingSections>()
        .AddSingleton<SaleSections>()
        .AddSingleton<OwnerSections>()
        .AddSingleton<ConfigApplier>()
        .AddSingleton<ConfigEndpoints>()
        .AddSingleton<RateCalls>()
        .AddSingleton<RateEndpoints>()
        .AddSingleton<MarginEndpoints>()
        .AddSingleton<PriceOverrideEndpoints>()
        .AddSingleton<CatalogueEndpoints>()
        .AddSingleton<PricingEndpoints>()
        .AddSingleton<PackEndpoints>()
        .AddSingleton<PlanEndpoints>()
        .AddSingleton<CheckoutEndpoints>()
        .AddSingleton<TopUpEndpoints>()
        .AddSingleton<AccountPaymentEndpoints>()
        .AddSingleton<PaymentIncidentEndpoints>()
        .AddSingleton<WebhookEndpoint>();
}
