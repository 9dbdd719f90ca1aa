using AigneHub.Billing;
using AigneHub.Core.Notices;
using AigneHub.Providers.Notices;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Functions;

/// <summary>Registers who tells people of budgets and balances.</summary>
internal static class NotificationServices
{
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static IServiceCollection AddNotifications(
        this IServiceCollection services, NotificationOptions options, UpstreamOptions upstream)
    {
        if ((WebhookChannel.WhatIsWrong(options, upstream) ?? MailChannel.WhatIsWrong(options)) is { } wrong)
        {
            throw new SettingsException(wrong);
        }

        if (options.WebhookUrl.Length > 0)
        {
            services.AddSingleton<INoticeChannel>(s => new WebhookChannel(options, upstream, s.GetRequiredService<TimeProvider>()));
        }

        if (options.SmtpHost.Length > 0)
        {
            services.AddSingleton<INoticeChannel>(new MailChannel(options));
        }

        return services
            .AddSingleton<NoticeBox>()
            .AddSingleton<INotices>(s => s.GetRequiredService<NoticeBox>())
            .AddSingleton<NoticeSender>()
            .AddSingleton<NoticeKeeper>()
            .AddHostedService<NoticeKeeperService>();
    }
}
