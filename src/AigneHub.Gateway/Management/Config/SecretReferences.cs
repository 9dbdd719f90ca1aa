using AigneHub.Core;
using AigneHub.Core.Keys;
using Microsoft.Extensions.Configuration;

namespace AigneHub.Gateway.Management.Config;

/// <summary>
/// Secrets that a configuration document names: the settings <c>AigneHub__Secrets__NAME</c> and no others, each for the provider that its
/// name begins with, so that nobody who may change the configuration can send other secrets of the hub, or one vendor's, to a server of
/// their own.
/// </summary>
public sealed class SecretReferences(IConfiguration configuration)
{
    /// <summary>Where the hub has the secret already.</summary>
    internal const string Keep = "keep";

    private const string Section = "AigneHub:Secrets:";
    private const int NameCharactersMax = 64;

    /// <summary>Exactly one of the results is null. The error never holds the secret.</summary>
    /// <param name="provider">The id of the provider that the secret is sent to.</param>
    internal (string? Secret, HubError? Error) Resolve(string name, string provider)
    {
        if (name.Length is 0 or > NameCharactersMax || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            return (null, Problem.BadRequest(
                $"'secretRef' is '{Keep}' or the NAME of a setting AigneHub__Secrets__NAME: at most {NameCharactersMax} letters, digits, "
                + "'_' and '-'. It is never the secret itself.", "secretRef"));
        }

        if (!IsOf(provider, name))
        {
            var own = InNames(provider).ToUpperInvariant();
            return (null, Problem.BadRequest(
                $"The secret {name} is not the provider {provider}'s: the name must be {own} or begin with {own}_, in any case.",
                "secretRef", "secret_of_another"));
        }

        if (configuration[Section + name] is not { Length: > 0 } secret)
        {
            return (null, Problem.BadRequest($"The hub has no setting AigneHub__Secrets__{name}.", "secretRef", "secret_not_found"));
        }

        return AdministratorKey.IsUnresolved(secret)
            ? (null, Problem.BadRequest(
                $"The Key Vault reference of the setting AigneHub__Secrets__{name} is not resolved.", "secretRef", "secret_not_found"))
            : (secret, null);
    }

    /// <summary>Settings' names are compared in any case, and App Service takes no <c>-</c> in them, which is <c>_</c> there.</summary>
    /// <seealso href="https://learn.microsoft.com/azure/app-service/configure-common#configure-app-settings"/>
    private static bool IsOf(string provider, string name)
    {
        var (own, full) = (InNames(provider), InNames(name));
        return full.StartsWith(own, StringComparison.OrdinalIgnoreCase) && (full.Length == own.Length || full[own.Length] == '_');
    }

    private static string InNames(string text) => text.Replace('-', '_');
}
