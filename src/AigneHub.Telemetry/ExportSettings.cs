using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace AigneHub.Telemetry;

/// <summary>Where telemetry goes, by the names that OpenTelemetry and Application Insights have for it.</summary>
/// <param name="Otlp">Base URL of a collector that takes OTLP; null: none.</param>
/// <param name="ConnectionString">Of Application Insights; null: none.</param>
/// <param name="Credential">For an Application Insights that takes identities only; null: none is needed.</param>
internal sealed record ExportSettings(Uri? Otlp, string? ConnectionString, TokenCredential? Credential)
{
    /// <summary>https://opentelemetry.io/docs/specs/otel/protocol/exporter/</summary>
    public const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>https://learn.microsoft.com/azure/azure-functions/functions-app-settings</summary>
    public const string ConnectionSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary><c>Authorization=AAD</c>, with <c>ClientId=…;</c> before it for a user-assigned identity.</summary>
    public const string AuthenticationSetting = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public bool IsAny => Otlp is not null || ConnectionString is not null;

    /// <exception cref="ArgumentException">A setting is wrong; the message names it.</exception>
    public static ExportSettings Read(IConfiguration configuration)
    {
        Uri? otlp = null;
        if (configuration[OtlpSetting] is { Length: > 0 } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out otlp) && otlp.Scheme is "http" or "https"))
        {
            throw new ArgumentException($"{OtlpSetting} must be an absolute http or https URL.");
        }

        var connection = configuration[ConnectionSetting] is { Length: > 0 } text ? text : null;
        return new ExportSettings(otlp, connection, CredentialOf(configuration[AuthenticationSetting]));
    }

    private static ManagedIdentityCredential? CredentialOf(string? text)
    {
        var parts = (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2)).Where(part => part.Length == 2)
            .ToLookup(part => part[0].Trim(), part => part[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (!parts["Authorization"].Contains("AAD", StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        return new ManagedIdentityCredential(parts["ClientId"].FirstOrDefault() is { Length: > 0 } client
            ? ManagedIdentityId.FromUserAssignedClientId(client)
            : ManagedIdentityId.SystemAssigned);
    }
}
