using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>
/// ASP.NET Core's lines on requests hold the query, and with it the key that Google's clients may send there: they are never
/// logged, whatever level the settings ask for. Nor is a scope or, while nobody listens to spans, an activity made for them.
/// </summary>
internal static class RequestLines
{
    private const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static IServiceCollection AddWithoutRequestLines(this IServiceCollection services) =>
        services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            // A rule for one provider of logs wins over those for all, so each that has rules gets this one, as its last.
            foreach (var provider in filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToArray())
            {
                filters.Rules.Add(new LoggerFilterRule(provider, Category, LogLevel.None, null));
            }
        });
}
