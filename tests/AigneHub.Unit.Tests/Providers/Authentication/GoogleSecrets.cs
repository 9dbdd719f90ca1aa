using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AigneHub.Unit.Tests.Providers.Authentication;

/// <summary>Credentials as Google Cloud makes them, with keys of the test's own.</summary>
internal static class GoogleSecrets
{
    public const string AzureUrl =
        "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2Fhub-federation";

    private const string Provider = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/azure";

    public static RSA Key { get; } = RSA.Create(2048);

    public static JsonObject ServiceAccount() => new()
    {
        ["type"] = "service_account",
        ["project_id"] = "project-1",
        ["private_key_id"] = "key-1",
        ["private_key"] = Key.ExportPkcs8PrivateKeyPem(),
        ["client_email"] = "hub@project-1.iam.gserviceaccount.com",
        ["client_id"] = "1",
        ["auth_uri"] = "https://accounts.google.com/o/oauth2/auth",
        ["token_uri"] = "https://oauth2.googleapis.com/token",
        ["universe_domain"] = "googleapis.com",
    };

    public static JsonObject External(JsonObject source) => new()
    {
        ["type"] = "external_account",
        ["audience"] = Provider,
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
        ["token_url"] = "https://sts.googleapis.com/v1/token",
        ["credential_source"] = source,
    };
}
