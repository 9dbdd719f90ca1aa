using AigneHub.Billing;
using AigneHub.Core;
using AigneHub.Core.Payments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>Payments, as far as the mode and the settings have them.</summary>
internal static class PaymentServices
{
    /// <exception cref="SettingsException">A setting is missing or wrong.</exception>
    public static IServiceCollection AddPayments(this IServiceCollection services, HubOptions hub, IConfiguration configuration)
    {
        var options = HubComposition.Bind<PaymentOptions>(configuration, "AigneHub:Payments");
        if (options.WhatIsWrong() is { } wrong)
        {
            throw new SettingsException(wrong);
        }

        var isOn = hub.Mode == HubMode.Provider && options.Provider != PaymentProviderKind.None;
        var unresolved = isOn ? options.Unresolved() : null;
        var hasProvider = isOn && options.Provider == PaymentProviderKind.Stripe && unresolved is null;
        if (unresolved is not null)
        {
            // Models are served on; Stripe repeats its events for days.
            services.AddHostedService(s => new StripeOffService(unresolved, s.GetRequiredService<ILogger<StripeOffService>>()));
        }

        services
            .AddSingleton(new PaymentGate(hub.Mode, isOn, hasProvider))
            .AddSingleton(hub.Mode == HubMode.Provider ? options.ToStarterTerms() : new StarterTerms(0, 0))
            .AddSingleton<StarterCredits>()
            .AddSingleton<OrderWriter>()
            .AddSingleton<AccountPlans>()
            .AddSingleton<PaymentIncidents>()
            .AddSingleton<ManualPayments>();
        return hasProvider
            ? services
                .AddSingleton(options)
                .AddSingleton<StripeBilling>()
                .AddSingleton(s => s.GetRequiredService<StripeBilling>().Payments)
                .AddSingleton(s => s.GetRequiredService<StripeBilling>().Webhooks)
                .AddSingleton<PayerWriter>()
                .AddSingleton<TopUpStop>()
                .AddSingleton<PaymentReconciler>()
                .AddSingleton<Checkout>()
                .AddSingleton<TopUpAlerts>()
                .AddSingleton<TopUpSettings>()
                .AddSingleton<TopUps>()
                .AddSingleton<OrderSweep>()
            : services;
    }
}
