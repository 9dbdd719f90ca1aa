using AigneHub.Core;
using AigneHub.Core.Keys;
using Microsoft.Extensions.Configuration;

namespace AigneHub.Gateway.Management.Config;

/// <summary>
/// Secrets that a configuration document names: the settings <c>AigneHub__Secrets__NAME</c> and no others, so that nobody who may change
/// the configuration can send other secrets of the hub to a server of their own.
/// </summary>
public sealed class SecretReferences(IConfiguration configuration)
{
    /// <summary>Where the hub has the secret already.</summary>
    internal const string Keep = "keep";

    private const string Section = "AigneHub:Secrets:";
    private const int NameCharactersMax = 64;

    /// <summary>Exactly one of the results is null. The error never holds the secret.</summary>
    internal (string? Secret, HubError? Error) Resolve(string name)
    {
        if (name.Length is 0 or > NameCharactersMax || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            return (null, Problem.BadRequest(
                $"'secretRef' is '{Keep}' or the NAME of a setting AigneHub__Secrets__NAME: at most {NameCharactersMax} letters, digits, "
                + "'_' and '-'. It is never the secret itself.", "secretRef"));
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
}
