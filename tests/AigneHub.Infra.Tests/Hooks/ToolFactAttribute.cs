namespace AigneHub.Infra.Tests.Hooks;

/// <summary>A test that needs a tool which the build does not bring; skipped, saying so, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool)
    {
        Tool = tool;
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, tool))))
        {
            Skip = $"'{tool}' is not on the PATH.";
        }
    }

    public string Tool { get; }
}
