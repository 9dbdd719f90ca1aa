namespace AigneHub.Hub.Tests.Support;

/// <summary>A test in a real browser; skipped, saying so, where there is none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Where it is, when it isn't at one of its usual places.</summary>
    private const string Variable = "AIGNEHUB_CHROMIUM";

    private static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    public BrowserFactAttribute() =>
        Skip = Path is null ? $"There is no Chromium here, and {Variable} names none." : null;

    /// <summary>Null where there is none.</summary>
    public static string? Path { get; } =
        new[] { Environment.GetEnvironmentVariable(Variable) }.Concat(Places).FirstOrDefault(File.Exists);
}
