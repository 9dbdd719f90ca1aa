using AigneHub.Storage.Secrets;
using Microsoft.Extensions.Configuration;

namespace AigneHub.Functions;

/// <summary>
/// Where the master key of stored secrets is: a secret of Azure Key Vault. Without the setting a local hub keeps a file in its
/// data folder; on Azure there is none, and no secret is taken.
/// </summary>
internal static class MasterKeySettings
{
    private const string SecretId = "AigneHub:MasterKey:KeyVaultSecretId";

    /// <exception cref="SettingsException">Not the address of a secret.</exception>
    public static Uri? Read(IConfiguration configuration) => configuration[SecretId] switch
    {
        null or "" => null,
        var text when KeyVaultMasterKey.WhatIsWrong(text) is { } wrong =>
            throw new SettingsException($"AigneHub__MasterKey__KeyVaultSecretId {wrong}"),
        var text => new Uri(text),
    };
}
