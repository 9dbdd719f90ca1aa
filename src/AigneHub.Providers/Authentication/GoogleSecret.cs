using System.Text.Json;
using System.Text.RegularExpressions;
using AigneHub.Core.Routing;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// What Google's JSON credentials may hold. Their URLs say where the library asks for tokens and what it reads for it, so
/// that they are checked first
/// (<see href="https://cloud.google.com/docs/authentication/external/externally-sourced-credentials"/>): tokens come from
/// Google's hosts alone, and a federated identity is the hub's managed identity on Azure or lies in a file.
/// </summary>
internal static partial class GoogleSecret
{
    /// <summary>Null when nothing is wrong, else one sentence, which never holds anything of the secret.</summary>
    public static string? WhatIsWrong(CredentialKind kind, string secret)
    {
        using var document = SecretText.Parse(secret);
        if (document is null)
        {
            return "A Google credential must be the JSON object that Google Cloud made.";
        }

        var root = document.RootElement;
        if (root.TryGetProperty("universe_domain", out _) && SecretText.Text(root, "universe_domain") != "googleapis.com")
        {
            return "universe_domain must be googleapis.com.";
        }

        return kind == CredentialKind.GoogleServiceAccount ? WrongServiceAccount(root) : WrongExternalAccount(root);
    }

    /// <summary>
    /// The application ID URI that the managed identity's token is for, of a configuration that names Azure's metadata service
    /// (<see href="https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds"/>); null when the token
    /// is somewhere else.
    /// </summary>
    public static string? AzureResource(JsonElement root) =>
        root.TryGetProperty("credential_source", out var source)
        && AzureSource().Match(SecretText.Text(source, "url") ?? "") is { Success: true } match
            ? Uri.UnescapeDataString(match.Groups[1].Value)
            : null;

    private static string? WrongServiceAccount(JsonElement root) =>
        SecretText.Text(root, "type") != "service_account" ? "type must be service_account."
        : SecretText.Text(root, "client_email") is null || SecretText.Text(root, "private_key") is null
            ? "A service account's key must hold client_email and private_key."
        : IsGoogles(root, "token_uri") ? null
        : "token_uri must be an https URL of googleapis.com.";

    private static string? WrongExternalAccount(JsonElement root)
    {
        if (SecretText.Text(root, "type") != "external_account")
        {
            return "type must be external_account.";
        }

        if (SecretText.Text(root, "audience") is null || SecretText.Text(root, "subject_token_type") is null)
        {
            return "A workload identity must hold audience and subject_token_type.";
        }

        if (SecretText.Text(root, "token_url") is null || !IsGoogles(root, "token_url")
            || !IsGoogles(root, "service_account_impersonation_url"))
        {
            return "token_url and service_account_impersonation_url must be https URLs of googleapis.com.";
        }

        return root.TryGetProperty("credential_source", out var source) && source.ValueKind == JsonValueKind.Object
            && !source.TryGetProperty("executable", out _) && !source.TryGetProperty("environment_id", out _)
            && (SecretText.Text(source, "file") is not null
                ? !source.TryGetProperty("url", out _)
                : AzureResource(root) is not null)
                ? null
                : "credential_source must be a file, or the managed identity of Azure "
                    + "(http://169.254.169.254/metadata/identity/oauth2/token?…&resource=…).";
    }

    /// <summary>There is no such member, or it is an https URL of a host of Google's APIs.</summary>
    private static bool IsGoogles(JsonElement root, string member) =>
        !root.TryGetProperty(member, out _)
        || (Uri.TryCreate(SecretText.Text(root, member), UriKind.Absolute, out var url)
            && url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && url.UserInfo.Length == 0
            && (VendorHosts.IsGoogles(url) || url.AbsoluteUri == "https://accounts.google.com/o/oauth2/token"));

    [GeneratedRegex(
        @"^http://169\.254\.169\.254/metadata/identity/oauth2/token\?(?:[a-z-]+=[^&#]*&)*resource=([^&#]+)(?:&[^#]*)?\z")]
    private static partial Regex AzureSource();
}
