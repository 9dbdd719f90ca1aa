using AigneHub.Core.Keys;
using AigneHub.Core.Secrets;

namespace AigneHub.Functions.Local;

/// <summary>Keeps a generated administrator's key across local runs, in a file that only its user can read.</summary>
internal static class AdministratorKeyFile
{
    private const string Name = "admin-key";

    /// <summary>The key, and the file it is kept in when it does not come from the settings.</summary>
    /// <exception cref="SettingsException">The file's text can't be a key.</exception>
    public static (string Key, string? File) Ensure(string? configured, string dataFolder)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return (configured, null);
        }

        var path = Path.Combine(dataFolder, Name);
        var key = OwnerFile.ReadOrCreate(path, HubKey.Generate);
        return AdministratorKey.WhatIsWrong(key) is null
            ? (key, path)
            : throw new SettingsException($"{path} does not hold a key. Delete it, and a new one is made.");
    }
}
