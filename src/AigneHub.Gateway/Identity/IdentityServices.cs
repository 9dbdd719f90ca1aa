using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Management;
using AigneHub.Gateway.Management.Members;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Identity;

/// <summary>Who may call: keys, tokens, members.</summary>
public static class IdentityServices
{
    /// <param name="hasAdministratorKey">The settings name one.</param>
    public static IServiceCollection AddIdentity(
        this IServiceCollection services, IdentityOptions options, bool hasAdministratorKey) => services
        .AddSingleton(options)
        .AddSingleton(s => new LastOwner(
            hasAdministratorKey, s.GetRequiredService<IMemberStore>(), s.GetRequiredService<IOwnerStore>()))
        .AddSingleton<AccountClosing>()
        .AddSingleton<OwnerOpening>()
        .AddSingleton(s => new CallerBook(
            s.GetRequiredService<IOwnerStore>(), s.GetRequiredService<IHubSnapshots>(), s.GetRequiredService<GatewayOptions>(),
            s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => new TokenValidator(
            options, s.GetRequiredService<UpstreamOptions>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILoggerFactory>()))
        .AddSingleton<Membership>()
        .AddSingleton<TokenAuthenticator>()
        .AddSingleton<MemberRules>()
        .AddSingleton(s => new KeyAuthenticator(
            s.GetRequiredService<IKeyStore>(), s.GetRequiredService<KeyUses>(), s.GetRequiredService<IMemberStore>(),
            s.GetRequiredService<CallerBook>(),
            s.GetRequiredService<TokenAuthenticator>(), s.GetRequiredService<FailureThrottle>(), s.GetRequiredService<GatewayOptions>(),
            s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => new MemberEndpoints(
            s.GetRequiredService<ManagementHandler>(), s.GetRequiredService<IMemberStore>(), s.GetRequiredService<MemberRules>(),
            s.GetRequiredService<LastOwner>(), s.GetRequiredService<KeyCalls>(), s.GetRequiredService<KeyAuthenticator>(), options,
            s.GetRequiredService<TimeProvider>()))
        .AddSingleton<InvitationMakers>()
        .AddSingleton(s => new InvitationEndpoints(
            s.GetRequiredService<ManagementHandler>(), s.GetRequiredService<IMemberStore>(), s.GetRequiredService<IOwnerStore>(),
            s.GetRequiredService<MemberRules>(), s.GetRequiredService<InvitationMakers>(), s.GetRequiredService<LastOwner>(),
            s.GetRequiredService<KeyAuthenticator>(), options,
            s.GetRequiredService<TimeProvider>()))
        .AddSingleton<OwnerRemovalEndpoints>();
}
