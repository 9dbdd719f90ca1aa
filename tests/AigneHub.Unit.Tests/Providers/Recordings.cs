namespace AigneHub.Unit.Tests.Providers;

/// <summary>Recorded vendor answers, kept outside the repository.</summary>
internal static class Recordings
{
    public const string Variable = "AIGNEHUB_RECORDINGS";

    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable) ?? "";

    public static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    /// <summary>The recorded events of a stream, each as the vendor framed it.</summary>
    public static IEnumerable<string> ReadEvents(string path) =>
        File.ReadLines(Path.Combine(Folder, path)).Where(line => line.Length > 0).Select(line => $"data: {line}\n\n");
}
