using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AigneHub.LocalRuntime.Invocation;

/// <summary>Puts settings in the place of <c>%Setting%</c> in a trigger's text.</summary>
/// <seealso href="https://learn.microsoft.com/azure/azure-functions/functions-bindings-expressions-patterns"/>
internal static partial class SettingReference
{
    public static string Resolve(string function, string text, IConfiguration configuration) =>
        Reference().Replace(text, match =>
        {
            var name = match.Groups[1].Value;
            var value = configuration[name.Replace("__", ":", StringComparison.Ordinal)];
            return !string.IsNullOrEmpty(value)
                ? value
                : throw LocalStartupException.Refuse(function, $"the setting '{name}' that its trigger names is missing.");
        });

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Reference();
}
