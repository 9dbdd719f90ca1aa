using AigneHub.Core.Keys;

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
        Directory.CreateDirectory(dataFolder);
        if (!File.Exists(path))
        {
            Create(path);
        }

        var key = File.ReadAllText(path).Trim();
        return AdministratorKey.WhatIsWrong(key) is null
            ? (key, path)
            : throw new SettingsException($"{path} does not hold a key. Delete it, and a new one is made.");
    }

    /// <summary>Whole or not at all, and never over another process's: the file appears under its name when it is complete.</summary>
    private static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var draft = $"{path}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(draft, options))
        {
            writer.WriteLine(HubKey.Generate());
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
