namespace AigneHub.LocalRuntime.Azurite;

/// <summary>Finds Node.js and npm on the PATH.</summary>
internal static class NodeTools
{
    public static string Node(AzuriteOptions options) => Find(OperatingSystem.IsWindows() ? "node.exe" : "node", options);

    public static string Npm(AzuriteOptions options) => Find(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", options);

    private static string Find(string name, AzuriteOptions options) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
        ?? throw new LocalStartupException(
            $"'{Path.GetFileNameWithoutExtension(name)}' is not on the PATH, and the local storage emulator (Azurite) needs it: "
            + $"install Node.js 20 or later, or set {options.StorageSetting} to the connection string of a storage account.");
}
