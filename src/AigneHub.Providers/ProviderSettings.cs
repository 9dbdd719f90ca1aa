using AigneHub.Core.Routing;

namespace AigneHub.Providers;

/// <summary>The configured vendors, or what is wrong with the settings.</summary>
/// <param name="Entries">In the order of <see cref="ProviderTable.Rows"/>.</param>
/// <param name="Problems">One sentence each, naming the setting and never its value; not empty: the hub must not start.</param>
public sealed record LoadedProviders(IReadOnlyList<ProviderEntry> Entries, IReadOnlyList<string> Problems);

/// <summary>
/// Joins the provider table with the settings. A vendor is configured when its key is set, or its base URL where it needs no
/// key (Ollama) or may have other credentials (<see cref="CredentialSource"/>). Settings: those of the row and of its
/// credentials, and
/// <c>AigneHub:Providers:&lt;id&gt;:OnClientGone</c> (<c>cancel</c> or <c>drain</c>). A key setting may hold a comma
/// list: the calls are shared among its keys.
/// </summary>
public static class ProviderSettings
{
    /// <param name="setting">Looks a setting up; null or blank when it is not set.</param>
    public static LoadedProviders Load(Func<string, string?> setting)
    {
        var entries = new List<ProviderEntry>();
        var problems = new List<string>();
        var settings = new CredentialSettings(setting, problems);
        foreach (var row in ProviderTable.Rows)
        {
            var baseUrl = Read(setting, row.BaseUrlSetting);
            if (settings.Read(row, baseUrl) is not { } credentials)
            {
                continue;
            }

            var url = ReadBaseUrl(row, baseUrl ?? row.DefaultBaseUrl, problems);
            var clientGone = ReadClientGone(row, setting, problems);
            if (url is not null)
            {
                entries.Add(new ProviderEntry(row.Id, row.Id, row.DisplayName, row.Bind(url), credentials, row.Rank, clientGone));
            }
        }

        return new LoadedProviders(problems.Count == 0 ? entries : [], problems);
    }

    private static string? Read(Func<string, string?> setting, string name)
    {
        var value = setting(name)?.Trim();
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private static Uri? ReadBaseUrl(ProviderRow row, string text, List<string> problems)
    {
        string? wrong = null;
        if (text.Length == 0)
        {
            problems.Add($"{row.BaseUrlSetting} must be set: every account has its own.");
            return null;
        }

        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            wrong = "must be an absolute http or https URL";
        }
        else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            wrong = "must have no user name, query or fragment";
        }
        else if (url.Scheme == Uri.UriSchemeHttp && row.NeedsKey && !url.IsLoopback)
        {
            wrong = "must use https: plain http would send the key readable, and is for loopback addresses only";
        }

        if (wrong is not null)
        {
            problems.Add($"{row.BaseUrlSetting} {wrong}.");
        }

        return wrong is null ? url : null;
    }

    private static ClientGonePolicy ReadClientGone(ProviderRow row, Func<string, string?> setting, List<string> problems)
    {
        var name = $"AigneHub:Providers:{row.Id}:OnClientGone";
        switch (Read(setting, name)?.ToUpperInvariant())
        {
            case null:
                return row.ClientGone;
            case "CANCEL":
                return ClientGonePolicy.Cancel;
            case "DRAIN":
                return ClientGonePolicy.Drain;
            default:
                problems.Add($"{name} must be cancel or drain.");
                return row.ClientGone;
        }
    }
}
