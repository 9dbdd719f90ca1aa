using AigneHub.LocalRuntime;

namespace AigneHub.Bench.Processes;

/// <summary>Where the sources and the built hub are.</summary>
internal static class Repository
{
    public static string Root { get; } = ContentRoot.Find("AigneHub.sln")
        ?? throw new InvalidOperationException("The bench runs inside the repository.");

    public static string HubProject { get; } = Path.Combine(Root, "src", "AigneHub.Functions");

    /// <summary>The hub as it is built beside this program, in the same configuration.</summary>
    public static string Hub { get; } = Path.Combine(
        HubProject, "bin", "Local", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!, "net10.0",
        "AigneHub.Functions.dll");
}
