using Microsoft.Extensions.Configuration;

namespace AigneHub.LocalRuntime.Invocation;

/// <summary>Which functions this process serves.</summary>
internal static class FunctionSelection
{
    /// <param name="wanted">Names given by <c>--functions</c>; null means all.</param>
    public static IReadOnlyList<FunctionDefinition> Select(
        IReadOnlyList<FunctionDefinition> functions, IReadOnlyList<string>? wanted, IConfiguration configuration)
    {
        foreach (var name in wanted ?? [])
        {
            if (!functions.Any(f => Same(f.Name, name)))
                throw new LocalStartupException(
                    $"--functions: no function '{name}'. There are: {string.Join(", ", functions.Select(f => f.Name))}.");
        }

        return
        [
            .. functions.Where(f =>
                (wanted is null || wanted.Any(name => Same(f.Name, name))) && !IsDisabled(f.Name, configuration)),
        ];
    }

    /// <seealso href="https://learn.microsoft.com/azure/azure-functions/disable-function"/>
    private static bool IsDisabled(string name, IConfiguration configuration) =>
        (configuration[$"AzureWebJobs.{name}.Disabled"] ?? configuration[$"AzureWebJobs:{name}:Disabled"]) is { } value
        && (value == "1" || Same(value, "true"));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
