namespace AigneHub.LocalRuntime.Azurite;

/// <summary>Finds Node.js and npm on the PATH.</summary>
internal static class NodeTools
{
    public static string Node => Find(OperatingSystem.IsWindows() ? "node.exe" : "node");

    public static string Npm => Find(OperatingSystem.IsWindows() ? "npm.cmd" : "npm");

    private static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
        ?? throw new LocalStartupException(
            $"'{Path.GetFileNameWithoutExtension(name)}' is not on the PATH, and the local storage emulator (Azurite) needs it: "
            + "install Node.js 20 or later, or set AzureWebJobsStorage to the connection string of a storage account.");
}
