using System.Text.Json.Nodes;
using AigneHub.Core.Routing;
using AigneHub.Providers.Authentication;

namespace AigneHub.Providers;

/// <summary>Reads the credentials of one vendor from the settings.</summary>
/// <param name="setting">Looks a setting up; null or blank when it is not set.</param>
/// <param name="problems">Gets one sentence for each wrong setting, naming it and never its value.</param>
internal sealed class CredentialSettings(Func<string, string?> setting, List<string> problems)
{
    private const string AwsKeyId = "AWS_ACCESS_KEY_ID";
    private const string AwsSecret = "AWS_SECRET_ACCESS_KEY";
    private const string AwsToken = "AWS_SESSION_TOKEN";
    private const string AwsRegion = "AWS_REGION";

    /// <summary>Null when the vendor is not configured.</summary>
    /// <param name="baseUrl">What the row's base URL setting says; null when it is not set.</param>
    public IReadOnlyList<CredentialEntry>? Read(ProviderRow row, string? baseUrl)
    {
        if (baseUrl is null && (row.Credentials is CredentialSource.Aws or CredentialSource.Google || !row.NeedsKey))
        {
            return null;
        }

        if (row.Credentials == CredentialSource.Google)
        {
            return Google(row);
        }

        var keys = Keys(row);
        return keys.Count > 0 ? keys
            : row.Credentials == CredentialSource.Aws ? Aws(row)
            : row.Credentials == CredentialSource.ApiKeyOrEntra && baseUrl is not null ? Entra(row, baseUrl)
            : row.NeedsKey ? null
            : [new CredentialEntry($"env:{row.Id}", CredentialKind.None, "")];
    }

    private List<CredentialEntry> Keys(ProviderRow row)
    {
        var keys = Text(row.KeySetting)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (!keys.All(static key => key.All(static c => c is > ' ' and <= '~')))
        {
            problems.Add($"{row.KeySetting} must hold visible ASCII characters only.");
        }

        return
        [
            .. keys.Distinct(StringComparer.Ordinal)
                .Select((key, i) => new CredentialEntry($"env:{row.Id}:{i + 1}", CredentialKind.ApiKey, key)),
        ];
    }

    private CredentialEntry[] Entra(ProviderRow row, string baseUrl)
    {
        if (Uri.TryCreate(baseUrl, UriKind.Absolute, out var url) && !VendorHosts.IsAzures(url))
        {
            problems.Add(
                $"{row.KeySetting} must be set: without it the hub's Entra identity is used, and {row.BaseUrlSetting} is not an https "
                + "URL of a host of Azure's (openai.azure.com, cognitiveservices.azure.com, services.ai.azure.com).");
        }

        return [new CredentialEntry($"env:{row.Id}", CredentialKind.EntraId, "")];
    }

    private CredentialEntry[]? Aws(ProviderRow row)
    {
        var secret = new JsonObject();
        foreach (var (member, name) in (ReadOnlySpan<(string, string)>)
            [("accessKeyId", AwsKeyId), ("secretAccessKey", AwsSecret), ("sessionToken", AwsToken), ("region", AwsRegion)])
        {
            if (Text(name) is { } value)
            {
                secret[member] = value;
            }
        }

        if (secret["accessKeyId"] is null || secret["secretAccessKey"] is null)
        {
            problems.Add($"{row.BaseUrlSetting} is set: set {row.KeySetting}, or {AwsKeyId} and {AwsSecret}, too.");
            return null;
        }

        var text = secret.ToJsonString();
        if (VendorSecret.WhatIsWrong(CredentialKind.AwsAccessKey, text) is { } wrong)
        {
            problems.Add($"{AwsKeyId}, {AwsSecret}, {AwsToken} or {AwsRegion} is wrong: {wrong}");
        }

        return [new CredentialEntry($"env:{row.Id}", CredentialKind.AwsAccessKey, text)];
    }

    private CredentialEntry[] Google(ProviderRow row)
    {
        var text = Text(row.KeySetting) ?? "";
        if (text.Length > 0 && text[0] != '{')
        {
            text = FileText(row, text);
        }

        if (text.Length == 0)
        {
            return [new CredentialEntry($"env:{row.Id}", CredentialKind.GoogleServiceAccount, "")];
        }

        using var document = SecretText.Parse(text);
        var kind = document is not null && SecretText.Text(document.RootElement, "type") == "external_account"
            ? CredentialKind.GoogleWorkloadIdentity
            : CredentialKind.GoogleServiceAccount;
        if (VendorSecret.WhatIsWrong(kind, text) is { } wrong)
        {
            problems.Add($"{row.KeySetting} is wrong: {wrong}");
        }

        return [new CredentialEntry($"env:{row.Id}", kind, text)];
    }

    private string FileText(ProviderRow row, string path)
    {
        try
        {
            if (new FileInfo(path).Length <= SecretText.CharsMax)
            {
                return File.ReadAllText(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // The problem below says it.
        }

        problems.Add(
            $"{row.KeySetting} must be a credential's JSON, or a file of at most {SecretText.CharsMax} bytes that can be read.");
        return "";
    }

    private string? Text(string name)
    {
        var value = setting(name)?.Trim();
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
