using System.Text.Json;
using System.Text.RegularExpressions;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// The JSON configuration of a Google workload identity federation (<c>external_account</c>,
/// <see href="https://google.aip.dev/auth/4117"/>) whose subject token is one of the hub's managed identity on Azure
/// (<see href="https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds"/>) or lies in a file. URLs of the configuration are
/// read, checked and, but for Google's own, never called: the managed identity is asked through Azure's library.
/// </summary>
internal sealed partial record GoogleWorkloadIdentity
{
    private const string SubjectTokenType = "urn:ietf:params:oauth:token-type:jwt";
    private const string MetadataHost = "169.254.169.254";
    private const int LifetimeSecondsMin = 600;
    private const int LifetimeSecondsMax = 43200;

    private GoogleWorkloadIdentity()
    {
    }

    /// <summary><c>//iam.googleapis.com/projects/…/providers/…</c></summary>
    public required string Audience { get; init; }

    /// <summary>The application ID URI that the managed identity's token is for; null with a file.</summary>
    public string? AzureResource { get; private init; }

    /// <summary>A user-assigned identity that the configuration names.</summary>
    public string? AzureClientId { get; private init; }

    /// <summary>Path of a file with the subject token; null with a managed identity.</summary>
    public string? File { get; private init; }

    /// <summary>The token's property where the file is JSON; null where it is the bare token.</summary>
    public string? FileField { get; private init; }

    /// <summary>Of the service account that is impersonated; null for direct access.</summary>
    public Uri? ImpersonationUrl { get; private init; }

    /// <summary>Life of an impersonated token, in seconds.</summary>
    public int LifetimeSeconds { get; private init; } = 3600;

    /// <summary>Exactly one of the results is null.</summary>
    public static (GoogleWorkloadIdentity? Identity, string? Wrong) Parse(string secret)
    {
        using var document = SecretText.Parse(secret);
        if (document is null || SecretText.Text(document.RootElement, "type") != "external_account")
        {
            return (null, "A Google workload identity must be the JSON configuration, with \"type\": \"external_account\".");
        }

        var root = document.RootElement;
        var audience = SecretText.Text(root, "audience");
        if (audience is null || !AudienceForm().IsMatch(audience))
        {
            return (null, "audience must be the full name of a workload identity pool's provider (//iam.googleapis.com/projects/…).");
        }

        if (SecretText.Text(root, "subject_token_type") != SubjectTokenType)
        {
            return (null, $"subject_token_type must be {SubjectTokenType}.");
        }

        if (SecretText.Text(root, "token_url") != GoogleHosts.ExchangeUrl.AbsoluteUri)
        {
            return (null, $"token_url must be {GoogleHosts.ExchangeUrl.AbsoluteUri}.");
        }

        var identity = new GoogleWorkloadIdentity { Audience = audience };
        return Impersonation(identity, root) is ({ } impersonating, null)
            ? Source(impersonating, root.TryGetProperty("credential_source", out var source) ? source : default)
            : (null, "service_account_impersonation_url must be generateAccessToken of a service account on "
                + "iamcredentials.googleapis.com, for 600 to 43200 seconds.");
    }

    private static (GoogleWorkloadIdentity? Identity, string? Wrong) Impersonation(
        GoogleWorkloadIdentity identity, JsonElement root)
    {
        const string wrong = "impersonation";
        if (root.TryGetProperty("service_account_impersonation_url", out _))
        {
            var text = SecretText.Text(root, "service_account_impersonation_url");
            if (text is null || !ImpersonationForm().IsMatch(text))
            {
                return (null, wrong);
            }

            identity = identity with { ImpersonationUrl = new Uri(text) };
        }

        return !root.TryGetProperty("service_account_impersonation", out var impersonation) ? (identity, null)
            : impersonation.ValueKind == JsonValueKind.Object
                && (!impersonation.TryGetProperty("token_lifetime_seconds", out var life)
                    || (life.ValueKind == JsonValueKind.Number && life.TryGetInt32(out _)))
            ? Lifetime(identity, impersonation, wrong)
            : (null, wrong);
    }

    private static (GoogleWorkloadIdentity? Identity, string? Wrong) Lifetime(
        GoogleWorkloadIdentity identity, JsonElement impersonation, string wrong)
    {
        var seconds = impersonation.TryGetProperty("token_lifetime_seconds", out var life) ? life.GetInt32() : identity.LifetimeSeconds;
        return seconds is >= LifetimeSecondsMin and <= LifetimeSecondsMax
            ? (identity with { LifetimeSeconds = seconds }, null)
            : (null, wrong);
    }
}
