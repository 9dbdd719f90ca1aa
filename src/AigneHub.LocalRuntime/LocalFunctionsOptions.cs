using System.Reflection;

namespace AigneHub.LocalRuntime;

/// <summary>What <see cref="LocalFunctionsApp.CreateBuilder"/> needs to know before it reads any setting.</summary>
public sealed class LocalFunctionsOptions
{
    /// <summary>The command line. Known: <c>--port</c>, <c>--urls</c>, <c>--functions</c> and <see cref="Arguments"/>.</summary>
    public IReadOnlyList<string> Args { get; set; } = [];

    /// <summary>The assembly whose <c>[Function]</c> methods are served.</summary>
    public required Assembly Functions { get; set; }

    /// <summary>Further arguments that the app knows.</summary>
    public IReadOnlyList<LocalArgument> Arguments { get; set; } = [];

    /// <summary>The folder of <c>local.settings.json</c>; null means the current directory.</summary>
    public string? ContentRoot { get; set; }

    /// <summary>The <c>host.json</c> to obey; null means the one beside the app.</summary>
    public string? HostJsonPath { get; set; }

    /// <summary>Serves these classes instead of the whole assembly.</summary>
    internal IReadOnlyList<Type>? FunctionTypes { get; set; }
}

/// <summary>A command-line argument with one value.</summary>
/// <param name="Name">With its dashes, such as <c>--mode</c>.</param>
/// <param name="ConfigurationKey">The setting it overrides, such as <c>AigneHub:Mode</c>.</param>
/// <param name="Usage">Shown after the name in errors, such as <c>Enterprise|Provider</c>.</param>
public sealed record LocalArgument(string Name, string ConfigurationKey, string Usage);
