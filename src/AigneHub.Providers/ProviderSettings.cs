using System.Text.Json.Nodes;
using AigneHub.Core.Routing;

namespace AigneHub.Providers;

/// <summary>The configured vendors, or what is wrong with the settings.</summary>
/// <param name="Entries">In the order of <see cref="ProviderTable.Rows"/>.</param>
/// <param name="Problems">One sentence each, naming the setting and never its value; not empty: the hub must not start.</param>
public sealed record LoadedProviders(IReadOnlyList<ProviderEntry> Entries, IReadOnlyList<string> Problems);

/// <summary>
/// Joins the provider table with the settings. A vendor is configured when its key is set, or its base URL where it needs no
/// key (Ollama; Azure OpenAI by the hub's own identity). Settings: those of the row, and
/// <c>AigneHub:Providers:&lt;id&gt;:OnClientGone</c> (<c>cancel</c> or <c>drain</c>). A key setting may hold a comma list:
/// each key is a credential of its own, and they share the calls.
/// </summary>
public static class ProviderSettings
{
    private const int KeysMax = 20;

    /// <param name="setting">Looks a setting up; null or blank when it is not set.</param>
    public static LoadedProviders Load(Func<string, string?> setting)
    {
        var entries = new List<ProviderEntry>();
        var problems = new List<string>();
        foreach (var row in ProviderTable.Rows)
        {
            var baseUrl = Read(setting, row.BaseUrlSetting);
            var credentials = ReadCredentials(row, setting, baseUrl is not null, problems);
            if (credentials.Count == 0)
            {
                continue;
            }

            var url = ReadBaseUrl(row, baseUrl ?? DefaultBaseUrl(row, setting, problems), problems);
            var clientGone = ReadClientGone(row, setting, problems);
            if (url is not null)
            {
                entries.Add(new ProviderEntry(row.Id, row.Id, row.DisplayName, row.Bind(url), credentials, row.Rank, clientGone)
                {
                    PrivateNetwork = true,
                });
            }
        }

        return new LoadedProviders(problems.Count == 0 ? entries : [], problems);
    }

    private static string? Read(Func<string, string?> setting, string name)
    {
        var value = setting(name)?.Trim();
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private static List<CredentialEntry> ReadCredentials(
        ProviderRow row, Func<string, string?> setting, bool hasBaseUrl, List<string> problems)
    {
        var text = Read(setting, row.KeySetting);
        string[] keys = text is null ? []
            : row.KeyKind == CredentialKind.ApiKey ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [text];
        var kind = row.KeyKind == CredentialKind.GoogleServiceAccount && text?.Contains("\"external_account\"", StringComparison.Ordinal) == true
            ? CredentialKind.GoogleWorkloadIdentity
            : row.KeyKind;
        if (keys.Length == 0 && ReadParts(row, setting, problems) is { } joined)
        {
            (keys, kind) = ([joined], CredentialKind.AwsAccessKey);
        }

        if (keys.Length == 0 && hasBaseUrl && row.Keyless is { } keyless)
        {
            (keys, kind) = ([""], keyless);
        }

        if (kind == CredentialKind.ApiKey && !keys.All(static key => key.All(static c => c is > ' ' and <= '~')))
        {
            problems.Add($"{row.KeySetting} must hold visible ASCII characters only.");
        }

        if (keys.Length > KeysMax)
        {
            problems.Add($"{row.KeySetting} must hold at most {KeysMax} keys.");
        }

        return [.. keys.Select((key, i) => new CredentialEntry($"env:{row.Id}:{i + 1}", kind, key))];
    }

    /// <summary>Null when none of them is set.</summary>
    private static string? ReadParts(ProviderRow row, Func<string, string?> setting, List<string> problems)
    {
        var parts = row.KeyParts.Select(part => (part.Key, Setting: part.Value, Value: Read(setting, part.Value))).ToArray();
        if (parts.All(part => part.Value is null))
        {
            return null;
        }

        problems.AddRange(parts.Take(2).Where(part => part.Value is null).Select(part => $"{part.Setting} must be set too."));
        var members = new JsonObject();
        foreach (var part in parts.Where(part => part.Value is not null))
        {
            members[part.Key] = part.Value;
        }

        return members.ToJsonString();
    }

    private static string DefaultBaseUrl(ProviderRow row, Func<string, string?> setting, List<string> problems)
    {
        var url = row.DefaultBaseUrl;
        foreach (var (name, from) in row.Options)
        {
            var value = Read(setting, from);
            if (value is null || !value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            {
                problems.Add($"{from} must be set (letters, digits, - _ . :).");
                return "https://unset.invalid";
            }

            url = url.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        // Vertex AI's global location has no prefix: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
        return url.Replace("://global-aiplatform.", "://aiplatform.", StringComparison.Ordinal);
    }

    private static Uri? ReadBaseUrl(ProviderRow row, string text, List<string> problems)
    {
        string? wrong = null;
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            wrong = "must be an absolute http or https URL";
        }
        else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            wrong = "must have no user name, query or fragment";
        }
        else if (url.Scheme == Uri.UriSchemeHttp && row.Keyless != CredentialKind.None && !url.IsLoopback)
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
